// Messages that came from openai-chat, written in the spelling in which they came.
#include "core/protocols/openai_chat/wire.h"

namespace aiproxy::openai_chat {

namespace {

void WriteRole(Role role, Writer& writer) {
  switch (role) {
    case Role::kSystem:
      return writer.Literal("\"system\"");
    case Role::kDeveloper:
      return writer.Literal("\"developer\"");
    case Role::kUser:
      return writer.Literal("\"user\"");
    case Role::kAssistant:
      return writer.Literal("\"assistant\"");
    case Role::kTool:
      return writer.Literal("\"tool\"");
    case Role::kFunction:
      return writer.Literal("\"function\"");
  }
}

bool IsRefusalField(const Part& part) {
  const TextPart* text = std::get_if<TextPart>(&part.variant());
  return text != nullptr && (text->style & kRefusalField) != 0;
}

/// Text in a plain string, or the parts of a list.
void WriteContent(const Message& message, const List<Part>& parts, CodecContext& context,
                  Writer& writer) {
  bool list = (message.style & kContentList) != 0;
  if (!list && (message.style & kContentString) == 0) return;
  writer.Key("content");
  if (list)
    writer.BeginArray();
  else
    writer.BeginString();
  for (const Part& part : parts) {
    std::visit(Overloaded{
                   [&](const TextPart& text) {
                     if (IsRefusalField(part)) return;
                     if (list)
                       WriteTextPart(text, true, context, writer);
                     else
                       writer.AppendText(text.text);
                   },
                   [&](const MediaPart& media) {
                     if (!list || (media.style & kAudioMember) != 0) return;
                     WriteMediaPart(media, true, context, writer);
                   },
                   [&](const OpaquePart& opaque) {
                     if (list && opaque.style == 0) writer.Value(opaque.value);
                   },
                   [](const ReasoningPart&) {},
                   [](const ToolCallPart&) {},
                   [](const ToolResultPart&) {},
               },
               part.variant());
  }
  if (list)
    writer.EndArray();
  else
    writer.EndString();
}

void WriteOwnFunction(const ToolCallPart& call, Writer& writer) {
  writer.BeginObject();
  writer.Member("name", call.name);
  if (call.is_custom) {
    writer.Member("input", call.arguments.text);
    writer.Member("input", call.arguments.json);
  } else {
    writer.Member("arguments", call.arguments.text);
    writer.Member("arguments", call.arguments.json);
  }
  WriteExtras(call.inner_extras, writer);
  writer.EndObject();
}

void WriteOwnToolCall(const ToolCallPart& call, Writer& writer) {
  writer.BeginObject();
  writer.Member("id", call.id);
  if ((call.style & kNoType) == 0) {
    writer.Key("type");
    if (call.is_custom)
      writer.Literal("\"custom\"");
    else
      writer.Literal("\"function\"");
  }
  if (call.is_custom)
    writer.Key("custom");
  else
    writer.Key("function");
  WriteOwnFunction(call, writer);
  WriteExtras(call.extras, writer);
  writer.EndObject();
}

}  // namespace

void WriteOwnToolCalls(const Message& message, CodecContext&, Writer& writer) {
  if ((message.style & kHasToolCalls) != 0) {
    writer.Key("tool_calls");
    writer.BeginArray();
    for (const Part& part : message.parts) {
      const ToolCallPart* call = std::get_if<ToolCallPart>(&part.variant());
      const OpaquePart* opaque = std::get_if<OpaquePart>(&part.variant());
      if (call != nullptr && !call->is_legacy) WriteOwnToolCall(*call, writer);
      if (opaque != nullptr && opaque->style == kCallEntry) writer.Value(opaque->value);
    }
    writer.EndArray();
  }
  for (const Part& part : message.parts) {
    const ToolCallPart* call = std::get_if<ToolCallPart>(&part.variant());
    if (call == nullptr || !call->is_legacy) continue;
    writer.Key("function_call");
    WriteOwnFunction(*call, writer);
  }
}

void WriteOwnMessage(const Message& message, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  writer.Cover(message.role.node);
  if ((message.style & kHasRole) != 0) {
    writer.Key("role");
    WriteRole(message.role.value, writer);
  }
  writer.Member("name", message.name);
  const ToolResultPart* result = nullptr;
  if (!message.parts.empty()) result = std::get_if<ToolResultPart>(&message.parts[0].variant());
  if (result != nullptr) {
    writer.Member("name", result->name);
    if ((result->style & kHasCallId) != 0) writer.Member("tool_call_id", result->call_id);
    WriteContent(message, result->content, context, writer);
  } else {
    WriteContent(message, message.parts, context, writer);
  }
  for (const Part& part : message.parts) {
    if (IsRefusalField(part)) writer.Member("refusal", std::get<TextPart>(part.variant()).text);
  }
  WriteOwnToolCalls(message, context, writer);
  WriteExtras(message.style_members, writer);
  WriteExtras(message.extras, writer);
  writer.EndObject();
}

}  // namespace aiproxy::openai_chat
