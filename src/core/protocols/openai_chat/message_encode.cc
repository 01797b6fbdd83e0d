// Messages, writing: those of other protocols, with tool results as messages of their own.
#include "core/model/parts.h"
#include "core/model/words.h"
#include "core/protocols/openai_chat/wire.h"

namespace aiproxy::openai_chat {

namespace {

bool HasCacheMark(const Part& part) {
  const TextPart* text = std::get_if<TextPart>(&part.variant());
  return text != nullptr && text->cache.present();
}

/// The member "content" out of textual parts; others are skipped. `otherwise` stands for none.
class TextContent {
 public:
  explicit TextContent(const List<Part>& parts) : parts_(parts) {
    for (const Part& part : parts) {
      if (!ReadsAsText(part)) continue;
      ++count_;
      marked_ = marked_ || HasCacheMark(part);
    }
  }

  std::size_t count() const { return count_; }

  void Write(std::string_view otherwise, CodecContext& context, Writer& writer) const {
    writer.Key("content");
    if (count_ == 0) return writer.String(Word(otherwise));
    if (count_ == 1 && !marked_) return WriteString(context, writer);
    writer.BeginArray();
    for (const Part& part : parts_) {
      if (ReadsAsText(part)) WriteContentPart(part, context, writer);
    }
    writer.EndArray();
  }

 private:
  void WriteString(CodecContext& context, Writer& writer) const {
    for (const Part& part : parts_) {
      if (const TextPart* text = std::get_if<TextPart>(&part.variant())) {
        return WriteTextOf(*text, writer);
      }
      if (ReadsAsText(part)) {
        return WriteRendition(std::get<OpaquePart>(part.variant()), context, writer);
      }
    }
  }

  const List<Part>& parts_;
  std::size_t count_ = 0;
  bool marked_ = false;
};

/// A message of the tools' side alone. Neighbours of it are one turn: nothing, not even what was
/// lifted out of a result, may come between the answers to the calls of one message.
bool IsToolTurn(const Message& message) {
  return message.role.Is(Role::kTool) || message.role.Is(Role::kFunction);
}

class MessagesEncoder {
 public:
  MessagesEncoder(const ChatRequest& request, CodecContext& context, Writer& writer)
      : context_(context), writer_(writer) {
    reasoning_.issuer =
        IssuerOfModel(context.options.model.empty() ? request.model.Decode(context.arena)
                                                    : context.options.model);
  }

  void Write(const Message& message) {
    switch (message.role.value) {
      case Role::kSystem:
      case Role::kDeveloper:
        return WriteSystem(message);
      case Role::kAssistant:
        return WriteAssistant(message);
      case Role::kUser:
      case Role::kTool:
      case Role::kFunction:
        return WriteUserTurn(message);
    }
  }

 private:
  template <std::size_t N>
  void Begin(const Message& message, const char (&role)[N]) {
    writer_.BeginObject();
    if (message.role.node != kNoNode) writer_.Cover(message.role.node);
    writer_.Key("role");
    writer_.Literal(role);
    writer_.Member("name", message.name);
  }

  void DropMessage(const Message& message) {
    if (message.node == kNoNode) return;
    context_.accounting.Drop(message.node, kMessageDropped,
                             "nothing of the message has a place in {target}");
  }

  /// Whether the content came as one string: then it is written as one.
  bool WasString(const Message& message) const {
    if (message.parts.size() != 1 || HasCacheMark(message.parts[0])) return false;
    if (std::get_if<TextPart>(&message.parts[0].variant()) == nullptr) return false;
    NodeId node = message.content_node;
    return node == kNoNode || Value(context_.document(), node).is_string();
  }

  void WriteSystem(const Message& message) {
    TextContent content(message.parts);
    for (const Part& part : message.parts) {
      if (!ReadsAsText(part)) DropPart(part, context_);
    }
    if (content.count() == 0 && !message.parts.empty()) return DropMessage(message);
    if (message.role.Is(Role::kDeveloper))
      Begin(message, "\"developer\"");
    else
      Begin(message, "\"system\"");
    content.Write("", context_, writer_);
    writer_.EndObject();
  }

  void WriteAssistant(const Message& message) {
    bool calls = false;
    bool reasons = false;
    TextContent content(message.parts);
    for (const Part& part : message.parts) {
      bool call = std::get_if<ToolCallPart>(&part.variant()) != nullptr;
      const ReasoningPart* reasoning = std::get_if<ReasoningPart>(&part.variant());
      calls = calls || call;
      reasons = reasons || (reasoning != nullptr && IsTold(*reasoning));
      if (!call && reasoning == nullptr && !ReadsAsText(part)) DropPart(part, context_);
      if (calls && ReadsAsText(part)) ReportMoved(part, kTextAfterCalls, context_);
    }
    if (content.count() == 0 && !calls && !reasons && !message.parts.empty()) {
      return DropMessage(message);
    }
    Begin(message, "\"assistant\"");
    if (content.count() == 0 && calls) {
      writer_.Key("content");
      writer_.Null();
    } else {
      content.Write("", context_, writer_);
    }
    WriteReasoning(message.parts, reasoning_, context_, writer_);
    WriteToolCalls(message.parts, true, context_, writer_);
    writer_.EndObject();
  }

  /// Whether anything of it will be written.
  bool IsTold(const ReasoningPart& part) const {
    if (!part.text.empty()) return true;
    return reasoning_.Accepts(part.issuer) && (!part.signature.empty() || part.encrypted.present());
  }

  /// First the results, a message each; then one user message with everything else, and with the
  /// media that tool messages cannot hold.
  void WriteUserTurn(const Message& message) {
    bool results = false;
    std::size_t carried = 0;
    for (const Part& part : message.parts) {
      if (const ToolResultPart* result = std::get_if<ToolResultPart>(&part.variant())) {
        if (!results) ReportOvertaken(message.parts);
        results = true;
        WriteToolMessage(*result);
        carried += CountLifted(result->content);
      } else if (IsCarriedInUserMessage(part)) {
        ++carried;
      } else {
        DropPart(part, context_);
      }
    }
    if (results && message.role.node != kNoNode) writer_.Cover(message.role.node);
    if (carried == 0) {
      if (!results && message.parts.empty()) return WriteEmptyUser(message);
      if (!results) DropMessage(message);
      return;
    }
    Begin(message, "\"user\"");
    writer_.Key("content");
    if (WasString(message))
      writer_.String(std::get<TextPart>(message.parts[0].variant()).text);
    else
      WriteUserParts(message);
    writer_.EndObject();
  }

  /// What stood before a tool result stands behind it.
  void ReportOvertaken(const List<Part>& parts) {
    std::size_t end = parts.size();
    while (end > 0 && std::get_if<ToolResultPart>(&parts[end - 1].variant()) == nullptr) --end;
    for (std::size_t i = 0; i < end; ++i) {
      if (!IsCarriedInUserMessage(parts[i])) continue;
      ReportMoved(parts[i], "tool results come first in {target}; this part follows them",
                  context_);
    }
  }

  void WriteEmptyUser(const Message& message) {
    Begin(message, "\"user\"");
    if (message.content_node != kNoNode) writer_.Cover(message.content_node);
    writer_.Key("content");
    writer_.Literal("\"\"");
    writer_.EndObject();
  }

  /// The media of tool results, which from here on belong to no call, and then everything else.
  void WriteUserParts(const Message& message) {
    writer_.BeginArray();
    for (const Part& part : message.parts) {
      const ToolResultPart* result = std::get_if<ToolResultPart>(&part.variant());
      if (result == nullptr) continue;
      for (const Part& inner : result->content) {
        if (!IsLifted(inner)) continue;
        WriteContentPart(inner, context_, writer_);
        ReportMoved(inner, "a tool message holds text only; this part of a result follows it",
                    context_);
      }
    }
    for (const Part& part : message.parts) {
      if (std::get_if<ToolResultPart>(&part.variant()) == nullptr && IsCarriedInUserMessage(part)) {
        WriteContentPart(part, context_, writer_);
      }
    }
    writer_.EndArray();
  }

  static bool IsLifted(const Part& part) {
    return std::get_if<MediaPart>(&part.variant()) != nullptr && IsCarriedInUserMessage(part);
  }

  static std::size_t CountLifted(const List<Part>& parts) {
    std::size_t count = 0;
    for (const Part& part : parts) count += IsLifted(part) ? 1 : 0;
    return count;
  }

  void WriteToolMessage(const ToolResultPart& result) {
    const MediaPart* lifted = nullptr;
    for (const Part& part : result.content) {
      if (ReadsAsText(part)) continue;
      if (!IsLifted(part))
        DropPart(part, context_);
      else if (lifted == nullptr)
        lifted = &std::get<MediaPart>(part.variant());
    }
    if (result.unpaired) {
      context_.accounting.Report(result.node, kValueInvented,
                                 "the result answers no call; its id is made up");
    }
    writer_.BeginObject();
    writer_.Key("role");
    writer_.Literal("\"tool\"");
    writer_.Member("tool_call_id", result.call_id);
    if (result.name.node != kNoNode) writer_.Cover(result.name.node);
    openai::LeaveErrorMark(result, context_);
    std::string_view otherwise;
    if (lifted != nullptr) {
      otherwise = lifted->kind == MediaPart::Kind::kDocument ? "[document]" : "[image]";
    }
    TextContent(result.content).Write(otherwise, context_, writer_);
    writer_.EndObject();
  }

  CodecContext& context_;
  Writer& writer_;
  ReasoningTarget reasoning_;
};

}  // namespace

void EncodeMessages(const ChatRequest& request, CodecContext& context, Writer& writer) {
  bool own = request.protocol == kId;
  MessagesEncoder encoder(request, context, writer);
  writer.Key("messages");
  writer.BeginArray();
  const List<Message>& messages = request.messages;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (own && (messages[i].style & kDecodedMessage) != 0) {
      WriteOwnMessage(messages[i], context, writer);
    } else if (i + 1 < messages.size() && IsToolTurn(messages[i]) && IsToolTurn(messages[i + 1])) {
      Message joined = messages[i];
      joined.parts = {};
      for (; i < messages.size() && IsToolTurn(messages[i]); ++i) {
        if (messages[i].role.node != kNoNode) writer.Cover(messages[i].role.node);
        for (const Part& part : messages[i].parts) joined.parts.push_back(context.arena, part);
      }
      --i;
      encoder.Write(joined);
    } else {
      encoder.Write(messages[i]);
    }
  }
  writer.EndArray();
}

}  // namespace aiproxy::openai_chat
