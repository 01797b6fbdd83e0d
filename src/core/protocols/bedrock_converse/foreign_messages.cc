#include "core/protocols/bedrock_converse/foreign_messages.h"

#include <string_view>

#include "core/model/parts.h"
#include "core/model/turns.h"
#include "core/model/words.h"

namespace aiproxy::bedrock_converse {

ForeignMessages::ForeignMessages(const ChatRequest& request, Family family, CacheBudget& cache,
                                 CodecContext& context, Writer& writer)
    : messages_(request.messages),
      family_(family),
      version_(ParseClaudeVersion(context.options.model)),
      context_(context),
      writer_(writer),
      blocks_(family, cache, context, writer),
      results_(request.messages, context.arena) {
  if (IsClaudeLike(family)) prefill_ = FindPrefill(request.messages);
  FindSystem();
}

/// Where the conversation begins; without one, the last system text has to be it.
void ForeignMessages::FindSystem() {
  const Message* last = nullptr;
  std::size_t end = 0;
  for (; end < messages_.size() && IsSystem(messages_[end]); ++end) {
    if (!IsEmpty(messages_[end])) last = &messages_[end];
  }
  for (; end < messages_.size(); ++end) {
    if (!IsEmpty(messages_[end])) return;
  }
  as_user_ = last;
}

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
    if (&message == as_user_) continue;
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
  blocks_.BeginMessage(next_, false);
  for (const Part& part : message.parts) {
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text == nullptr) {
      DropBesideText(part);
      continue;
    }
    if (!blocks_.Admit(part)) continue;
    if (!any) {
      writer_.Key("system");
      writer_.BeginArray();
      any = true;
    }
    blocks_.WriteText(text->text, text->cache);
    written = true;
  }
  if (!written) DropMessage(message);
}

void ForeignMessages::Open(Turn turn, const Message& message) {
  if (turn_ == turn) return;
  Close();
  if (!any_turn_ && turn != Turn::kUser) {
    writer_.Literal("{\"role\":\"user\",\"content\":[{\"text\":\"(conversation continues)\"}]}");
    context_.accounting.Report(message.node, kValueInvented,
                               "{target} demands that the user begins; a message is made up");
  }
  turn_ = turn;
  any_turn_ = true;
  has_text_ = false;
  has_document_ = false;
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
  if (has_document_ && !has_text_) {
    blocks_.WriteText(Text::Plain("See the attached document."), {});
    context_.accounting.Report(document_node_, kValueInvented,
                               "{target} demands text beside a document; one is made up");
  }
  writer_.EndArray();
  writer_.EndObject();
  turn_ = Turn::kNone;
}

void ForeignMessages::WriteMessages() {
  writer_.Key("messages");
  writer_.BeginArray();
  if (as_user_ != nullptr) WriteSystemAsUser(*as_user_);
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

void ForeignMessages::WriteSystemAsUser(const Message& message) {
  writer_.Cover(message.role.node);
  for (const Part& part : message.parts) {
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text == nullptr) {
      DropBesideText(part);
    } else if (blocks_.Admit(part)) {
      Open(Turn::kUser, message);
      blocks_.WriteText(text->text, text->cache);
    }
  }
  context_.accounting.Report(message.node, kPartDegraded,
                             "{target} demands a message of the user; the system text becomes it");
}

void ForeignMessages::WriteMessage(const Message& message, std::size_t index, Which which) {
  writer_.Cover(message.role.node);
  if (IsEmpty(message)) return DropMessage(message);
  if (IsSystem(message)) return WriteMidSystem(message, index);
  Turn turn = message.role.value == Role::kAssistant ? Turn::kAssistant : Turn::kUser;
  bool written = false;
  blocks_.BeginMessage(index, turn == Turn::kAssistant);
  bool late = which == Which::kOthers && index <= last_late_result_;
  for (const Part& part : message.parts) {
    bool result = std::holds_alternative<ToolResultPart>(part.variant());
    if (result && which == Which::kOthers) written = true;
    if (which != Which::kAll && result != (which == Which::kResults)) continue;
    if (!WritePart(part, turn, message)) continue;
    written = true;
    if (late) ReportMoved(part, "{target} wants the tool results first; this follows", context_);
  }
  if (!written && which != Which::kResults) DropMessage(message);
}

bool ForeignMessages::WritePart(const Part& part, Turn turn, const Message& message) {
  const auto* result = std::get_if<ToolResultPart>(&part.variant());
  if (result != nullptr && results_.IsFollower(*result)) return true;
  if (!blocks_.Admit(part)) return false;
  Open(turn, message);
  const auto* media = std::get_if<MediaPart>(&part.variant());
  if (media != nullptr && media->kind == MediaPart::Kind::kDocument) {
    if (!has_document_) document_node_ = FirstNode(media->node, media->data.node);
    has_document_ = true;
  }
  has_text_ |= std::holds_alternative<TextPart>(part.variant()) ||
               std::holds_alternative<OpaquePart>(part.variant());
  if (result != nullptr)
    blocks_.WriteResult(*result, results_.FollowersOf(*result, context_.arena));
  else if (&part == prefill_)
    WritePrefill(*std::get_if<TextPart>(&part.variant()));
  else
    blocks_.Write(part);
  return true;
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

void ForeignMessages::WriteMidSystem(const Message& message, std::size_t index) {
  bool native = IsClaudeLike(family_) && version_.has_system_messages() &&
                IsBeforeAssistant(messages_, index) &&
                (turn_ == Turn::kUser || turn_ == Turn::kSystem);
  if (!native) return WriteMarkedSystem(message);
  for (const Part& part : message.parts) {
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text == nullptr) {
      DropBesideText(part);
    } else if (blocks_.Admit(part)) {
      Open(Turn::kSystem, message);
      blocks_.WriteText(text->text, text->cache);
    }
  }
}

void ForeignMessages::WriteMarkedSystem(const Message& message) {
  Open(Turn::kUser, message);
  has_text_ = true;
  writer_.BeginObject();
  writer_.Key("text");
  writer_.BeginString();
  writer_.AppendLiteral("<system>");
  for (const Part& part : message.parts) {
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text == nullptr) continue;  // stays unmarked: it is reported
    writer_.AppendLiteral("\\n");
    writer_.AppendText(text->text);
  }
  writer_.AppendLiteral("\\n</system>");
  writer_.EndString();
  writer_.EndObject();
  context_.accounting.Report(
      message.node, kPartDegraded,
      "a system message in the middle is carried as marked text of the user");
}

}  // namespace aiproxy::bedrock_converse
