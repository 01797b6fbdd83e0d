#include "core/protocols/bedrock_converse/foreign_messages.h"

#include <string_view>

#include "core/model/parts.h"

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

void ForeignMessages::WriteSystem() {
  bool any = false;
  for (; next_ < messages_.size() && IsSystem(messages_[next_]); ++next_) {
    const Message& message = messages_[next_];
    if (&message == as_user_) continue;
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
  blocks_.BeginMessage(next_, false);
  for (const Part& part : message.parts) {
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text == nullptr) {
      DropBesideText(part, context_);
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
  if (!written) DropEmptyMessage(message, context_);
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
  BeginTurn(turn, writer_);
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
  ForEachPass(messages_, next_, [this](const MessagePass& pass) { WriteMessage(pass); });
  Close();
  writer_.EndArray();
}

void ForeignMessages::WriteSystemAsUser(const Message& message) {
  writer_.Cover(message.role.node);
  for (const Part& part : message.parts) {
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text == nullptr) {
      DropBesideText(part, context_);
    } else if (blocks_.Admit(part)) {
      Open(Turn::kUser, message);
      blocks_.WriteText(text->text, text->cache);
    }
  }
  context_.accounting.Report(message.node, kPartDegraded,
                             "{target} demands a message of the user; the system text becomes it");
}

void ForeignMessages::WriteMessage(const MessagePass& pass) {
  const Message& message = messages_[pass.index];
  writer_.Cover(message.role.node);
  if (IsEmpty(message)) return DropEmptyMessage(message, context_);
  if (IsSystem(message)) return WriteMidSystem(message, pass.index);
  Turn turn = message.role.value == Role::kAssistant ? Turn::kAssistant : Turn::kUser;
  bool written = false;
  blocks_.BeginMessage(pass.index, turn == Turn::kAssistant);
  for (const Part& part : message.parts) {
    if (!pass.Takes(part)) {
      written |= pass.parts == MessagePass::Parts::kOthers;  // the result was
      continue;
    }
    if (!WritePart(part, turn, message)) continue;
    written = true;
    if (pass.is_moved)
      ReportMoved(part, "{target} wants the tool results first; this follows", context_);
  }
  if (!written && pass.parts != MessagePass::Parts::kResults) DropEmptyMessage(message, context_);
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
    blocks_.Write(Part(TrimmedPrefill(*std::get_if<TextPart>(&part.variant()), context_)));
  else
    blocks_.Write(part);
  return true;
}

void ForeignMessages::WriteMidSystem(const Message& message, std::size_t index) {
  bool native = IsClaudeLike(family_) && version_.has_system_messages() &&
                IsBeforeAssistant(messages_, index) &&
                (turn_ == Turn::kUser || turn_ == Turn::kSystem);
  if (!native) return WriteMarkedSystem(message);
  for (const Part& part : message.parts) {
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text == nullptr) {
      DropBesideText(part, context_);
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
  WriteMarkedSystemText(message, context_, writer_);
  writer_.EndObject();
}

}  // namespace aiproxy::bedrock_converse
