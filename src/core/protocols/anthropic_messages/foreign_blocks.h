// Writes parts that were read from another protocol as content blocks.
#pragma once

#include <cstdint>

#include "core/model/words.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy::anthropic_messages {

/// A citation with a URL as this protocol's kind of it. `cited`: the text that it stands for.
void WriteUrlCitation(const Citation& citation, const Text& cited, CodecContext& context,
                      Writer& writer);

/// First ask Admit, which reports what cannot be carried, then Write. So whoever writes the
/// message around the blocks opens it only when there is something to put into it.
class ForeignBlocks {
 public:
  enum class Side : std::uint8_t { kRequest, kResponse };

  ForeignBlocks(Side side, CodecContext& context, Writer& writer)
      : side_(side),
        context_(context),
        writer_(writer),
        issuer_(IssuerOfModel(context.options.model)) {}

  /// The message whose parts follow; from its position, ids are derived.
  void BeginMessage(std::size_t index) {
    message_ = index;
    calls_ = 0;
  }

  /// Whether the part has a place here; if not, it is accounted for.
  bool Admit(const Part& part);
  void Write(const Part& part);
  /// A text block, for text that is not taken as it is.
  void WriteText(const Text& text, const CacheMark& cache);
  /// A part that reads as text, as a text block without citations.
  void WriteAsText(const Part& part);

  /// Of what was written since BeginMessage.
  bool has_tool_call() const { return calls_ != 0; }

 private:
  bool AdmitMedia(const MediaPart& part);
  bool AdmitUrl(const MediaPart& part, NodeId node);
  bool AdmitReasoning(const ReasoningPart& part);
  bool AdmitOpaque(const OpaquePart& part);

  void Write(const TextPart& part);
  void Write(const MediaPart& part);
  void Write(const ReasoningPart& part);
  void Write(const ToolCallPart& part);
  void Write(const ToolResultPart& part);
  void Write(const OpaquePart& part);

  void WriteCitations(const TextPart& part);
  void WriteBase64(const MediaPart& part);
  void WriteTextSource(const MediaPart& part);
  void WriteSource(const MediaPart& part);
  void WriteResultContent(const ToolResultPart& result);
  bool WriteResultBlocks(const List<Part>& parts);
  void WriteRendition(const OpaquePart& part);
  Text CallId(const ToolCallPart& part);
  bool Drop(NodeId node, std::string_view message, std::string_view argument = {});

  /// Whether the model that is asked issued it: one of Google's behind this protocol. (Those of
  /// other vendors that encrypt say themselves whose they are.)
  bool IsOfModel(Issuer issuer) const {
    return side_ == Side::kRequest && issuer == Issuer::kGoogle && issuer == issuer_;
  }

  Side side_;
  CodecContext& context_;
  Writer& writer_;
  Issuer issuer_;
  std::size_t message_ = 0;
  std::size_t calls_ = 0;  // tool calls written in this message
  Text last_legacy_id_;    // of the last call without an id of its own
};

}  // namespace aiproxy::anthropic_messages
