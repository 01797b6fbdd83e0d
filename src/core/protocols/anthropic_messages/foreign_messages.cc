#include "core/protocols/anthropic_messages/foreign_messages.h"

#include <string>
#include <string_view>

#include "core/model/parts.h"

namespace aiproxy::anthropic_messages {

void ForeignMessages::WriteSystem() {
  bool any = false;
  for (; next_ < messages_.size() && IsSystem(messages_[next_]); ++next_) {
    const Message& message = messages_[next_];
    writer_.Cover(message.role.node);
    if (IsEmpty(message))
      DropEmptyMessage(message, context_);
    else
      WriteSystemMessage(message, any);
  }
  if (any) writer_.EndArray();
}

void ForeignMessages::WriteSystemMessage(const Message& message, bool& any) {
  bool written = false;
  for (const Part& part : message.parts) {
    if (!ReadsAsText(part)) {
      DropBesideText(part, context_);
      continue;
    }
    if (!blocks_.Admit(part)) continue;
    if (!any) {
      writer_.Key("system");
      writer_.BeginArray();
      any = true;
    }
    blocks_.WriteAsText(part);
    written = true;
  }
  if (!written) DropEmptyMessage(message, context_);
}

void ForeignMessages::Open(Turn turn) {
  if (turn_ == turn) return;
  Close();
  turn_ = turn;
  BeginTurn(turn, writer_);
}

void ForeignMessages::Close() {
  if (turn_ == Turn::kNone) return;
  writer_.EndArray();
  writer_.EndObject();
  turn_ = Turn::kNone;
}

void ForeignMessages::WriteMessages() {
  prefill_ = FindPrefill(messages_);
  writer_.Key("messages");
  writer_.BeginArray();
  ForEachPass(messages_, next_, [this](const MessagePass& pass) { WriteMessage(pass); });
  Close();
  writer_.EndArray();
}

/// A thought in pieces, of which only the last one is signed, is one block: the API checks the
/// signature against all of it. Returns the part after it, or `at` when there is none here.
std::size_t ForeignMessages::WriteJoinedReasoning(const List<Part>& parts, std::size_t at) {
  std::size_t end = at;
  const ReasoningPart* last = nullptr;
  for (; end < parts.size(); ++end) {
    last = std::get_if<ReasoningPart>(&parts[end].variant());
    bool fits = last != nullptr && last->issuer == Issuer::kAnthropic &&
                !last->encrypted.present() && last->text.present();
    if (!fits) return at;
    if (!last->signature.empty()) break;
  }
  if (end == parts.size() || end == at) return at;
  std::string text;
  for (std::size_t i = at; i <= end; ++i) {
    const Text& piece = std::get<ReasoningPart>(parts[i].variant()).text;
    text += piece.Decode(context_.arena);
    writer_.Cover(piece.node);
  }
  ReasoningPart joined = *last;
  joined.text = Text::Plain(context_.arena.Copy(text), last->text.node);
  Open(Turn::kAssistant);
  blocks_.Write(Part(joined));
  return end + 1;
}

void ForeignMessages::WriteMessage(const MessagePass& pass) {
  const Message& message = messages_[pass.index];
  if (message.role.node != kNoNode) writer_.Cover(message.role.node);
  if (IsEmpty(message)) return DropEmptyMessage(message, context_);
  if (IsSystem(message)) return WriteMidSystem(message, pass.index);
  Turn turn = message.role.value == Role::kAssistant ? Turn::kAssistant : Turn::kUser;
  bool written = false;
  blocks_.BeginMessage(pass.index);
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    if (turn == Turn::kAssistant) {
      std::size_t after = WriteJoinedReasoning(message.parts, i);
      written |= after != i;
      i = after;
      if (i == message.parts.size()) break;
    }
    const Part& part = message.parts[i];
    if (!pass.Takes(part)) {
      written |= pass.parts == MessagePass::Parts::kOthers;  // the result was
      continue;
    }
    if (!blocks_.Admit(part)) continue;
    if (pass.is_moved)
      ReportMoved(part, "{target} wants the tool results first; this comes behind them", context_);
    Open(turn);
    written = true;
    if (&part == prefill_)
      blocks_.Write(Part(TrimmedPrefill(*std::get_if<TextPart>(&part.variant()), context_)));
    else
      blocks_.Write(part);
  }
  if (!written && pass.parts != MessagePass::Parts::kResults) DropEmptyMessage(message, context_);
}

/// https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
void ForeignMessages::WriteMidSystem(const Message& message, std::size_t index) {
  bool native = version_.has_system_messages() && IsBeforeAssistant(messages_, index) &&
                (turn_ == Turn::kUser || turn_ == Turn::kSystem);
  if (!native) return WriteMarkedSystem(message);
  for (const Part& part : message.parts) {
    if (!ReadsAsText(part)) {
      DropBesideText(part, context_);
    } else if (blocks_.Admit(part)) {
      Open(Turn::kSystem);
      blocks_.WriteAsText(part);
    }
  }
}

void ForeignMessages::WriteMarkedSystem(const Message& message) {
  Open(Turn::kUser);
  writer_.BeginObject();
  writer_.Key("type\":\"text\",\"text");
  WriteMarkedSystemText(message, context_, writer_);
  CacheMark cache;
  for (const Part& part : message.parts) {
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text != nullptr && text->cache.present()) cache = text->cache;
  }
  WriteCacheMark(cache, writer_);
  writer_.EndObject();
}

}  // namespace aiproxy::anthropic_messages
