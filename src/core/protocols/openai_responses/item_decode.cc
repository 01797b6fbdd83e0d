// Reading items: messages, calls, outputs, and what only this protocol knows.
#include "core/json/field_names.h"
#include "core/model/words.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

constexpr FieldNames kItemFields("id", "status", "caller");
constexpr FieldNames kCallFields("type", "call_id", "name", "arguments", "input", "namespace");
constexpr FieldNames kForeignOutputs("computer_call_output", "local_shell_call_output",
                                     "shell_call_output", "apply_patch_call_output",
                                     "mcp_approval_response", "compaction_trigger");

bool IsDirect(const Value& caller) {
  Value type = caller.is_object() ? caller.Find("type") : Value();
  return IsString(type) && type.Is("direct");
}

std::optional<Role> RoleOf(const Value& role) {
  if (!IsString(role)) return std::nullopt;
  if (role.Is("user")) return Role::kUser;
  if (role.Is("assistant")) return Role::kAssistant;
  if (role.Is("system")) return Role::kSystem;
  if (role.Is("developer")) return Role::kDeveloper;
  return std::nullopt;
}

}  // namespace

void KeepItemMember(const Member& member, Taker& take, Extras& extras) {
  const Value& value = member.value;
  switch (kItemFields.Find(member.key)) {
    case kItemFields("id"):
      return KeepUsed(take, member, extras, value.is_string());
    case kItemFields("status"):
      return KeepUsed(take, member, extras, value.is_string() && value.Is("completed"));
    case kItemFields("caller"):
      return KeepUsed(take, member, extras, IsDirect(value));
    default:
      take.Keep(member, extras);
  }
}

ToolCallPart DecodeCall(const Value& item, std::size_t index, CodecContext& context) {
  Taker take(context);
  ToolCallPart call;
  call.node = item.id();
  Value type = item.Find("type");
  take.Use(type);
  call.is_custom = type.Is("custom_tool_call");
  for (Member member : item.members()) {
    const Value& value = member.value;
    switch (kCallFields.Find(member.key)) {
      case kCallFields("type"):
        break;
      case kCallFields("call_id"):
        take.Take(member, call.id, call.extras);
        break;
      case kCallFields("name"):
        take.Take(member, call.name, call.extras);
        break;
      case kCallFields("arguments"):
      case kCallFields("input"):
        if (member.key.Is("input") != call.is_custom)
          take.Keep(member, call.extras);
        else if (value.is_string())
          call.arguments = {Text::Of(value), {}};
        else
          take.TakeRaw(member, call.arguments.json, call.extras);
        break;
      default:
        KeepItemMember(member, take, call.extras);
    }
  }
  if (!call.id.present()) {
    call.style |= kNoCallId;
    Value id = item.Find("id");
    call.id = IsString(id) ? Text::Of(id) : openai::DerivedCallId(index, context.arena);
  }
  Value space = item.Find("namespace");
  if (IsString(space) && call.name.present()) {
    call.style |= kJoinedName;
    take.Use(space);
    call.name = JoinName(Text::Of(space), call.name, context.arena);
  }
  return call;
}

Status ItemDecoder::Run(const Value& list) {
  UseIfEmpty(list, context_);
  for (Value item : list.items()) {
    AIPROXY_RETURN_IF_ERROR(One(item));
    ++index_;
  }
  if (waiting_.empty() || messages_.empty()) return Ok();
  for (WireItem item : waiting_) {
    item.style |= kBehindMessage;
    messages_.back().items.push_back(context_.arena, item);
  }
  return Ok();
}

ItemDecoder::Kind ItemDecoder::KindOf(const Value& item, const Value& type) {
  if (!type.valid()) {
    if (item.Find("role").valid()) return Kind::kMessage;
    return IsString(item.Find("id")) ? Kind::kReference : Kind::kOther;
  }
  if (!type.is_string()) return Kind::kOther;
  if (type.Is("message")) return Kind::kMessage;
  if (type.Is("function_call") || type.Is("custom_tool_call")) return Kind::kCall;
  if (type.Is("function_call_output") || type.Is("custom_tool_call_output")) return Kind::kOutput;
  if (type.Is("reasoning")) return Kind::kReasoning;
  if (type.Is("additional_tools")) return Kind::kTools;
  if (kForeignOutputs.Find(type) != kForeignOutputs.kUnknown) return Kind::kForeignOutput;
  return Kind::kOther;
}

Status ItemDecoder::One(const Value& item) {
  if (!item.is_object()) return Unexpected(item, "an object as the item");
  Value type = item.Find("type");
  Kind kind = KindOf(item, type);
  if (in_response_ && kind != Kind::kMessage && kind != Kind::kCall && kind != Kind::kReasoning) {
    kind = Kind::kOther;
  }
  switch (kind) {
    case Kind::kMessage:
      return TakeMessage(item, type);
    case Kind::kCall:
      Assistant().parts.push_back(context_.arena, DecodeCall(item, index_, context_));
      return Ok();
    case Kind::kOutput:
      return TakeOutput(item, type.Is("custom_tool_call_output"));
    case Kind::kReasoning:
      TakeReasoning(item);
      return Ok();
    case Kind::kTools:
      return TakeTools(item);
    case Kind::kForeignOutput:
      TakeOpaque(item, type, true);
      return Ok();
    case Kind::kReference:
      TakeOpaque(item, type, false);
      return Ok();
    case Kind::kOther:
      break;
  }
  if (!type.valid()) {
    return context_.document().ErrorAt(item.id(), "expected a 'type' or a 'role' in the item");
  }
  TakeOpaque(item, type, false);
  return Ok();
}

/// The message of the assistant's turn that goes on, or that begins here.
Message& ItemDecoder::Assistant() {
  if (in_turn_) return messages_.back();
  in_turn_ = true;
  Message message;
  message.role = Role::kAssistant;
  message.style = kDecodedMessage;
  message.items = waiting_;
  waiting_ = {};
  messages_.push_back(context_.arena, message);
  return messages_.back();
}

Message ItemDecoder::NewMessage(Role role, const Value& item) {
  in_turn_ = false;
  Message message;
  message.role = role;
  message.node = item.id();
  message.style = kDecodedMessage;
  message.items = waiting_;
  waiting_ = {};
  return message;
}

Status ItemDecoder::TakeMessage(const Value& item, const Value& type) {
  Value word = item.Find("role");
  std::optional<Role> role = RoleOf(word);
  if (!role && in_response_ && !word.valid()) role = Role::kAssistant;
  if (!role) {
    return context_.document().ErrorAt(
        word.valid() ? word.id() : item.id(),
        "expected 'user', 'assistant', 'system' or 'developer' as the role of the message");
  }
  if (type.valid()) take_.Use(type);
  if (word.valid()) take_.Use(word);
  if (role == Role::kAssistant || in_response_) return TakeAssistantMessage(item, word);
  Message message = NewMessage(*role, item);
  message.role.node = word.id();
  if (!type.valid()) message.style |= kNoType;
  for (Member member : item.members()) {
    if (member.value.id() == word.id() || (type.valid() && member.value.id() == type.id()))
      continue;
    if (member.key.Is("content")) {
      message.content_node = member.value.id();
      AIPROXY_RETURN_IF_ERROR(TakeContent(member, message.parts, message.style, message.extras));
    } else {
      KeepItemMember(member, take_, message.extras);
    }
  }
  messages_.push_back(context_.arena, message);
  return Ok();
}

Status ItemDecoder::TakeAssistantMessage(const Value& item, const Value& role) {
  Message& message = Assistant();
  if (message.node == kNoNode && message.parts.empty()) message.node = item.id();
  if (!message.role.present() || message.role.node == kNoNode) {
    message.role = {Role::kAssistant, role.valid() ? role.id() : kNoNode};
  }
  Value type = item.Find("type");
  WireItem wire;
  wire.first_part = static_cast<int>(message.parts.size());
  wire.node = item.id();
  if (!type.valid()) wire.style |= kNoType;
  if (!role.valid()) wire.style |= kNoRole;
  for (Member member : item.members()) {
    if (role.valid() && member.value.id() == role.id()) continue;
    if (type.valid() && member.value.id() == type.id()) continue;
    if (member.key.Is("content")) {
      AIPROXY_RETURN_IF_ERROR(TakeContent(member, message.parts, wire.style, wire.members));
    } else {
      KeepItemMember(member, take_, wire.members);
    }
  }
  wire.part_count = static_cast<int>(message.parts.size()) - wire.first_part;
  message.items.push_back(context_.arena, wire);
  return Ok();
}

Status ItemDecoder::TakeContent(const Member& member, List<Part>& parts, std::uint8_t& style,
                                Extras& extras) {
  const Value& value = member.value;
  if (value.is_string()) {
    style |= kContentString;
    TextPart text;
    text.text = Text::Of(value);
    text.node = value.id();
    parts.push_back(context_.arena, text);
    return Ok();
  }
  if (value.is_array()) {
    style |= kContentList;
    return DecodeContentList(value, context_, parts);
  }
  if (value.is_null()) {
    take_.Keep(member, extras);
    return Ok();
  }
  return Unexpected(value, "a string or an array of parts");
}

Status ItemDecoder::TakeOutput(const Value& item, bool custom) {
  static constexpr FieldNames kFields("type", "call_id", "output");
  Message message = NewMessage(Role::kTool, item);
  ToolResultPart result;
  result.node = item.id();
  if (custom) result.style |= kCustomOutput;
  for (Member member : item.members()) {
    const Value& value = member.value;
    switch (kFields.Find(member.key)) {
      case kFields("type"):
        take_.Use(value);
        break;
      case kFields("call_id"):
        take_.Take(member, result.call_id, result.extras);
        break;
      case kFields("output"):
        message.content_node = value.id();
        AIPROXY_RETURN_IF_ERROR(TakeResult(member, result));
        break;
      default:
        KeepItemMember(member, take_, result.extras);
    }
  }
  message.parts.push_back(context_.arena, result);
  messages_.push_back(context_.arena, message);
  return Ok();
}

/// A string or content parts; some clients send other JSON, which is told as text.
Status ItemDecoder::TakeResult(const Member& member, ToolResultPart& result) {
  const Value& value = member.value;
  if (value.is_null()) {
    take_.Keep(member, result.extras);
    return Ok();
  }
  bool parts = value.is_array();
  if (parts) {
    for (Value part : value.items())
      parts = parts && part.is_object() && IsString(part.Find("type"));
  }
  if (parts) {
    result.style |= kOutputList;
    return DecodeContentList(value, context_, result.content);
  }
  TextPart text;
  text.node = value.id();
  if (value.is_string()) {
    result.style |= kOutputString;
    text.text = Text::Of(value);
  } else {
    text.json = Raw::Of(value);
  }
  result.content.push_back(context_.arena, text);
  return Ok();
}

void ItemDecoder::TakeOpaque(const Value& item, const Value& type, bool of_tool) {
  OpaquePart opaque;
  opaque.protocol = kId;
  opaque.kind = IsString(type) ? Text::Of(type) : openai::Word("item_reference");
  opaque.value = Raw::Of(item);
  opaque.node = item.id();
  if (of_tool) {
    Message message = NewMessage(Role::kTool, item);
    message.node = kNoNode;  // the part is all there is of it
    message.parts.push_back(context_.arena, opaque);
    messages_.push_back(context_.arena, message);
  } else {
    Assistant().parts.push_back(context_.arena, opaque);
  }
}

/// Tools that the conversation brings in later: they count as the request's.
Status ItemDecoder::TakeTools(const Value& item) {
  Value tools = item.Find("tools");
  if (request_ == nullptr || !IsArray(tools)) {
    TakeOpaque(item, item.Find("type"), false);
    return Ok();
  }
  WireItem wire;
  wire.value = Raw::Of(item);
  wire.node = item.id();
  wire.style = kValueItem;
  for (Member member : item.members()) {
    if (member.value.id() == tools.id()) continue;
    if (member.key.Is("type") || member.key.Is("role") || member.key.Is("id")) {
      take_.Use(member.value);
    }
  }
  UseIfEmpty(tools, context_);
  for (Value tool : tools.items()) DecodeTool(tool, kFromItem, context_, request_->tools);
  if (request_->tools_node == kNoNode) request_->tools_node = tools.id();
  if (in_turn_) {
    wire.first_part = static_cast<int>(messages_.back().parts.size());
    messages_.back().items.push_back(context_.arena, wire);
  } else {
    waiting_.push_back(context_.arena, wire);
  }
  return Ok();
}

}  // namespace aiproxy::openai_responses
