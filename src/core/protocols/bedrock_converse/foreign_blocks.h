// Writes parts that were read from another protocol as content blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/protocols/bedrock_converse/cache_budget.h"
#include "core/protocols/bedrock_converse/document_name.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

/// First ask Admit, which reports what cannot be carried, then Write. So whoever writes the
/// message around the blocks opens it only when there is something to put into it.
class ForeignBlocks {
 public:
  /// For a request: `cache` writes the cache points.
  ForeignBlocks(Family family, CacheBudget& cache, CodecContext& context, Writer& writer);
  /// For an answer.
  ForeignBlocks(CodecContext& context, Writer& writer);

  /// The message whose parts follow; from its position, ids are derived.
  void BeginMessage(std::size_t index, bool is_assistant);

  /// Whether the part has a place here; if not, it is accounted for.
  bool Admit(const Part& part);
  void Write(const Part& part);
  /// {"text":...}, and its cache point.
  void WriteText(const Text& text, const CacheMark& cache);
  /// A result with what later results of the same call add to it.
  void WriteResult(const ToolResultPart& part, const List<const ToolResultPart*>& more);

  /// Of what was written since BeginMessage.
  bool has_tool_call() const { return calls_ != 0; }

 private:
  bool is_request() const { return cache_ != nullptr; }
  bool AdmitMedia(const MediaPart& part);
  bool AdmitImage(const MediaPart& part, NodeId node);
  bool AdmitReasoning(const ReasoningPart& part);
  bool AdmitOpaque(const OpaquePart& part);
  bool FitsInResult(const Part& part);

  void Write(const TextPart& part);
  void Write(const MediaPart& part);
  void Write(const ReasoningPart& part);
  void Write(const ToolCallPart& part);
  void Write(const ToolResultPart& part);
  void Write(const OpaquePart& part);

  bool Fits(const Citation& citation) const;
  void WriteCited(const TextPart& part);
  std::string_view Format(const MediaPart& part);
  void WriteSource(const MediaPart& part);
  void WriteDocumentMembers(const MediaPart& part);
  std::size_t WriteResultContent(const List<Part>& parts);
  void WritePoint(const CacheMark& mark);
  Text CallId(const ToolCallPart& part);
  Text ResultId(const ToolResultPart& part);
  bool Drop(NodeId node, std::string_view message, std::string_view argument = {});

  Family family_;
  CacheBudget* cache_;
  CodecContext& context_;
  Writer& writer_;
  DocumentNames names_;
  Issuer issuer_;  // whose reasoning goes out
  bool is_assistant_ = false;
  std::size_t message_ = 0;
  std::size_t calls_ = 0;   // tool calls written in this message
  List<Text> made_up_ids_;  // of calls without one, which results without one follow
  std::size_t next_made_up_ = 0;
};

}  // namespace aiproxy::bedrock_converse
