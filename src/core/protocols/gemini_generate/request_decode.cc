// Requests, from the wire: https://ai.google.dev/api/generate-content
#include <string>

#include "core/protocols/gemini_generate/part_decode.h"

namespace aiproxy::gemini_generate {

namespace {

class RequestDecoder {
 public:
  RequestDecoder(CodecContext& context, ChatRequest& request)
      : context_(context), request_(request), take_(context) {}

  Status Run(const Value& root, const HttpHead& head) {
    constexpr FieldNames kFields("contents", "systemInstruction", "tools", "toolConfig",
                                 "generationConfig", "serviceTier", "model");
    if (!root.is_object()) return Expect(root, "an object");
    request_.protocol = kId;
    request_.node = root.id();
    Value contents, system, tools, tool_config, config;
    ForEachSpelled(root, kFields, context_, [&](int index, const Member& m) {
      const Value& value = m.value;
      switch (index) {
        case kFields("contents"):
          contents = value;
          break;
        case kFields("systemInstruction"):
          if (value.is_object() || value.is_string()) {
            system = value;
            SetStyle(kSnakeSystem, m);
          } else {
            take_.Wrong(m, Expected::kObject, request_.extras);
          }
          break;
        case kFields("tools"):
          if (value.is_container())
            tools = value;
          else
            take_.Wrong(m, Expected::kArray, request_.extras);
          break;
        case kFields("toolConfig"):
          TakeObject(m, kSnakeToolConfig, tool_config);
          break;
        case kFields("generationConfig"):
          TakeObject(m, kSnakeConfig, config);
          break;
        case kFields("serviceTier"):
          TakeTier(m);
          break;
        case kFields("model"):
          TakeModel(m);
          break;
        default:
          take_.Keep(m, request_.extras);
      }
    });
    AIPROXY_RETURN_IF_ERROR(TakeTarget(head));
    if (!contents.valid()) {
      return context_.document().ErrorAt(root.id(), "expected a member 'contents'");
    }
    PartDecoder parts(context_, IssuerOf(request_.model, context_));
    if (system.valid()) AIPROXY_RETURN_IF_ERROR(DecodeSystem(system, parts));
    AIPROXY_RETURN_IF_ERROR(DecodeContents(contents, parts));
    if (tools.valid()) AIPROXY_RETURN_IF_ERROR(DecodeTools(tools, context_, request_));
    if (tool_config.valid()) DecodeToolConfig(tool_config, context_, request_);
    if (config.valid()) DecodeConfig(config, context_, request_);
    return Ok();
  }

 private:
  Error Expect(const Value& value, std::string_view expected) {
    return context_.document().ErrorAt(
        value.id(), "expected " + std::string(expected) + ", got " + Describe(value));
  }

  void SetStyle(std::uint32_t bit, const Member& m) {
    request_.style &= ~bit;
    if (IsSnake(m.key)) request_.style |= bit;
  }

  void TakeObject(const Member& m, std::uint32_t bit, Value& into) {
    if (!m.value.is_object()) return take_.Wrong(m, Expected::kObject, request_.extras);
    into = m.value;
    SetStyle(bit, m);
  }

  void TakeTier(const Member& m) {
    std::optional<ServiceTier> tier;
    if (m.value.is_string()) tier = TierOf(m.value);
    if (tier && m.value.Is(TierWord(*tier))) {
      request_.service_tier = {*tier, m.value.id()};
      SetStyle(kSnakeTier, m);
    } else {
      if (IsUnset(m.value))
        KeepUsed(take_, m, request_.extras, true);
      else
        take_.Wrong(m, Expected::kWord, request_.extras);
    }
  }

  void TakeModel(const Member& m) {
    if (!m.value.is_string()) return take_.Wrong(m, Expected::kString, request_.extras);
    constexpr std::string_view kPrefix = "models/";
    request_.model = Text::Of(m.value);
    request_.style |= kModelInBody;
    if (!request_.model.bytes.starts_with(kPrefix)) return;
    request_.model.bytes.remove_prefix(kPrefix.size());
    request_.style |= kModelPrefix;
  }

  /// The path says the model and whether to stream; it wins over the body.
  Status TakeTarget(const HttpHead& head) {
    if (head.path.empty()) return Ok();
    RequestTarget target;
    AIPROXY_RETURN_IF_ERROR(ReadAnyPath(head.path, target));
    if (target.stream.value_or(false)) request_.stream = {true};
    if (request_.model.present()) {
      if (request_.model.Is(target.model)) {
        context_.accounting.Use(request_.model.node);
      } else {
        context_.accounting.Drop(request_.model.node, kValueDropped,
                                 "the path names another model");
      }
    }
    request_.model = Text::Plain(context_.arena.Copy(target.model));
    return Ok();
  }

  Status DecodeSystem(const Value& system, PartDecoder& parts) {
    request_.messages.push_back(context_.arena, Message{});
    Message& message = request_.messages.back();
    message.role = {Role::kSystem};
    message.node = system.id();
    message.style = kSystemInstruction;
    if (system.is_object()) return DecodeContent(system, parts, message);
    message.style |= kSystemString;
    TextPart text;
    text.text = Text::Of(system);
    message.parts.push_back(context_.arena, text);
    return Ok();
  }

  Status DecodeRole(const Value& value, Message& message) {
    constexpr FieldNames kRoles("user", "model", "function", "system");
    switch (value.is_string() ? kRoles.Find(value) : kRoles.kUnknown) {
      case kRoles("model"):
        message.role = {Role::kAssistant, value.id()};
        return Ok();
      case kRoles("function"):
        message.style |= kFunctionRole;
        [[fallthrough]];
      case kRoles("user"):
        message.role = {Role::kUser, value.id()};
        return Ok();
      case kRoles("system"):
        message.role = {Role::kSystem, value.id()};
        return Ok();
      default:
        return Expect(value, "user or model as the role");
    }
  }

  Status DecodeContent(const Value& content, PartDecoder& parts, Message& message) {
    constexpr FieldNames kFields("role", "parts");
    bool instruction = (message.style & kSystemInstruction) != 0;
    message.style |= kNoParts;
    UseIfEmpty(content, context_);
    Value role, list;
    for (Member m : content.members()) {
      switch (kFields.Find(m.key)) {
        case kFields("role"):
          if (instruction || m.value.is_null())
            KeepUsed(take_, m, message.extras, instruction);
          else
            role = m.value;
          break;
        case kFields("parts"):
          if (m.value.is_null())
            take_.Keep(m, message.extras);
          else
            list = m.value;
          break;
        default:
          take_.Keep(m, message.extras);
      }
    }
    if (role.valid()) {
      AIPROXY_RETURN_IF_ERROR(DecodeRole(role, message));
    } else if (!instruction) {
      message.style |= kNoRole;
      message.role = {Role::kUser};
    }
    if (!list.valid()) return Ok();
    message.style = static_cast<std::uint8_t>(message.style & ~kNoParts);
    if (list.is_object()) {
      message.style |= kBareParts;
      return parts.Decode(list, message.parts);
    }
    if (!list.is_array()) return Expect(list, "an array as 'parts'");
    UseIfEmpty(list, context_);
    for (Value part : list.items()) {
      AIPROXY_RETURN_IF_ERROR(parts.Decode(part, message.parts));
    }
    return Ok();
  }

  Status DecodeContents(const Value& contents, PartDecoder& parts) {
    request_.messages_node = contents.id();
    if (contents.is_object()) {
      request_.style |= kBareContents;
      return AppendContent(contents, parts);
    }
    if (!contents.is_array()) return Expect(contents, "an array as 'contents'");
    UseIfEmpty(contents, context_);
    for (Value item : contents.items()) AIPROXY_RETURN_IF_ERROR(AppendContent(item, parts));
    return Ok();
  }

  Status AppendContent(const Value& item, PartDecoder& parts) {
    if (!item.is_object()) return Expect(item, "an object as the content");
    parts.BeginContent(contents_++);
    request_.messages.push_back(context_.arena, Message{});
    Message& message = request_.messages.back();
    message.node = item.id();
    return DecodeContent(item, parts, message);
  }

  CodecContext& context_;
  ChatRequest& request_;
  Taker take_;
  std::size_t contents_ = 0;  // so far
};

}  // namespace

Status DecodeRequest(const Value& root, const HttpHead& head, CodecContext& context,
                     ChatRequest& request) {
  return RequestDecoder(context, request).Run(root, head);
}

}  // namespace aiproxy::gemini_generate
