// Counting the tokens of a request: POST /v1/responses/input_tokens.
// https://platform.openai.com/docs/api-reference/responses/input-tokens
#include "core/model/counting.h"
#include "core/model/openai_error.h"
#include "core/protocols/openai_responses/codec.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy {

namespace openai_responses {

namespace {

constexpr FieldNames kRequestFields("model", "input", "instructions", "conversation",
                                    "previous_response_id", "parallel_tool_calls", "personality",
                                    "reasoning", "text", "tool_choice", "tools", "truncation");

bool IsAnswer(const Value& object) {
  return IsString(object) && object.Is("response.input_tokens");
}

Recognition RecogniseCounting(const Value& root, std::string_view sse_event) {
  if (!sse_event.empty() || !root.is_object()) return {};
  if (IsAnswer(root.Find("object"))) return {Certainty::kSure, MessageKind::kResponse};
  if (!HasOnly(root, kRequestFields)) return {};
  Recognition request = Recognise(root, sse_event);
  if (request.kind != MessageKind::kRequest) return {};
  request.is_chat_too = true;
  return request;
}

HttpHead CountingHead(const ChatRequest&) {
  HttpHead head;
  head.method = "POST";
  head.path = "/v1/responses/input_tokens";
  head.headers.emplace_back("content-type", "application/json");
  return head;
}

Status DecodeCount(const Value& root, const HttpHead&, CodecContext& context,
                   ChatResponse& response) {
  AIPROXY_RETURN_IF_ERROR(BeginCounted(root, kId, response));
  Taker take(context);
  for (Member member : root.members()) {
    if (member.key.Is("input_tokens"))
      AIPROXY_RETURN_IF_ERROR(TakeCount(member.value, context, response.usage));
    else
      KeepUsed(take, member, response.extras, member.key.Is("object") && IsAnswer(member.value));
  }
  return CheckCounted(root, "input_tokens", context, response);
}

Status EncodeCount(const ChatResponse& response, CodecContext& context, Writer& writer) {
  AIPROXY_RETURN_IF_ERROR(HasCount(response, context));
  const bool own = response.protocol == kId;
  writer.BeginObject();
  if (!own) {
    writer.Key("object");
    writer.Literal("\"response.input_tokens\"");
  }
  writer.Key("input_tokens");
  WriteCount(response.usage.input, writer);
  if (own) WriteExtras(response.extras, writer);
  writer.EndObject();
  return Ok();
}

}  // namespace

}  // namespace openai_responses

const Protocol kOpenAiInputTokens{
    .id = openai_responses::kId,
    .title = "OpenAI Responses, token counting",
    .docs_url = "https://platform.openai.com/docs/api-reference/responses/input-tokens",
    .aliases = {},
    .capability = Capability::kCountTokens,
    .beside = openai_responses::kId,
    .recognise = openai_responses::RecogniseCounting,
    .decode_request = openai_responses::DecodeRequest,
    .encode_request = openai_responses::EncodeCountedRequest,
    .request_head = openai_responses::CountingHead,
    .path_end = "/responses/input_tokens",
    .decode_response = openai_responses::DecodeCount,
    .encode_response = openai_responses::EncodeCount,
    .is_error_body = openai_responses::IsErrorBody,
    .decode_error = openai_responses::DecodeError,
    .encode_error = openai_responses::EncodeError,
    .error_status = openai::ErrorStatus,
    .stream_member = "",
};

}  // namespace aiproxy
