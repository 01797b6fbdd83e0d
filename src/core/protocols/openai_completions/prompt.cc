// The prompt: one text, whatever the conversation was.
#include "core/model/parts.h"
#include "core/model/visit.h"
#include "core/protocols/openai_completions/wire.h"

namespace aiproxy::openai_completions {

namespace {

std::string_view NameOf(Role role) {
  switch (role) {
    case Role::kSystem:
    case Role::kDeveloper:
      return "System: ";
    case Role::kUser:
      return "User: ";
    case Role::kAssistant:
      return "Assistant: ";
    case Role::kTool:
    case Role::kFunction:
      return "Tool: ";
  }
  return "";
}

bool HasText(const Message& message) {
  for (const Part& part : message.parts) {
    if (std::holds_alternative<TextPart>(part.variant())) return true;
    const auto* opaque = std::get_if<OpaquePart>(&part.variant());
    if (opaque != nullptr && !opaque->rendition.empty()) return true;
  }
  return false;
}

void AppendText(const TextPart& part, Writer& writer) {
  if (part.json.present())
    writer.AppendJson(part.json);
  else
    writer.AppendText(part.text);
}

/// The texts of a message, a line each; what is no text is given up.
void AppendTexts(const Message& message, CodecContext& context, Writer& writer) {
  bool any = false;
  auto begin_line = [&] {
    if (any) writer.AppendLiteral("\\n");
    any = true;
  };
  for (const Part& part : message.parts) {
    if (const auto* text = std::get_if<TextPart>(&part.variant())) {
      begin_line();
      AppendText(*text, writer);
      continue;
    }
    const auto* opaque = std::get_if<OpaquePart>(&part.variant());
    if (opaque == nullptr || opaque->rendition.empty()) {
      DropPart(part, context);
      continue;
    }
    for (const Text& line : opaque->rendition) {
      begin_line();
      writer.AppendText(line);
    }
    if (opaque->node != kNoNode) {
      context.accounting.Report(opaque->node, kPartDegraded, "'{}' is carried as text",
                                opaque->kind.bytes);
    }
  }
}

/// The conversation, a paragraph for each turn.
void WriteTranscript(const ChatRequest& request, CodecContext& context, Writer& writer) {
  bool any = false;
  bool is_assistants = false;
  writer.BeginString();
  for (const Message& message : request.messages) {
    if (!HasText(message)) {
      for (const Part& part : message.parts) DropPart(part, context);
      continue;
    }
    if (any) writer.AppendLiteral("\\n\\n");
    any = true;
    is_assistants = message.role.value == Role::kAssistant;
    writer.Cover(message.role.node);
    writer.AppendLiteral(NameOf(message.role.value));
    AppendTexts(message, context, writer);
  }
  if (!is_assistants) writer.AppendLiteral(any ? "\\n\\nAssistant:" : "Assistant:");
  writer.EndString();
  context.accounting.Report(request.messages_node, kValueDegraded,
                            "the conversation is told as one text, a paragraph for each turn");
}

/// As it came: also where it was a list of texts or of token numbers.
void WriteOwnPrompt(const ChatRequest& request, Writer& writer) {
  for (const Message& message : request.messages) {
    const bool in_member = (message.style & kPromptMember) != 0;
    if (in_member) WriteExtras(message.style_members, writer);
    for (const Part& part : message.parts) {
      const auto* text = std::get_if<TextPart>(&part.variant());
      if (text == nullptr) continue;
      if (in_member)
        writer.Cover(text->text.node);
      else
        writer.Member("prompt", text->text);
    }
  }
}

}  // namespace

void WritePrompt(const ChatRequest& request, CodecContext& context, Writer& writer) {
  if (request.protocol == kId) return WriteOwnPrompt(request, writer);
  writer.Key("prompt");
  const Message* only = request.messages.size() == 1 ? &request.messages[0] : nullptr;
  if (only == nullptr || only->role.value != Role::kUser) {
    WriteTranscript(request, context, writer);
    return;
  }
  writer.Cover(only->role.node);
  writer.BeginString();
  AppendTexts(*only, context, writer);
  writer.EndString();
}

}  // namespace aiproxy::openai_completions
