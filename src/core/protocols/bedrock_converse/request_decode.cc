// Requests, from the wire.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
#include <string>

#include "core/json/field_names.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

Status DecodeRole(const Value& value, CodecContext& context, Sourced<Role>& role) {
  constexpr FieldNames kRoles("user", "assistant", "system");
  switch (value.is_string() ? kRoles.Find(value) : decltype(kRoles)::kUnknown) {
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
      return Expect(context, value, "\"user\", \"assistant\" or \"system\"");
  }
}

Status DecodeMessage(const Value& object, BlockReader& reader, Message& message) {
  constexpr FieldNames kFields("role", "content");
  CodecContext& context = reader.context;
  if (!object.is_object()) return Expect(context, object, "an object");
  message.node = object.id();
  Taker take(context);
  Value role;
  Value content;
  for (Member m : object.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("role"):
        role = m.value;
        break;
      case kFields("content"):
        content = m.value;
        break;
      default:
        take.Keep(m, message.extras);
    }
  }
  if (!role.valid()) return context.document().ErrorAt(object.id(), "expected a member 'role'");
  AIPROXY_RETURN_IF_ERROR(DecodeRole(role, context, message.role));
  if (!content.valid()) {
    return context.document().ErrorAt(object.id(), "expected a member 'content'");
  }
  if (!content.is_array()) return Expect(context, content, "an array");
  message.content_node = content.id();
  return reader.DecodeContent(content, Place::kMessage, message.parts);
}

Status DecodeMessages(const Value& list, BlockReader& reader, ChatRequest& request) {
  CodecContext& context = reader.context;
  if (!list.is_array()) return Expect(context, list, "an array");
  request.messages_node = list.id();
  UseIfEmpty(list, context);
  for (Value item : list.items()) {
    Message message;
    AIPROXY_RETURN_IF_ERROR(DecodeMessage(item, reader, message));
    request.messages.push_back(context.arena, message);
  }
  return Ok();
}

Status DecodeSystem(const Value& system, BlockReader& reader, ChatRequest& request) {
  Message message;
  message.role = {Role::kSystem};
  message.node = system.id();
  message.content_node = system.id();
  message.style = kTopLevelSystem;
  AIPROXY_RETURN_IF_ERROR(reader.DecodeContent(system, Place::kSystem, message.parts));
  request.messages.push_back(reader.context.arena, message);
  return Ok();
}

/// The model of the path, or else the one that an SDK's input has beside the rest.
Status DecodeModel(const Member& model_id, const HttpHead& head, CodecContext& context,
                   ChatRequest& request) {
  RequestTarget target;
  if (!head.path.empty()) {
    AIPROXY_RETURN_IF_ERROR(ReadPath(head.path, target));
    request.model = Text::Plain(context.arena.Copy(target.model));
    if (target.stream == true) request.stream = {true};
  }
  if (!model_id.value.valid()) return Ok();
  if (!model_id.value.is_string()) return Expect(context, model_id.value, "a string");
  if (!request.model.present()) {
    request.model = Text::Of(model_id.value);
    request.style |= kModelInBody;
    return Ok();
  }
  Taker take(context);
  take.Keep(model_id, request.extras);
  if (model_id.value.Is(target.model)) {
    take.Use(model_id.value);
  } else if (context.accounting.target() != kId) {
    context.accounting.Drop(model_id.value.id(), kValueDropped,
                            "the path names another model, and it counts");
  }
  return Ok();
}

/// A stored prompt brings its own messages.
bool HasPrompt(const Value& root, const ChatRequest& request) {
  return root.Find("promptVariables").valid() ||
         request.model.bytes.find(":prompt/") != std::string_view::npos;
}

void KeepLatency(const Member& member, Taker& take, ChatRequest& request) {
  take.Keep(member, request.extras);
  Value latency = member.value.Find("latency");
  if (IsString(latency) && latency.Is("standard") && IsSingle(member.value)) take.Use(latency);
}

}  // namespace

Error Expect(CodecContext& context, const Value& value, std::string_view expected) {
  return context.document().ErrorAt(
      value.id(), "expected " + std::string(expected) + ", got " + Describe(value));
}

bool IsSingle(const Value& object) {
  if (!object.is_object() || object.empty_container()) return false;
  Value::MemberIterator second = object.members().begin();
  ++second;
  return !(second != object.members().end());
}

Status DecodeRequest(const Value& root, const HttpHead& head, CodecContext& context,
                     ChatRequest& request) {
  constexpr FieldNames kFields("modelId", "messages", "system", "toolConfig", "inferenceConfig",
                               "additionalModelRequestFields", "outputConfig", "serviceTier",
                               "performanceConfig", "requestMetadata");
  if (!root.is_object()) return Expect(context, root, "an object");
  request.protocol = kId;
  request.platform = Platform::kBedrock;
  request.node = root.id();
  Taker take(context);
  Member model{};
  Member tools{};
  Value messages;
  Value system;
  for (Member m : root.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("modelId"):
        model = m;
        break;
      case kFields("messages"):
        messages = m.value;
        break;
      case kFields("system"):
        if (m.value.is_array() && !m.value.empty_container()) {
          system = m.value;
        } else {
          if (m.value.is_array())
            take.Use(m.value);
          else
            take.Wrong(m, Expected::kArray, request.extras);
          if (m.value.is_array()) take.Keep(m, request.extras);
        }
        break;
      case kFields("toolConfig"):
        tools = m;
        break;
      case kFields("inferenceConfig"):
      case kFields("additionalModelRequestFields"):
      case kFields("outputConfig"):
      case kFields("serviceTier"):
        break;  // DecodeParameters
      case kFields("performanceConfig"):
        KeepLatency(m, take, request);
        break;
      case kFields("requestMetadata"):
        take.TakeObject(m, request.metadata, request.extras);
        break;
      default:
        take.Keep(m, request.extras);
    }
  }
  AIPROXY_RETURN_IF_ERROR(DecodeModel(model, head, context, request));
  BlockReader reader{context, ReasoningIssuer(request.model.Decode(context.arena))};
  if (system.valid()) AIPROXY_RETURN_IF_ERROR(DecodeSystem(system, reader, request));
  if (messages.valid()) {
    AIPROXY_RETURN_IF_ERROR(DecodeMessages(messages, reader, request));
  } else if (!HasPrompt(root, request)) {
    return context.document().ErrorAt(root.id(), "expected a member 'messages'");
  }
  if (tools.value.valid()) AIPROXY_RETURN_IF_ERROR(DecodeToolConfig(tools, context, request));
  return DecodeParameters(root, context, request);
}

}  // namespace aiproxy::bedrock_converse
