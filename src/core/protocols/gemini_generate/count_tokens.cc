// Counting the tokens of a request: countTokens. https://ai.google.dev/api/tokens
#include "core/model/counting.h"

#include "core/protocols/gemini_generate/codec.h"
#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy {

namespace gemini_generate {

namespace {

constexpr FieldNames kAnswerFields("totalTokens", "cachedContentTokenCount", "promptTokensDetails",
                                   "cacheTokensDetails", "totalBillableCharacters");

bool IsAnswer(const Value& root) {
  Value total = FindSpelled(root, "totalTokens");
  if (!total.valid() || !total.is_number()) return false;
  for (Member m : root.members()) {
    if (FindSpelled(kAnswerFields, m.key) == kAnswerFields.kUnknown) return false;
  }
  return true;
}

Recognition RecogniseCounting(const Value& root, std::string_view sse_event) {
  constexpr FieldNames kBareFields("contents", "model");
  if (!sse_event.empty() || !root.is_object()) return {};
  if (IsObject(FindSpelled(root, "generateContentRequest")))
    return {Certainty::kSure, MessageKind::kRequest};
  if (IsAnswer(root)) return {Certainty::kSure, MessageKind::kResponse};
  bool is_bare = HasOnly(root, kBareFields) && IsArray(root.Find("contents"));
  return {is_bare ? Certainty::kSure : Certainty::kNone, MessageKind::kRequest, is_bare};
}

bool IsCountingError(const Value& root) {
  return IsErrorBody(root) && !FindSpelled(root, "totalTokens").valid();
}

/// The Gemini API counts contents, or a whole request in a wrapper; Vertex AI what stands bare.
Status DecodeCountedRequest(const Value& root, const HttpHead& head, CodecContext& context,
                            ChatRequest& request) {
  Value whole = root.is_object() ? FindSpelled(root, "generateContentRequest") : Value();
  if (!IsObject(whole)) {
    AIPROXY_RETURN_IF_ERROR(DecodeRequest(root, head, context, request));
    request.style |= kCounted;
    return Ok();
  }
  AIPROXY_RETURN_IF_ERROR(DecodeRequest(whole, head, context, request));
  request.style |= kCounted | kCountedWhole;
  Taker take(context);
  for (Member m : root.members()) {
    if (m.value.id() != whole.id())
      take.Keep(m, request.wrapper_extras);
    else if (IsSnake(m.key))
      request.style |= kSnakeCounted;
  }
  return Ok();
}

void UseDetails(const Value& root, std::string_view name, const Sourced<std::int64_t>& count,
                CodecContext& context) {
  Value list = FindSpelled(root, name);
  if (list.valid() && SaysTheSame(list, count)) context.accounting.Use(list.id());
}

Status DecodeCount(const Value& root, const HttpHead&, CodecContext& context,
                   ChatResponse& response) {
  AIPROXY_RETURN_IF_ERROR(BeginCounted(root, kId, response));
  Taker take(context);
  Usage& usage = response.usage;
  Status status;
  ForEachSpelled(root, kAnswerFields, context, [&](int index, const Member& m) {
    switch (index) {
      case kAnswerFields("totalTokens"):
        if (status) status = TakeCount(m.value, context, usage);
        if (IsSnake(m.key)) usage.style |= kSnakeTotal;
        break;
      case kAnswerFields("cachedContentTokenCount"):
        take.Take(m, usage.cache_read, response.extras);
        if (usage.cache_read.present() && IsSnake(m.key)) usage.style |= kSnakeCached;
        if (usage.cache_read.Is(0)) take.Use(m.value);
        break;
      default:
        take.Keep(m, response.extras);
    }
  });
  AIPROXY_RETURN_IF_ERROR(std::move(status));
  UseDetails(root, "promptTokensDetails", usage.input, context);
  UseDetails(root, "cacheTokensDetails", usage.cache_read, context);
  return CheckCounted(root, "totalTokens", context, response);
}

Status EncodeCount(const ChatResponse& response, CodecContext& context, Writer& writer) {
  AIPROXY_RETURN_IF_ERROR(HasCount(response, context));
  const Usage& usage = response.usage;
  const bool own = response.protocol == kId;
  writer.BeginObject();
  SpelledKey("totalTokens", own && (usage.style & kSnakeTotal) != 0, writer);
  WriteCount(usage.input, writer);
  if (usage.cache_read.present()) {
    SpelledKey("cachedContentTokenCount", own && (usage.style & kSnakeCached) != 0, writer);
    WriteCount(usage.cache_read, writer);
  }
  if (own) WriteExtras(response.extras, writer);
  writer.EndObject();
  return Ok();
}

}  // namespace

}  // namespace gemini_generate

const Protocol kGeminiCountTokens{
    .id = gemini_generate::kId,
    .title = "Gemini countTokens",
    .docs_url = "https://ai.google.dev/api/tokens",
    .aliases = {},
    .capability = Capability::kCountTokens,
    .beside = gemini_generate::kId,
    .recognise = gemini_generate::RecogniseCounting,
    .decode_request = gemini_generate::DecodeCountedRequest,
    .encode_request = gemini_generate::EncodeCountedRequest,
    .request_head = gemini_generate::CountingHead,
    .read_path = gemini_generate::ReadCountingPath,
    .edit_path = gemini_generate::EditPath,
    .decode_response = gemini_generate::DecodeCount,
    .encode_response = gemini_generate::EncodeCount,
    .is_error_body = gemini_generate::IsCountingError,
    .decode_error = gemini_generate::DecodeError,
    .encode_error = gemini_generate::EncodeError,
    .error_status = gemini_generate::ErrorStatus,
    .model_member = "",
    .stream_member = "",
    .model_is_nested = true,
};

}  // namespace aiproxy
