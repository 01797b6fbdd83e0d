#include "core/protocols/anthropic_messages/codec.h"

#include <array>

#include "core/json/field_names.h"
#include "core/protocols/anthropic_messages/platform.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy {

namespace anthropic_messages {

namespace {

constexpr std::array<std::string_view, 2> kAliases{"claude", "anthropic"};
constexpr std::array kOtherFramings{Framing::kAwsInvokeStream};
constexpr std::array kPlatforms{Platform::kBedrock, Platform::kVertex};

bool IsStreamEvent(std::string_view name) {
  constexpr FieldNames kNames("message_start", "message_delta", "message_stop",
                              "content_block_start", "content_block_delta", "content_block_stop");
  return kNames.Find(name) != decltype(kNames)::kUnknown;
}

/// A tool with input_schema and not with a nested function.
bool HasOurTool(const Value& tools) {
  if (!tools.is_array() || tools.empty_container()) return false;
  Value tool = *tools.items().begin();
  return tool.is_object() && tool.Find("name").valid() && !tool.Find("function").valid();
}

/// Every block of this protocol has a type; those of others (Bedrock) do not.
bool HasBlockWithoutType(const Value& content) {
  if (!content.valid() || !content.is_array()) return false;
  for (Value block : content.items()) {
    if (block.is_object() && !block.Find("type").valid()) return true;
  }
  return false;
}

bool HasForeignBlock(const Value& root, const Value& messages) {
  if (HasBlockWithoutType(root.Find("system"))) return true;
  for (Value message : messages.items()) {
    if (message.is_object() && HasBlockWithoutType(message.Find("content"))) return true;
  }
  return false;
}

/// What the messages show: blocks that only this protocol has, or roles that it does not have.
Certainty OfMessages(const Value& messages) {
  constexpr FieldNames kBlocks("tool_use", "tool_result", "image", "document", "thinking",
                               "redacted_thinking", "server_tool_use", "search_result");
  constexpr FieldNames kTheirs("tool_calls", "tool_call_id", "function_call", "refusal", "audio",
                               "reasoning", "reasoning_content", "reasoning_details");
  Certainty certainty = Certainty::kPossible;
  for (Value message : messages.items()) {
    // What is wrong with it, and where, is for the decoder to say.
    if (!message.is_object()) return Certainty::kPossible;
    Value role = message.Find("role");
    if (!role.valid() || !role.is_string()) return Certainty::kPossible;
    if (role.Is("tool") || role.Is("developer") || role.Is("function")) return Certainty::kNone;
    for (Member m : message.members()) {
      if (kTheirs.Find(m.key) != decltype(kTheirs)::kUnknown) return Certainty::kNone;
    }
    Value content = message.Find("content");
    if (!content.valid() || !content.is_array()) continue;
    for (Value block : content.items()) {
      Value type = block.is_object() ? block.Find("type") : Value();
      if (!type.valid() || !type.is_string()) continue;
      if (kBlocks.Find(type) != decltype(kBlocks)::kUnknown) certainty = Certainty::kSure;
    }
  }
  return certainty;
}

Certainty OfRequest(const Value& root) {
  constexpr FieldNames kOurs("system", "stop_sequences", "top_k", "thinking", "output_config",
                             "mcp_servers", "anthropic_version", "betas", "context_management");
  constexpr FieldNames kTheirs("max_completion_tokens", "response_format", "stop", "n", "seed",
                               "frequency_penalty", "presence_penalty", "logprobs", "functions",
                               "stream_options", "reasoning_effort", "parallel_tool_calls");
  Value messages = root.Find("messages");
  if (!messages.valid()) return Certainty::kNone;
  if (!messages.is_array()) return Certainty::kPossible;
  Certainty certainty = OfMessages(messages);
  if (certainty == Certainty::kNone || certainty == Certainty::kSure) return certainty;
  if (HasForeignBlock(root, messages)) return certainty;
  for (Member m : root.members()) {
    if (kTheirs.Find(m.key) != decltype(kTheirs)::kUnknown) return Certainty::kNone;
    bool ours = kOurs.Find(m.key) != decltype(kOurs)::kUnknown;
    if (ours || (m.key.Is("tools") && HasOurTool(m.value))) certainty = Certainty::kSure;
  }
  if (certainty == Certainty::kSure) return certainty;
  Value model = root.Find("model");
  bool claude =
      model.valid() && model.is_string() && model.raw().find("claude") != std::string_view::npos;
  return claude && root.Find("max_tokens").valid() ? Certainty::kLikely : Certainty::kPossible;
}

/// A response whose type somebody left out.
bool IsBareResponse(const Value& root) {
  Value content = root.Find("content");
  if (!content.valid() || !content.is_array() || root.Find("type").valid()) return false;
  Value role = root.Find("role");
  return root.Find("stop_reason").valid() ||
         (role.valid() && role.is_string() && role.Is("assistant"));
}

Recognition Recognise(const Value& root, std::string_view sse_event) {
  if (!root.is_object()) return {};
  Value type = root.Find("type");
  if (type.valid() && type.is_string() && !type.escaped()) {
    if (IsStreamEvent(type.body()) || IsStreamEvent(sse_event)) {
      return {Certainty::kSure, MessageKind::kStream};
    }
    if (type.Is("ping") && !sse_event.empty()) {
      return {Certainty::kLikely, MessageKind::kStream};
    }
    if (type.Is("message") && root.Find("content").valid()) {
      return {Certainty::kSure, MessageKind::kResponse};
    }
    if (type.Is("error") && root.Find("error").valid()) {
      return {Certainty::kSure, sse_event.empty() ? MessageKind::kError : MessageKind::kStream};
    }
  }
  if (IsBareResponse(root)) return {Certainty::kLikely, MessageKind::kResponse};
  return {OfRequest(root), MessageKind::kRequest};
}

}  // namespace

}  // namespace anthropic_messages

const Protocol kAnthropicMessages{
    .id = anthropic_messages::kId,
    .title = "Anthropic Messages",
    .docs_url = "https://platform.claude.com/docs/en/api/messages",
    .aliases = anthropic_messages::kAliases,
    .framing = Framing::kSse,
    .other_framings = anthropic_messages::kOtherFramings,
    .recognise = anthropic_messages::Recognise,
    .decode_request = anthropic_messages::DecodeRequest,
    .encode_request = anthropic_messages::EncodeRequest,
    .request_head = anthropic_messages::RequestHead,
    .path_end = "/messages",
    .read_path = anthropic_messages::ReadPath,
    .edit_path = anthropic_messages::EditPath,
    .platforms = anthropic_messages::kPlatforms,
    .platform_of = anthropic_messages::PlatformOf,
    .decode_response = anthropic_messages::DecodeResponse,
    .encode_response = anthropic_messages::EncodeResponse,
    .is_error_body = anthropic_messages::IsErrorBody,
    .decode_error = anthropic_messages::DecodeError,
    .encode_error = anthropic_messages::EncodeError,
    .error_status = anthropic_messages::ErrorStatus,
    .new_stream_decoder = anthropic_messages::NewStreamDecoder,
    .new_stream_encoder = anthropic_messages::NewStreamEncoder,
    .head_member = "betas",
    .request_id_header = "request-id",
};

}  // namespace aiproxy
