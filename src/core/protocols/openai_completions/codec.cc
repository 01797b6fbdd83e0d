#include "core/protocols/openai_completions/codec.h"

#include "core/model/openai_error.h"
#include "core/protocols/openai_completions/wire.h"

namespace aiproxy {

namespace openai_completions {

namespace {

/// A prompt, and nothing that other protocols have in its place.
Recognition RecogniseRequest(const Value& root) {
  constexpr FieldNames kTheirs("input", "contents", "system");
  Value prompt = root.Find("prompt");
  if (!prompt.valid()) return {};
  for (Member member : root.members()) {
    if (kTheirs.Find(member.key) != decltype(kTheirs)::kUnknown) return {};
  }
  if (prompt.is_object() || prompt.is_null()) return {};
  bool is_sure = IsString(root.Find("model")) && (prompt.is_string() || prompt.is_array());
  return {is_sure ? Certainty::kSure : Certainty::kPossible, MessageKind::kRequest};
}

/// A chunk of a stream looks like a response.
Recognition Recognise(const Value& root, std::string_view sse_event) {
  if (!root.is_object() || (!sse_event.empty() && sse_event != "message")) return {};
  // Every line of a file of chat requests is looked at, and this member stands near its beginning.
  if (root.Find("messages").valid()) return {};
  Value object = root.Find("object");
  if (IsString(object) && object.Is("text_completion"))
    return {Certainty::kSure, MessageKind::kResponse};
  Value choices = root.Find("choices");
  if (!choices.valid()) return sse_event.empty() ? RecogniseRequest(root) : Recognition();
  if (!choices.is_array() || choices.empty_container()) return {};
  Value first = *choices.items().begin();
  bool has_text = first.is_object() && first.Find("text").valid() &&
                  !first.Find("message").valid() && !first.Find("delta").valid();
  return {has_text ? Certainty::kLikely : Certainty::kNone, MessageKind::kResponse};
}

HttpHead RequestHead(const ChatRequest&) {
  HttpHead head;
  head.method = "POST";
  head.path = "/v1/completions";
  head.headers.emplace_back("content-type", "application/json");
  return head;
}

}  // namespace

bool IsErrorBody(const Value& root) {
  if (!root.is_object()) return false;
  if (IsArray(root.Find("choices"))) return false;
  return openai::SaysError(root);
}

Status DecodeError(const Value& root, const HttpHead& head, CodecContext& context,
                   ApiError& error) {
  openai::DecodeError(root, head.status, kId, context, error);
  return Ok();
}

Status EncodeError(const ApiError& error, CodecContext& context, Writer& writer) {
  openai::EncodeError(error, kId, context, writer);
  return Ok();
}

}  // namespace openai_completions

const Protocol kOpenAiCompletions{
    .id = openai_completions::kId,
    .title = "OpenAI legacy completions",
    .docs_url = "https://platform.openai.com/docs/api-reference/completions",
    .aliases = {},
    .capability = Capability::kCompletions,
    .beside = "openai-chat",
    .framing = Framing::kSse,
    .recognise = openai_completions::Recognise,
    .decode_request = openai_completions::DecodeRequest,
    .encode_request = openai_completions::EncodeRequest,
    .request_head = openai_completions::RequestHead,
    .path_end = "/completions",
    .decode_response = openai_completions::DecodeResponse,
    .encode_response = openai_completions::EncodeResponse,
    .is_error_body = openai_completions::IsErrorBody,
    .decode_error = openai_completions::DecodeError,
    .encode_error = openai_completions::EncodeError,
    .error_status = openai::ErrorStatus,
    .new_stream_decoder = openai_completions::NewStreamDecoder,
    .new_stream_encoder = openai_completions::NewStreamEncoder,
    .stream_options_member = "stream_options",
    .frames_are_responses = true,
};

}  // namespace aiproxy
