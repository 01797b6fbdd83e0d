// Requests, from the wire.
#include <string>

#include "core/json/field_names.h"
#include "core/model/claude_betas.h"
#include "core/model/claude_thinking.h"
#include "core/model/words.h"
#include "core/protocols/anthropic_messages/platform.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy::anthropic_messages {

namespace {

Error Expect(CodecContext& context, const Value& value, std::string_view expected) {
  return context.document().ErrorAt(
      value.id(), "expected " + std::string(expected) + ", got " + Describe(value));
}

void DecodeStop(const Member& member, Taker& take, ChatRequest& request) {
  bool fits = member.value.is_array();
  if (fits) {
    for (Value item : member.value.items()) fits &= item.is_string();
  }
  if (!fits) return take.Wrong(member, Expected::kArray, request.extras);
  request.sampling.stop.clear();
  request.sampling.stop_node = member.value.id();
  UseIfEmpty(member.value, take.context());
  for (Value item : member.value.items()) {
    request.sampling.stop.push_back(take.context().arena, Text::Of(item));
  }
}

void DecodeFormat(const Member& member, Taker& take, ResponseFormat& format, Extras& extras) {
  if (!member.value.is_object()) return take.Wrong(member, Expected::kObject, extras);
  format = {};
  format.node = member.value.id();
  format.value = Raw::Of(member.value);
  format.kind = ResponseFormat::Kind::kOpaque;
  Value type = member.value.Find("type");
  if (!type.valid() || !type.is_string() || !type.Is("json_schema")) return;
  format.kind = ResponseFormat::Kind::kJsonSchema;
  format.kind_node = type.id();
  if (Value schema = member.value.Find("schema"); schema.valid()) format.schema = Raw::Of(schema);
}

void DecodeOutputConfig(const Member& member, Taker& take, ChatRequest& request) {
  constexpr FieldNames kFields("effort", "format");
  if (!member.value.is_object()) return take.Wrong(member, Expected::kObject, request.extras);
  if (member.value.empty_container()) {
    take.Use(member.value);
    return take.Keep(member, request.extras);
  }
  for (Member m : member.value.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("effort"): {
        std::optional<Effort> effort;
        if (m.value.is_string() && !m.value.escaped()) effort = EffortOf(m.value.body());
        if (effort)
          request.reasoning.effort = {*effort, m.value.id()};
        else
          take.Wrong(m, Expected::kWord, request.output_extras);
        break;
      }
      case kFields("format"):
        DecodeFormat(m, take, request.response_format, request.output_extras);
        break;
      default:
        take.Keep(m, request.output_extras);
    }
  }
}

void DecodeMetadata(const Member& member, Taker& take, ChatRequest& request) {
  if (!member.value.is_object()) return take.Wrong(member, Expected::kObject, request.extras);
  if (member.value.empty_container()) {
    take.Use(member.value);
    return take.Keep(member, request.extras);
  }
  for (Member m : member.value.members()) {
    if (m.key.Is("user_id"))
      take.Take(m, request.user_id, request.metadata_extras);
    else
      take.Keep(m, request.metadata_extras);
  }
}

void DecodeServiceTier(const Member& member, Taker& take, ChatRequest& request) {
  const Value& value = member.value;
  if (value.is_string() && value.Is("auto")) {
    request.service_tier = {ServiceTier::kAuto, value.id()};
  } else if (value.is_string() && value.Is("standard_only")) {
    request.service_tier = {ServiceTier::kStandard, value.id()};
  } else {
    take.Wrong(member, Expected::kWord, request.extras);
  }
}

/// The parameters that carry one value each, and those that are read on the spot.
void DecodeParameter(const Member& m, Taker& take, ChatRequest& request) {
  constexpr FieldNames kFields("max_tokens", "temperature", "top_p", "top_k", "stop_sequences",
                               "tool_choice", "thinking", "output_config", "metadata",
                               "service_tier", "anthropic_version", "anthropic_beta", "betas");
  switch (kFields.Find(m.key)) {
    case kFields("max_tokens"):
      return take.Take(m, request.sampling.max_output_tokens, request.extras);
    case kFields("temperature"):
      return take.Take(m, request.sampling.temperature, request.extras);
    case kFields("top_p"):
      return take.Take(m, request.sampling.top_p, request.extras);
    case kFields("top_k"):
      return take.Take(m, request.sampling.top_k, request.extras);
    case kFields("stop_sequences"):
      return DecodeStop(m, take, request);
    case kFields("tool_choice"):
      return DecodeToolChoice(m, take, request);
    case kFields("thinking"):
      return DecodeClaudeThinking(m, take, request.reasoning, request.extras);
    case kFields("output_config"):
      return DecodeOutputConfig(m, take, request);
    case kFields("metadata"):
      return DecodeMetadata(m, take, request);
    case kFields("service_tier"):
      return DecodeServiceTier(m, take, request);
    case kFields("anthropic_version"):  // where a cloud has it, it says nothing to others
      return KeepUsed(take, m, request.extras, m.value.is_string());
    case kFields("anthropic_beta"):
    case kFields("betas"):
      AppendBetas(m.value, take.context(), request.betas);
      return take.Keep(m, request.extras);
    default:
      return take.Keep(m, request.extras);
  }
}

Status DecodeSystem(const Value& system, CodecContext& context, ChatRequest& request) {
  request.messages.push_back(context.arena, Message{});
  Message& message = request.messages.back();
  message.role = {Role::kSystem};
  message.node = system.id();
  message.content_node = system.id();
  message.style = kTopLevelSystem;
  return DecodeContent(system, context, message.parts, message.style);
}

Status DecodeRole(const Value& value, CodecContext& context, Sourced<Role>& role) {
  constexpr FieldNames kRoles("user", "assistant", "system");
  int word = value.is_string() ? kRoles.Find(value) : decltype(kRoles)::kUnknown;
  switch (word) {
    case kRoles("user"):
      role = {Role::kUser, value.id()};
      return Ok();
    case kRoles("assistant"):
      role = {Role::kAssistant, value.id()};
      return Ok();
    case kRoles("system"):
      role = {Role::kSystem, value.id()};
      return Ok();
    default:
      return Expect(context, value, "'user', 'assistant' or 'system' as the role");
  }
}

Status DecodeMessage(const Value& object, CodecContext& context, Message& message) {
  constexpr FieldNames kFields("role", "content");
  if (!object.is_object()) return Expect(context, object, "an object");
  message.node = object.id();
  message.style = kContentAbsent;
  Taker take(context);
  Value role;
  Value content;
  for (Member m : object.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("role"):
        role = m.value;
        break;
      case kFields("content"):
        if (m.value.is_null())
          take.Keep(m, message.extras);
        else
          content = m.value;
        break;
      default:
        take.Keep(m, message.extras);
    }
  }
  if (!role.valid()) return context.document().ErrorAt(object.id(), "expected a member 'role'");
  AIPROXY_RETURN_IF_ERROR(DecodeRole(role, context, message.role));
  if (!content.valid()) return Ok();
  message.content_node = content.id();
  return DecodeContent(content, context, message.parts, message.style);
}

Status DecodeMessages(const Value& list, CodecContext& context, ChatRequest& request) {
  if (!list.is_array()) return Expect(context, list, "an array");
  request.messages_node = list.id();
  UseIfEmpty(list, context);
  for (Value item : list.items()) {
    request.messages.push_back(context.arena, Message{});
    AIPROXY_RETURN_IF_ERROR(DecodeMessage(item, context, request.messages.back()));
  }
  return Ok();
}

}  // namespace

Status DecodeRequest(const Value& root, const HttpHead& head, CodecContext& context,
                     ChatRequest& request) {
  constexpr FieldNames kFields("model", "stream", "system", "messages", "tools", "output_format");
  if (!root.is_object()) return Expect(context, root, "an object");
  request.protocol = kId;
  request.node = root.id();
  Taker take(context);
  Value system;
  Value messages;
  Value tools;
  Member model{};
  Member stream{};
  Member old_format{};
  for (Member m : root.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("model"):
        model = m;
        break;
      case kFields("stream"):
        stream = m;
        break;
      case kFields("system"):
        if (m.value.is_string() || m.value.is_array())
          system = m.value;
        else
          take.Wrong(m, Expected::kString, request.extras);
        break;
      case kFields("messages"):
        messages = m.value;
        break;
      case kFields("tools"):
        if (m.value.is_array())
          tools = m.value;
        else
          take.Wrong(m, Expected::kArray, request.extras);
        break;
      case kFields("output_format"):
        old_format = m;
        break;
      default:
        DecodeParameter(m, take, request);
    }
  }
  AIPROXY_RETURN_IF_ERROR(TakeTarget(head, model, stream, context, request));
  TakeBetas(head, context, request);
  if (!messages.valid()) {
    return context.document().ErrorAt(root.id(), "expected a member 'messages'");
  }
  if (system.valid()) AIPROXY_RETURN_IF_ERROR(DecodeSystem(system, context, request));
  AIPROXY_RETURN_IF_ERROR(DecodeMessages(messages, context, request));
  Issuer issuer = HistoryIssuer(request, context);
  for (Message& message : request.messages) SetIssuer(issuer, message.parts);
  if (tools.valid()) AIPROXY_RETURN_IF_ERROR(DecodeTools(tools, context, request));
  if (!old_format.value.valid()) return Ok();
  if (request.response_format.kind != ResponseFormat::Kind::kUnset) {
    take.Keep(old_format, request.extras);
  } else {
    DecodeFormat(old_format, take, request.response_format, request.extras);
    if (request.response_format.kind != ResponseFormat::Kind::kUnset)
      request.style |= kOldOutputFormat;
  }
  return Ok();
}

}  // namespace aiproxy::anthropic_messages
