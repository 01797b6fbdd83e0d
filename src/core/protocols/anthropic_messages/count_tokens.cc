// Counting the tokens of a request: the same request without what only an answer needs, and one
// number in return. https://platform.claude.com/docs/en/api/messages-count-tokens
#include "core/model/counting.h"

#include "core/json/field_names.h"
#include "core/protocols/anthropic_messages/codec.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy {

namespace anthropic_messages {

namespace {

constexpr FieldNames kRequestFields("model", "messages", "system", "tools", "tool_choice",
                                    "thinking", "output_config", "output_format", "cache_control",
                                    "mcp_servers", "context_management", "speed", "user_profile_id",
                                    "workspace_id", "betas");

/// A count stands alone, or beside what editing the context would save.
Recognition RecogniseCounting(const Value& root, std::string_view sse_event) {
  constexpr FieldNames kAnswerFields("input_tokens", "context_management");
  if (!sse_event.empty() || !root.is_object()) return {};
  if (root.Find("input_tokens").valid() && HasOnly(root, kAnswerFields))
    return {Certainty::kSure, MessageKind::kResponse};
  if (!HasOnly(root, kRequestFields)) return {};
  Recognition request = kAnthropicMessages.recognise(root, sse_event);
  if (request.kind != MessageKind::kRequest) return {};
  request.is_chat_too = true;
  return request;
}

HttpHead CountingHead(const ChatRequest& request) {
  HttpHead head = kAnthropicMessages.request_head(request);
  head.path += "/count_tokens";
  return head;
}

Status DecodeCount(const Value& root, const HttpHead&, CodecContext& context,
                   ChatResponse& response) {
  AIPROXY_RETURN_IF_ERROR(BeginCounted(root, kId, response));
  Taker take(context);
  for (Member m : root.members()) {
    if (m.key.Is("input_tokens"))
      AIPROXY_RETURN_IF_ERROR(TakeCount(m.value, context, response.usage));
    else
      take.Keep(m, response.extras);
  }
  return CheckCounted(root, "input_tokens", context, response);
}

Status EncodeCount(const ChatResponse& response, CodecContext& context, Writer& writer) {
  AIPROXY_RETURN_IF_ERROR(HasCount(response, context));
  writer.BeginObject();
  writer.Key("input_tokens");
  WriteCount(response.usage.input, writer);
  if (response.protocol == kId) WriteExtras(response.extras, writer);
  writer.EndObject();
  return Ok();
}

}  // namespace

}  // namespace anthropic_messages

const Protocol kAnthropicCountTokens{
    .id = anthropic_messages::kId,
    .title = "Anthropic Messages, token counting",
    .docs_url = "https://platform.claude.com/docs/en/api/messages-count-tokens",
    .aliases = {},
    .capability = Capability::kCountTokens,
    .beside = anthropic_messages::kId,
    .recognise = anthropic_messages::RecogniseCounting,
    .decode_request = anthropic_messages::DecodeRequest,
    .encode_request = anthropic_messages::EncodeCountedRequest,
    .request_head = anthropic_messages::CountingHead,
    .path_end = "/messages/count_tokens",
    .decode_response = anthropic_messages::DecodeCount,
    .encode_response = anthropic_messages::EncodeCount,
    .is_error_body = anthropic_messages::IsErrorBody,
    .decode_error = anthropic_messages::DecodeError,
    .encode_error = anthropic_messages::EncodeError,
    .error_status = anthropic_messages::ErrorStatus,
    .stream_member = "",
    .head_member = "betas",
    .request_id_header = "request-id",
};

}  // namespace aiproxy
