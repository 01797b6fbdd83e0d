// Writes parts that were read from another protocol.
#pragma once

#include <cstdint>

#include "core/protocols/gemini_generate/gemini_model.h"
#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy::gemini_generate {

/// A function's name as the API accepts it; a change is reported when `report` says so.
Text AcceptedName(const Text& name, bool report, CodecContext& context);

/// First ask Admit, which reports what cannot be carried, then Write. A signature without text
/// waits for the part after it; EndContent writes one that is left.
class ForeignParts {
 public:
  enum class Side : std::uint8_t { kRequest, kResponse };

  ForeignParts(Side side, CodecContext& context, Writer& writer);

  bool Admit(const Part& part);
  void Write(const Part& part);
  void EndContent();
  /// Text of the user, or of the system.
  void WriteText(const Text& text);

  const GeminiModel& model() const { return model_; }
  /// Whether a signature waits for a part.
  bool waits() const { return signature_.present(); }

 private:
  bool AdmitMedia(const MediaPart& part);
  bool AdmitReasoning(const ReasoningPart& part);
  bool AdmitOpaque(const OpaquePart& part);

  void WritePart(const TextPart& part);
  void WritePart(const MediaPart& part);
  void WritePart(const ReasoningPart& part);
  void WritePart(const ToolCallPart& part);
  void WritePart(const ToolResultPart& part);
  void WritePart(const OpaquePart& part);

  void WriteDocument(const MediaPart& part);
  void WriteDetail(const MediaPart& part);
  void WriteMimeType(const MediaPart& part);
  void WriteSignatureAlone();
  /// Ends the object of a part, with the signature that waits for it.
  void End();
  bool Drop(NodeId node, std::string_view message, std::string_view argument = {});

  Side side_;
  CodecContext& context_;
  Writer& writer_;
  GeminiModel model_;
  Issuer issuer_;   // whose signatures the model reads
  Text signature_;  // that waits
};

}  // namespace aiproxy::gemini_generate
