#include "core/protocols/gemini_generate/codec.h"

#include <array>

#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy {

namespace gemini_generate {

namespace {

constexpr std::array<std::string_view, 1> kAliases{"gemini"};
// What comes without alt=sse.
constexpr std::array kOtherFramings{Framing::kJsonArray};

bool HasParts(const Value& content) {
  Value parts = content.Find("parts");
  return parts.valid() && parts.is_container();
}

Certainty OfContents(const Value& contents) {
  if (IsObject(contents)) return HasParts(contents) ? Certainty::kSure : Certainty::kNone;
  if (!IsArray(contents)) return Certainty::kNone;
  for (Value content : contents.items()) {
    if (!content.is_object()) return Certainty::kNone;
    if (HasParts(content)) return Certainty::kSure;
  }
  return Certainty::kLikely;
}

/// An integer code and a status in capitals are Google's.
Certainty OfError(const Value& root) {
  Value error = root.Find("error");
  if (!IsObject(error)) return Certainty::kNone;
  Value code = error.Find("code");
  Value status = error.Find("status");
  bool number = code.valid() && code.is_number();
  bool capitals =
      IsString(status) && !status.body().empty() &&
      status.body().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string_view::npos;
  if (number && capitals) return Certainty::kSure;
  if (capitals) return Certainty::kLikely;
  return number ? Certainty::kPossible : Certainty::kNone;
}

Certainty OfResponse(const Value& root) {
  if (Value candidates = root.Find("candidates"); IsArray(candidates)) {
    for (Value candidate : candidates.items()) {
      if (!candidate.is_object()) return Certainty::kNone;
    }
    return Certainty::kSure;
  }
  bool ours =
      FindSpelled(root, "promptFeedback").valid() || FindSpelled(root, "usageMetadata").valid();
  return ours ? Certainty::kSure : Certainty::kNone;
}

Recognition Recognise(const Value& root, std::string_view sse_event) {
  if (!sse_event.empty()) return {};
  if (root.is_array()) {
    if (root.empty_container()) return {};
    Value first = *root.items().begin();
    return {first.is_object() ? OfError(first) : Certainty::kNone, MessageKind::kError};
  }
  if (!root.is_object()) return {};
  if (Certainty certainty = OfError(root); certainty != Certainty::kNone) {
    return {certainty, MessageKind::kError};
  }
  if (Certainty certainty = OfContents(root.Find("contents")); certainty != Certainty::kNone) {
    return {certainty, MessageKind::kRequest};
  }
  if (FindSpelled(root, "systemInstruction").valid() ||
      FindSpelled(root, "generationConfig").valid()) {
    return {Certainty::kLikely, MessageKind::kRequest};
  }
  return {OfResponse(root), MessageKind::kResponse};
}

}  // namespace

}  // namespace gemini_generate

const Protocol kGeminiGenerate{
    .id = gemini_generate::kId,
    .title = "Gemini generateContent",
    .docs_url = "https://ai.google.dev/api/generate-content",
    .aliases = gemini_generate::kAliases,
    .framing = Framing::kSse,
    .other_framings = gemini_generate::kOtherFramings,
    .recognise = gemini_generate::Recognise,
    .decode_request = gemini_generate::DecodeRequest,
    .encode_request = gemini_generate::EncodeRequest,
    .request_head = gemini_generate::RequestHead,
    .read_path = gemini_generate::ReadPath,
    .edit_path = gemini_generate::EditPath,
    .decode_response = gemini_generate::DecodeResponse,
    .encode_response = gemini_generate::EncodeResponse,
    .is_error_body = gemini_generate::IsErrorBody,
    .decode_error = gemini_generate::DecodeError,
    .encode_error = gemini_generate::EncodeError,
    .error_status = gemini_generate::ErrorStatus,
    .new_stream_decoder = gemini_generate::NewStreamDecoder,
    .new_stream_encoder = gemini_generate::NewStreamEncoder,
    .model_member = "",
    .stream_member = "",
    .frames_are_responses = true,
};

}  // namespace aiproxy
