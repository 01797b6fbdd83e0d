// Messages, reading: roles, the members beside the content, tool calls and results.
#include <string>

#include "core/protocols/openai_chat/wire.h"

namespace aiproxy::openai_chat {

namespace {

constexpr FieldNames kFields("role", "content", "name", "refusal", "tool_calls", "function_call",
                             "tool_call_id", "reasoning_content", "reasoning", "reasoning_details",
                             "annotations", "audio");

struct RoleWord {
  std::string_view word;
  Role role;
};
constexpr RoleWord kRoles[] = {
    {"user", Role::kUser},     {"assistant", Role::kAssistant}, {"tool", Role::kTool},
    {"system", Role::kSystem}, {"developer", Role::kDeveloper}, {"function", Role::kFunction},
};

bool DecodeRole(const Value& value, Sourced<Role>& role) {
  for (const RoleWord& row : kRoles) {
    if (!value.Is(row.word)) continue;
    role = {row.role, value.id()};
    return true;
  }
  return false;
}

/// Members are remembered and then read in the order of the parts: reasoning, text, tool calls.
class MessageDecoder {
 public:
  MessageDecoder(CodecContext& context, Message& message, std::size_t index, bool in_response)
      : context_(context),
        take_(context),
        message_(message),
        index_(index),
        in_response_(in_response) {}

  Status Run(const Value& object) {
    message_.node = object.id();
    message_.style = kDecodedMessage;
    UseIfEmpty(object, context_);
    for (Member member : object.members()) AIPROXY_RETURN_IF_ERROR(TakeMember(member));
    if (!message_.role.present()) {
      if (!in_response_) {
        return context_.document().ErrorAt(object.id(),
                                           "expected a 'role' in the message, got none");
      }
      message_.role = Role::kAssistant;
    }
    switch (message_.role.value) {
      case Role::kAssistant:
        return RunAssistant();
      case Role::kTool:
      case Role::kFunction:
        return RunToolResult();
      case Role::kSystem:
      case Role::kDeveloper:
      case Role::kUser:
        break;
    }
    KeepAll();
    return TakeContent(message_.parts);
  }

 private:
  Status TakeMember(const Member& member) {
    switch (kFields.Find(member.key)) {
      case kFields("role"):
        return TakeRole(member);
      case kFields("name"):
        take_.Take(member, message_.name, message_.extras);
        break;
      case kFields("content"):
        content_ = member;
        break;
      case kFields("refusal"):
        refusal_ = member;
        break;
      case kFields("tool_calls"):
        tool_calls_ = member;
        break;
      case kFields("function_call"):
        function_call_ = member;
        break;
      case kFields("tool_call_id"):
        call_id_ = member;
        break;
      case kFields("reasoning_content"):
        reasoning_content_ = member;
        break;
      case kFields("reasoning"):
        reasoning_ = member;
        break;
      case kFields("reasoning_details"):
        details_ = member;
        break;
      case kFields("annotations"):
        annotations_ = member;
        break;
      case kFields("audio"):
        audio_ = member;
        break;
      default:
        take_.Keep(member, message_.extras);
    }
    return Ok();
  }

  Status TakeRole(const Member& member) {
    const Value& value = member.value;
    if (value.is_string() && DecodeRole(value, message_.role)) {
      message_.style |= kHasRole;
      take_.Use(value);
      return Ok();
    }
    if (in_response_) {
      bool empty = value.is_string() && value.body().empty();
      if (empty || value.is_null())
        KeepUsed(take_, member, message_.extras, true);
      else
        take_.Wrong(member, Expected::kWord, message_.extras);
      return Ok();
    }
    return context_.document().ErrorAt(value.id(),
                                       "expected 'system', 'developer', 'user', 'assistant', "
                                       "'tool' or 'function' as the role, got " +
                                           Describe(value));
  }

  Status RunAssistant() {
    Keep(call_id_);
    TakeReasoning();
    AIPROXY_RETURN_IF_ERROR(TakeContent(message_.parts));
    TakeRefusal();
    TakeAnnotations();
    TakeAudio();
    if (tool_calls_.value.valid()) {
      if (tool_calls_.value.is_array()) {
        message_.style |= kHasToolCalls;
        UseIfEmpty(tool_calls_.value, context_);
        AIPROXY_RETURN_IF_ERROR(DecodeToolCalls(tool_calls_.value, context_, message_.parts));
      } else {
        take_.Wrong(tool_calls_, Expected::kArray, message_.extras);
      }
    }
    if (function_call_.value.valid()) {
      if (function_call_.value.is_object()) {
        DecodeFunctionCall(function_call_.value, index_, context_, message_.parts);
      } else {
        take_.Wrong(function_call_, Expected::kObject, message_.extras);
      }
    }
    PlaceSignatures();
    return Ok();
  }

  /// Google's signatures stand directly before the call that they name, or that holds them.
  void PlaceSignatures() {
    bool any = false;
    for (const Part& part : message_.parts) {
      const auto* call = std::get_if<ToolCallPart>(&part.variant());
      any |= IsAttached(part) || (call != nullptr && HeldSignature(*call).valid());
    }
    if (!any) return;
    List<Part> placed;
    for (const Part& part : message_.parts) {
      const auto* call = std::get_if<ToolCallPart>(&part.variant());
      if (call != nullptr) PlaceBefore(*call, placed);
      if (!IsAttached(part) || !CallOf(part)) placed.push_back(context_.arena, part);
    }
    message_.parts = placed;
  }

  static bool IsAttached(const Part& part) {
    const auto* reasoning = std::get_if<ReasoningPart>(&part.variant());
    return reasoning != nullptr && reasoning->issuer == Issuer::kGoogle &&
           reasoning->text.empty() && !reasoning->signature.empty();
  }

  Value IdOf(const Part& signature) const {
    NodeId node = std::get<ReasoningPart>(signature.variant()).node;
    return node == kNoNode ? Value() : Value(context_.document(), node).Find("id");
  }

  /// Whether the message has the call that the signature names.
  bool CallOf(const Part& signature) const {
    Value id = IdOf(signature);
    if (!IsString(id)) return false;
    std::string wanted = id.Decoded();
    for (const Part& part : message_.parts) {
      const auto* call = std::get_if<ToolCallPart>(&part.variant());
      if (call != nullptr && call->id.Is(wanted)) return true;
    }
    return false;
  }

  /// https://ai.google.dev/gemini-api/docs/openai#thinking: extra_content.google
  Value HeldSignature(const ToolCallPart& call) const {
    for (const ExtraMember& extra : call.extras) {
      if (!extra.name.Is("extra_content") || extra.value.node == kNoNode) continue;
      Value signature =
          Value(context_.document(), extra.value.node).Find("google").Find("thought_signature");
      if (IsString(signature)) return signature;
    }
    return {};
  }

  void PlaceBefore(const ToolCallPart& call, List<Part>& placed) {
    Value held = HeldSignature(call);
    for (const Part& part : message_.parts) {
      if (!IsAttached(part)) continue;
      Value id = IdOf(part);
      if (!IsString(id) || !call.id.Is(id.Decoded())) continue;
      take_.Use(id);
      placed.push_back(context_.arena, part);
      if (held.valid() && std::get<ReasoningPart>(part.variant()).signature.Is(held.Decoded())) {
        take_.Use(held);
      }
      return;
    }
    if (!held.valid()) return;
    ReasoningPart reasoning;
    reasoning.signature = Text::Of(held);
    reasoning.issuer = Issuer::kGoogle;
    reasoning.node = held.id();
    placed.push_back(context_.arena, reasoning);
  }

  Status RunToolResult() {
    ToolResultPart result;
    result.node = message_.node;
    result.name = message_.name;
    message_.name = {};
    if (call_id_.value.valid()) take_.Take(call_id_, result.call_id, message_.extras);
    if (result.call_id.present()) result.style = kHasCallId;
    call_id_ = {};
    KeepAll();
    AIPROXY_RETURN_IF_ERROR(TakeContent(result.content));
    message_.parts.push_back(context_.arena, result);
    return Ok();
  }

  Status TakeContent(List<Part>& parts) {
    if (!content_.value.valid()) return Ok();
    const Value& value = content_.value;
    message_.content_node = value.id();
    if (value.is_string()) {
      message_.style |= kContentString;
      TextPart text;
      text.text = Text::Of(value);
      text.node = value.id();
      parts.push_back(context_.arena, text);
    } else if (value.is_array()) {
      message_.style |= kContentList;
      UseIfEmpty(value, context_);
      return DecodeContentParts(value, context_, parts);
    } else if (value.is_null()) {
      take_.Keep(content_, message_.extras);
    } else {
      return Unexpected(value, "a string or an array of parts");
    }
    return Ok();
  }

  void TakeRefusal() {
    if (!refusal_.value.valid()) return;
    if (!refusal_.value.is_string()) {
      return take_.Wrong(refusal_, Expected::kString, message_.extras);
    }
    if (refusal_.value.body().empty()) {
      return KeepUsed(take_, refusal_, message_.extras, true);
    }
    TextPart text;
    text.text = Text::Of(refusal_.value);
    text.is_refusal = true;
    text.style = kRefusalField;
    text.node = refusal_.value.id();
    message_.parts.push_back(context_.arena, text);
  }

  /// reasoning_details with text say all that reasoning_content and reasoning say, and more.
  void TakeReasoning() {
    bool detailed =
        details_.value.valid() && details_.value.is_array() && !details_.value.empty_container();
    if (detailed) {
      message_.style |= kReasoningKept;
      take_.Keep(details_, message_.style_members);
      std::size_t position = 0;
      for (Value entry : details_.value.items()) {
        message_.parts.push_back(context_.arena,
                                 DecodeReasoningDetail(entry, position++, context_));
      }
    } else if (details_.value.valid()) {
      KeepUsed(take_, details_, message_.extras, details_.value.is_array());
    }
    bool told = detailed && DetailsHaveText();
    told = TakeReasoningText(reasoning_content_, told) || told;
    TakeReasoningText(reasoning_, told);
  }

  bool DetailsHaveText() const {
    for (const Part& part : message_.parts) {
      const ReasoningPart* reasoning = std::get_if<ReasoningPart>(&part.variant());
      if (reasoning != nullptr && !reasoning->text.empty()) return true;
    }
    return false;
  }

  /// The one entry that is a signature without its text: whoever joined a stream has them apart.
  ReasoningPart* BareSignature() {
    ReasoningPart* found = nullptr;
    for (Part& part : message_.parts) {
      ReasoningPart* reasoning = std::get_if<ReasoningPart>(&part.variant());
      if (reasoning == nullptr || reasoning->text.present() || reasoning->signature.empty() ||
          reasoning->issuer == Issuer::kGoogle)
        continue;
      if (found != nullptr) return nullptr;
      found = reasoning;
    }
    return found;
  }

  /// Whether the text stands in the parts already: one of them, or all of them joined.
  bool IsTold(const Value& text) const {
    std::string joined;
    for (const Part& part : message_.parts) {
      const auto* reasoning = std::get_if<ReasoningPart>(&part.variant());
      if (reasoning == nullptr || !reasoning->text.present()) continue;
      const std::string piece = reasoning->text.Decode();
      if (text.Is(piece)) return true;
      joined += piece;
    }
    return text.Is(joined);
  }

  /// Returns whether it was read as a part. `is_repetition`: the text has been told already.
  bool TakeReasoningText(const Member& member, bool is_repetition) {
    if (!member.value.valid()) return false;
    if (!member.value.is_string()) {
      take_.Wrong(member, Expected::kString, message_.extras);
      return false;
    }
    message_.style |= kReasoningKept;
    take_.Keep(member, message_.style_members);
    if (is_repetition || member.value.body().empty()) {
      if (IsTold(member.value)) take_.Use(member.value);
      return false;
    }
    if (ReasoningPart* signature = BareSignature()) {
      signature->text = Text::Of(member.value);
      return true;
    }
    ReasoningPart part;
    part.text = Text::Of(member.value);
    part.node = member.value.id();
    message_.parts.push_back(context_.arena, part);
    return true;
  }

  void TakeAnnotations() {
    if (!annotations_.value.valid()) return;
    if (!annotations_.value.is_array()) {
      return take_.Wrong(annotations_, Expected::kArray, message_.extras);
    }
    TextPart* text = nullptr;
    for (Part& part : message_.parts) {
      TextPart* candidate = std::get_if<TextPart>(&part.variant());
      if (text == nullptr && candidate != nullptr && !candidate->is_refusal) text = candidate;
    }
    if (text == nullptr || annotations_.value.empty_container()) {
      return KeepUsed(take_, annotations_, message_.extras, annotations_.value.empty_container());
    }
    message_.style |= kAnnotationsKept;
    take_.Keep(annotations_, message_.style_members);
    for (Value item : annotations_.value.items()) {
      text->citations.push_back(context_.arena, DecodeAnnotation(item, context_));
    }
  }

  /// Spoken output. In a history it is only an id, which no other protocol knows.
  void TakeAudio() {
    if (!audio_.value.valid()) return;
    Value data = audio_.value.is_object() ? audio_.value.Find("data") : Value();
    if (!data.valid() || !data.is_string()) {
      if (audio_.value.is_object()) return take_.Keep(audio_, message_.extras);
      return take_.Wrong(audio_, Expected::kObject, message_.extras);
    }
    MediaPart part;
    part.kind = MediaPart::Kind::kAudio;
    part.source = MediaPart::Source::kBase64;
    part.data = Text::Of(data);
    part.node = audio_.value.id();
    part.style = kAudioMember;
    message_.parts.push_back(context_.arena, part);
    take_.Keep(audio_, message_.style_members);
  }

  void Keep(const Member& member) {
    if (member.value.valid()) take_.Keep(member, message_.extras);
  }

  /// What only an assistant message has a meaning for.
  void KeepAll() {
    for (const Member* member :
         {&refusal_, &tool_calls_, &function_call_, &call_id_, &reasoning_content_, &reasoning_,
          &details_, &annotations_, &audio_}) {
      Keep(*member);
    }
  }

  CodecContext& context_;
  Taker take_;
  Message& message_;
  std::size_t index_;
  bool in_response_;
  Member content_, refusal_, tool_calls_, function_call_, call_id_, reasoning_content_, reasoning_,
      details_, annotations_, audio_;
};

/// The id of the latest function_call of that name before a function message.
void PairWithCall(const List<Message>& messages, CodecContext& context, Message& message) {
  if (message.parts.empty()) return;
  ToolResultPart* result = std::get_if<ToolResultPart>(&message.parts[0].variant());
  if (result == nullptr || result->call_id.present()) return;
  std::string_view name = result->name.Decode(context.arena);
  for (std::size_t i = messages.size(); i-- > 0;) {
    for (const Part& part : messages[i].parts) {
      const ToolCallPart* call = std::get_if<ToolCallPart>(&part.variant());
      if (call == nullptr || !call->is_legacy || !call->name.Is(name)) continue;
      result->call_id = call->id;
      return;
    }
  }
  result->call_id = DerivedCallId(messages.size(), context.arena);
}

}  // namespace

Status DecodeMessage(const Value& object, std::size_t index, bool in_response,
                     CodecContext& context, Message& message) {
  if (!object.is_object()) return Unexpected(object, "an object as the message");
  return MessageDecoder(context, message, index, in_response).Run(object);
}

Status DecodeMessages(const Value& list, CodecContext& context, ChatRequest& request) {
  request.messages_node = list.id();
  request.messages.clear();
  UseIfEmpty(list, context);
  for (Value item : list.items()) {
    Message message;
    AIPROXY_RETURN_IF_ERROR(DecodeMessage(item, request.messages.size(), false, context, message));
    if (message.role.Is(Role::kFunction)) PairWithCall(request.messages, context, message);
    request.messages.push_back(context.arena, message);
  }
  return Ok();
}

}  // namespace aiproxy::openai_chat
