#include "core/protocols/openai_chat/codec.h"

#include <array>

#include "core/model/openai_error.h"
#include "core/protocols/openai_chat/wire.h"

namespace aiproxy {

namespace openai_chat {

namespace {

Recognition RecogniseChoices(const Value& root, const Value& choices) {
  Value object = root.Find("object");
  if (IsString(object) && object.Is("chat.completion.chunk")) {
    return {Certainty::kSure, MessageKind::kStream};
  }
  if (IsString(object) && object.Is("chat.completion")) {
    return {Certainty::kSure, MessageKind::kResponse};
  }
  for (Value choice : choices.items()) {
    if (!choice.is_object()) break;
    if (choice.Find("delta").valid()) return {Certainty::kLikely, MessageKind::kStream};
    if (choice.Find("message").valid()) return {Certainty::kLikely, MessageKind::kResponse};
  }
  if (root.Find("prompt_filter_results").valid()) return {Certainty::kLikely, MessageKind::kStream};
  return {Certainty::kPossible, MessageKind::kResponse};
}

/// Members that no other protocol's requests have beside "messages".
bool HasOwnMember(const Value& root) {
  static constexpr FieldNames kOwn(
      "max_completion_tokens", "n", "presence_penalty", "frequency_penalty", "logprobs",
      "top_logprobs", "logit_bias", "stop", "stream_options", "user", "safety_identifier", "seed",
      "reasoning_effort", "response_format", "functions", "function_call", "parallel_tool_calls",
      "web_search_options", "store", "verbosity", "modalities", "prediction", "prompt_cache_key");
  for (Member member : root.members()) {
    if (kOwn.Find(member.key) != kOwn.kUnknown) return true;
  }
  Value tools = root.Find("tools");
  if (!IsArray(tools)) return false;
  for (Value tool : tools.items()) {
    if (tool.is_object() && IsObject(tool.Find("function"))) return true;
  }
  return false;
}

/// Members that only Anthropic's requests have.
bool HasForeignMember(const Value& root) {
  static constexpr FieldNames kForeign("system", "stop_sequences", "thinking", "output_config",
                                       "anthropic_version", "mcp_servers", "cache_control");
  for (Member member : root.members()) {
    if (kForeign.Find(member.key) != kForeign.kUnknown) return true;
  }
  Value tools = root.Find("tools");
  if (!IsArray(tools)) return false;
  for (Value tool : tools.items()) {
    if (tool.is_object() && tool.Find("input_schema").valid()) return true;
  }
  return false;
}

bool IsOwnPart(const Value& part) {
  static constexpr FieldNames kOwn("image_url", "input_audio", "file", "refusal");
  if (!part.is_object()) return false;
  Value type = part.Find("type");
  return IsString(type) && kOwn.Find(type) != kOwn.kUnknown;
}

bool IsForeignPart(const Value& part) {
  static constexpr FieldNames kForeign("image", "document", "tool_use", "tool_result", "thinking",
                                       "redacted_thinking", "search_result", "server_tool_use");
  if (!part.is_object()) return false;
  Value type = part.Find("type");
  return IsString(type) && kForeign.Find(type) != kForeign.kUnknown;
}

/// 1: only a message of ours; -1: only one of Anthropic's; 0: either.
int Leaning(const Value& message) {
  Value role = message.Find("role");
  if (IsString(role) && (role.Is("tool") || role.Is("developer") || role.Is("function"))) return 1;
  if (IsArray(message.Find("tool_calls")) || IsObject(message.Find("function_call"))) return 1;
  Value content = message.Find("content");
  if (!content.valid() || content.is_null()) return 1;
  if (!content.is_array()) return 0;
  for (Value part : content.items()) {
    if (IsOwnPart(part)) return 1;
    if (IsForeignPart(part)) return -1;
  }
  return 0;
}

Recognition RecogniseRequest(const Value& root, const Value& messages) {
  if (HasForeignMember(root)) return {Certainty::kPossible, MessageKind::kRequest};
  if (HasOwnMember(root)) return {Certainty::kSure, MessageKind::kRequest};
  bool starts_with_system = false;
  bool first = true;
  for (Value message : messages.items()) {
    if (!message.is_object()) return {Certainty::kPossible, MessageKind::kRequest};
    int leaning = Leaning(message);
    if (leaning > 0) return {Certainty::kSure, MessageKind::kRequest};
    if (leaning < 0) return {Certainty::kPossible, MessageKind::kRequest};
    Value role = message.Find("role");
    if (first && IsString(role) && role.Is("system")) starts_with_system = true;
    first = false;
  }
  if (starts_with_system || !root.Find("max_tokens").valid()) {
    return {Certainty::kLikely, MessageKind::kRequest};
  }
  return {Certainty::kPossible, MessageKind::kRequest};
}

Recognition RecogniseError(const Value& root, const Value& error) {
  if (IsString(root.Find("type"))) return {Certainty::kPossible, MessageKind::kError};
  if (!error.is_object()) return {Certainty::kPossible, MessageKind::kError};
  return {openai::HasOwnMember(error) ? Certainty::kLikely : Certainty::kPossible,
          MessageKind::kError};
}

HttpHead RequestHead(const ChatRequest&) {
  HttpHead head;
  head.method = "POST";
  head.path = "/v1/chat/completions";
  head.headers.emplace_back("content-type", "application/json");
  return head;
}

constexpr std::array<std::string_view, 1> kAliases{"openai"};

}  // namespace

Recognition Recognise(const Value& root, std::string_view sse_event) {
  // Named events are Anthropic's; this protocol has none but what vendors add.
  if (!sse_event.empty() && sse_event != "message" && sse_event != "error") return {};
  if (!root.is_object()) return {};
  Value choices = root.Find("choices");
  if (IsArray(choices)) return RecogniseChoices(root, choices);
  Value messages = root.Find("messages");
  if (IsArray(messages)) return RecogniseRequest(root, messages);
  Value error = root.Find("error");
  if (error.valid() && !error.is_null()) return RecogniseError(root, error);
  if (IsString(root.Find("detail")) || IsString(root.Find("message"))) {
    return {Certainty::kPossible, MessageKind::kError};
  }
  // Of a wrong type: the decoder says what is wrong with it, and where.
  if (choices.valid()) return {Certainty::kPossible, MessageKind::kResponse};
  if (messages.valid()) return {Certainty::kPossible, MessageKind::kRequest};
  return {};
}

}  // namespace openai_chat

const Protocol kOpenAiChat{
    .id = openai_chat::kId,
    .title = "OpenAI Chat Completions",
    .docs_url = "https://platform.openai.com/docs/api-reference/chat",
    .aliases = openai_chat::kAliases,
    .framing = Framing::kSse,
    .recognise = openai_chat::Recognise,
    .decode_request = openai_chat::DecodeRequest,
    .encode_request = openai_chat::EncodeRequest,
    .request_head = openai_chat::RequestHead,
    .path_end = "/chat/completions",
    .decode_response = openai_chat::DecodeResponse,
    .encode_response = openai_chat::EncodeResponse,
    .is_error_body = openai_chat::IsErrorBody,
    .decode_error = openai_chat::DecodeError,
    .encode_error = openai_chat::EncodeError,
    .error_status = openai::ErrorStatus,
    .error_shape = "openai",
    .new_stream_decoder = openai_chat::NewStreamDecoder,
    .new_stream_encoder = openai_chat::NewStreamEncoder,
    .stream_options_member = "stream_options",
};

}  // namespace aiproxy
