#include "core/protocols/anthropic_messages/foreign_messages.h"

#include <string>
#include <string_view>

#include "core/model/parts.h"
#include "core/model/turns.h"
#include "core/model/words.h"

namespace aiproxy::anthropic_messages {

void ForeignMessages::DropMessage(const Message& message) {
  if (message.node == kNoNode) return;  // no message of the wire: its parts are told
  context_.accounting.Drop(message.node, kMessageDropped,
                           "nothing is left of the message, and {target} refuses an empty one");
}

void ForeignMessages::DropBesideText(const Part& part) {
  NodeId node = std::visit([](const auto& one) { return one.node; }, part.variant());
  DropAt(context_, node, kPartDropped, "system text takes nothing but text in {target}");
}

void ForeignMessages::WriteSystem() {
  bool any = false;
  for (; next_ < messages_.size() && IsSystem(messages_[next_]); ++next_) {
    const Message& message = messages_[next_];
    writer_.Cover(message.role.node);
    if (IsEmpty(message))
      DropMessage(message);
    else
      WriteSystemMessage(message, any);
  }
  if (any) writer_.EndArray();
}

void ForeignMessages::WriteSystemMessage(const Message& message, bool& any) {
  bool written = false;
  for (const Part& part : message.parts) {
    if (!ReadsAsText(part)) {
      DropBesideText(part);
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
  if (!written) DropMessage(message);
}

void ForeignMessages::Open(Turn turn) {
  if (turn_ == turn) return;
  Close();
  turn_ = turn;
  writer_.BeginObject();
  switch (turn) {
    case Turn::kUser:
      writer_.Key("role\":\"user\",\"content");
      break;
    case Turn::kAssistant:
      writer_.Key("role\":\"assistant\",\"content");
      break;
    case Turn::kSystem:
    case Turn::kNone:
      writer_.Key("role\":\"system\",\"content");
      break;
  }
  writer_.BeginArray();
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
  for (std::size_t i = next_; i < messages_.size();) {
    std::size_t end = EndOfUserRun(messages_, i);
    bool answers = i > next_ && CallsTools(messages_[i - 1]);
    if (answers && HasLateToolResult(messages_, i, end)) {
      WriteResultsFirst(i, end);
      i = end;
    }
    for (; i < end; ++i) WriteMessage(messages_[i], i);
    if (i < messages_.size()) WriteMessage(messages_[i], i);
    ++i;
  }
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

/// "Messages following tool_use blocks must begin with a matching number of tool_result blocks."
/// https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use
void ForeignMessages::WriteResultsFirst(std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    bool any = false;
    for (const Part& part : messages_[i].parts) {
      any |= std::holds_alternative<ToolResultPart>(part.variant());
    }
    if (!any) continue;
    last_late_result_ = i;
    WriteMessage(messages_[i], i, Which::kResults);
  }
  for (std::size_t i = begin; i < end; ++i) WriteMessage(messages_[i], i, Which::kOthers);
}

void ForeignMessages::ReportMoved(const Part& part) {
  NodeId node = std::visit([](const auto& one) { return one.node; }, part.variant());
  context_.accounting.Report(node, kPartDegraded,
                             "{target} wants the tool results first; this comes behind them");
}

void ForeignMessages::WriteMessage(const Message& message, std::size_t index, Which which) {
  if (message.role.node != kNoNode) writer_.Cover(message.role.node);
  if (IsEmpty(message)) return DropMessage(message);
  if (IsSystem(message)) return WriteMidSystem(message, index);
  Turn turn = message.role.value == Role::kAssistant ? Turn::kAssistant : Turn::kUser;
  bool written = false;
  bool late = which == Which::kOthers && index <= last_late_result_;
  blocks_.BeginMessage(index);
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    if (turn == Turn::kAssistant) {
      std::size_t after = WriteJoinedReasoning(message.parts, i);
      written |= after != i;
      i = after;
      if (i == message.parts.size()) break;
    }
    const Part& part = message.parts[i];
    bool result = std::holds_alternative<ToolResultPart>(part.variant());
    if (result && which == Which::kOthers) written = true;
    if (which != Which::kAll && result != (which == Which::kResults)) continue;
    if (!blocks_.Admit(part)) continue;
    if (late) ReportMoved(part);
    Open(turn);
    written = true;
    if (&part == prefill_)
      WritePrefill(*std::get_if<TextPart>(&part.variant()));
    else
      blocks_.Write(part);
  }
  if (!written && which != Which::kResults) DropMessage(message);
}

/// "final assistant content cannot end with trailing whitespace"
void ForeignMessages::WritePrefill(const TextPart& part) {
  constexpr std::string_view kWhite = " \t\r\n\f\v";
  std::string_view text = part.text.Decode(context_.arena);
  std::size_t size = text.find_last_not_of(kWhite) + 1;
  if (size == text.size()) return blocks_.Write(Part(part));
  TextPart trimmed = part;
  trimmed.text = Text::Plain(text.substr(0, size), part.text.node);
  context_.accounting.Report(FirstNode(part.text.node, part.node), kValueDegraded,
                             "white space at the end of the last text is refused by {target}");
  blocks_.Write(Part(trimmed));
}

/// https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
void ForeignMessages::WriteMidSystem(const Message& message, std::size_t index) {
  bool native = version_.has_system_messages() && IsBeforeAssistant(messages_, index) &&
                (turn_ == Turn::kUser || turn_ == Turn::kSystem);
  if (!native) return WriteMarkedSystem(message);
  for (const Part& part : message.parts) {
    if (!ReadsAsText(part)) {
      DropBesideText(part);
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
  writer_.BeginString();
  writer_.AppendLiteral("<system>");
  CacheMark cache;
  for (const Part& part : message.parts) {
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text == nullptr) continue;  // stays unmarked: it is reported
    writer_.AppendLiteral("\\n");
    writer_.AppendText(text->text);
    if (text->cache.present()) cache = text->cache;
  }
  writer_.AppendLiteral("\\n</system>");
  writer_.EndString();
  WriteCacheMark(cache, writer_);
  writer_.EndObject();
  context_.accounting.Report(
      message.node, kPartDegraded,
      "a system message in the middle is carried as marked text of the user");
}

}  // namespace aiproxy::anthropic_messages
