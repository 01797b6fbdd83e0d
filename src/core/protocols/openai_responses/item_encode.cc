// Writing conversations of other protocols as items.
#include <charconv>

#include "core/model/parts.h"
#include "core/model/words.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

constexpr std::string_view kResultsFirst =
    "tool results come first in {target}; this part follows them";

const TextPart* AsText(const Part& part) { return std::get_if<TextPart>(&part.variant()); }

class ItemsEncoder {
 public:
  ItemsEncoder(const ChatRequest& request, CodecContext& context, Writer& writer)
      : context_(context), writer_(writer) {
    vendor_ = IssuerOfModel(context.options.model.empty() ? request.model.Decode(context.arena)
                                                          : context.options.model);
  }

  void Write(const Message& message) {
    switch (message.role.value) {
      case Role::kSystem:
        return WriteSystem(message, "\"system\"");
      case Role::kDeveloper:
        return WriteSystem(message, "\"developer\"");
      case Role::kAssistant:
        return WriteTurn(message);
      case Role::kUser:
      case Role::kTool:
      case Role::kFunction:
        return WriteUserTurn(message);
    }
  }

 private:
  template <std::size_t N>
  void BeginMessage(const Message& message, const char (&role)[N]) {
    ++items_;
    writer_.BeginObject();
    writer_.Key("type");
    writer_.Literal("\"message\"");
    writer_.Cover(message.role.node);
    writer_.Key("role");
    writer_.Literal(role);
    writer_.Key("content");
  }

  void DropMessage(const Message& message) {
    if (message.node == kNoNode) return;
    context_.accounting.Drop(message.node, kMessageDropped,
                             "nothing of the message has a place in {target}");
  }

  /// Content that is one text and nothing else is written as a string.
  static const TextPart* BareText(const Message& message) {
    if (message.parts.size() != 1) return nullptr;
    const TextPart* text = AsText(message.parts[0]);
    return text != nullptr && !text->cache.present() && text->text.present() ? text : nullptr;
  }

  template <std::size_t N>
  void WriteSystem(const Message& message, const char (&role)[N]) {
    std::size_t carried = 0;
    for (const Part& part : message.parts) {
      if (ReadsAsText(part))
        ++carried;
      else
        DropPart(part, context_);
    }
    if (carried == 0 && !message.parts.empty()) return DropMessage(message);
    BeginMessage(message, role);
    WriteInputContent(message, carried);
    writer_.EndObject();
  }

  void WriteInputContent(const Message& message, std::size_t carried) {
    if (carried == 0) {
      writer_.Cover(message.content_node);
      return writer_.Literal("\"\"");
    }
    if (const TextPart* text = BareText(message)) return writer_.String(text->text);
    writer_.BeginArray();
    for (const Part& part : message.parts) {
      if (IsInputPart(part)) WriteInputPart(part, context_, writer_);
    }
    writer_.EndArray();
  }

  // --- the user's side

  /// First the results, an item each; then one message with everything else.
  void WriteUserTurn(const Message& message) {
    bool results = false;
    std::size_t carried = 0;
    for (const Part& part : message.parts) {
      if (const ToolResultPart* result = std::get_if<ToolResultPart>(&part.variant())) {
        if (!results) ReportOvertaken(message.parts);
        results = true;
        WriteResult(*result);
      } else if (IsInputPart(part)) {
        ++carried;
      } else {
        DropPart(part, context_);
      }
    }
    if (results) writer_.Cover(message.role.node);
    if (carried == 0 && (results || !message.parts.empty())) {
      if (!results) DropMessage(message);
      return;
    }
    BeginMessage(message, "\"user\"");
    WriteInputContent(message, carried);
    writer_.EndObject();
  }

  /// What stood before a tool result stands behind it.
  void ReportOvertaken(const List<Part>& parts) {
    std::size_t end = parts.size();
    while (end > 0 && std::get_if<ToolResultPart>(&parts[end - 1].variant()) == nullptr) --end;
    for (std::size_t i = 0; i < end; ++i) {
      if (IsInputPart(parts[i])) ReportMoved(parts[i], kResultsFirst, context_);
    }
  }

  bool IsOfCustomCall(const ToolResultPart& result) const {
    for (const Text& id : custom_calls_) {
      if (id.bytes == result.call_id.bytes) return true;
    }
    return false;
  }

  void WriteResult(const ToolResultPart& result) {
    ++items_;
    if (result.unpaired) {
      context_.accounting.Report(result.node, kValueInvented,
                                 "the result answers no call; its id is made up");
    }
    writer_.BeginObject();
    writer_.Key("type");
    if (IsOfCustomCall(result))
      writer_.Literal("\"custom_tool_call_output\"");
    else
      writer_.Literal("\"function_call_output\"");
    writer_.Member("call_id", result.call_id);
    writer_.Cover(result.name.node);
    openai::LeaveErrorMark(result, context_);
    writer_.Key("output");
    WriteOutput(result.content);
    writer_.EndObject();
  }

  void WriteOutput(const List<Part>& parts) {
    std::size_t carried = 0;
    for (const Part& part : parts) {
      if (IsInputPart(part))
        ++carried;
      else
        DropPart(part, context_);
    }
    if (carried == 0) return writer_.Literal("\"\"");
    if (parts.size() == 1) {
      if (const TextPart* text = AsText(parts[0])) {
        if (!text->cache.present()) return WritePlainOutput(*text);
      }
    }
    writer_.BeginArray();
    for (const Part& part : parts) {
      if (IsInputPart(part)) WriteInputPart(part, context_, writer_);
    }
    writer_.EndArray();
  }

  void WritePlainOutput(const TextPart& text) {
    if (text.text.present()) return writer_.String(text.text);
    writer_.BeginString();
    writer_.AppendJson(text.json);
    writer_.EndString();
  }

  // --- the model's side

  void WriteTurn(const Message& message) {
    std::size_t before = items_;
    writer_.Cover(message.role.node);
    const List<Part>& parts = message.parts;
    for (std::size_t i = 0; i < parts.size();) {
      if (std::get_if<ReasoningPart>(&parts[i].variant()) != nullptr) {
        ReasoningGroup group = GroupAt(parts, i, false);
        WriteReasoning(parts, group);
        i += group.count;
      } else if (ReadsAsText(parts[i])) {
        std::size_t end = i;
        while (end < parts.size() && ReadsAsText(parts[end])) ++end;
        WriteTexts(message, i, end);
        i = end;
      } else {
        WriteOther(parts[i++]);
      }
    }
    if (items_ != before) return;
    if (parts.empty()) {
      BeginMessage(message, "\"assistant\"");
      WriteInputContent(message, 0);
      return writer_.EndObject();
    }
    DropMessage(message);
  }

  static bool IsEmptyText(const Part& part) {
    const TextPart* text = AsText(part);
    return text != nullptr && text->text.present() && text->text.empty();
  }

  void WriteTexts(const Message& message, std::size_t first, std::size_t end) {
    std::size_t filled = 0;
    for (std::size_t i = first; i < end; ++i) {
      if (!IsEmptyText(message.parts[i]))
        ++filled;
      else
        UseText(*AsText(message.parts[i]));
    }
    if (filled == 0) return;
    BeginMessage(message, "\"assistant\"");
    const TextPart* bare = end - first == 1 ? AsText(message.parts[first]) : nullptr;
    if (bare != nullptr && !bare->is_refusal && bare->citations.empty()) {
      writer_.String(bare->text);
    } else {
      writer_.BeginArray();
      for (std::size_t i = first; i < end; ++i) {
        if (!IsEmptyText(message.parts[i])) WriteOutputPart(message.parts[i]);
      }
      writer_.EndArray();
    }
    writer_.EndObject();
  }

  void UseText(const TextPart& text) { writer_.Cover(text.text.node); }

  void WriteOutputPart(const Part& part) {
    if (const TextPart* text = AsText(part)) return WriteOutputText(*text, {}, {}, writer_);
    writer_.BeginObject();
    writer_.Key("type");
    writer_.Literal("\"output_text\"");
    writer_.Key("text");
    WriteRendition(std::get<OpaquePart>(part.variant()), context_, writer_);
    writer_.Key("annotations");
    writer_.Literal("[]");
    writer_.EndObject();
  }

  void WriteOther(const Part& part) {
    const ToolCallPart* call = std::get_if<ToolCallPart>(&part.variant());
    if (call == nullptr) return DropPart(part, context_);
    ++items_;
    if (call->is_custom) custom_calls_.push_back(context_.arena, call->id);
    writer_.BeginObject();
    writer_.Key("type");
    if (call->is_custom)
      writer_.Literal("\"custom_tool_call\"");
    else
      writer_.Literal("\"function_call\"");
    writer_.Member("call_id", call->id);
    writer_.Member("name", openai::AcceptedName(call->name, context_));
    if (call->is_custom)
      writer_.Key("input");
    else
      writer_.Key("arguments");
    openai::WriteCallInput(*call, context_, writer_);
    writer_.EndObject();
  }

  /// Secrets go back to who issued them; text alone is taken by those who made it none.
  bool Accepts(const ReasoningGroup& group) const {
    if (group.secret == nullptr) return vendor_ != Issuer::kOpenAi;
    Issuer issuer = group.secret->issuer;
    if (issuer == Issuer::kOpenAi && !group.id.present()) return false;
    return issuer == Issuer::kUnknown || vendor_ == Issuer::kUnknown || issuer == vendor_;
  }

  void WriteReasoning(const List<Part>& parts, const ReasoningGroup& group) {
    if (!Accepts(group)) {
      for (std::size_t i = group.first; i < group.first + group.count; ++i) {
        DropReasoning(std::get<ReasoningPart>(parts[i].variant()));
      }
      return;
    }
    writer_.BeginObject();
    writer_.Key("type");
    writer_.Literal("\"reasoning\"");
    writer_.Key("id");
    if (group.id.present()) {
      writer_.String(group.id);
    } else {
      char buffer[24];
      auto end = std::to_chars(buffer, buffer + sizeof(buffer), items_);
      writer_.BeginString();
      writer_.AppendLiteral("rs_");
      writer_.AppendLiteral({buffer, static_cast<std::size_t>(end.ptr - buffer)});
      writer_.EndString();
    }
    WriteReasoningMembers(parts, group, writer_);
    writer_.EndObject();
    ++items_;
  }

  void DropReasoning(const ReasoningPart& part) {
    NodeId node = FirstNode(part.node, FirstNode(part.text.node, part.encrypted.node));
    if (node == kNoNode) return;
    if (part.encrypted.present() && part.issuer == vendor_) {
      return context_.accounting.Drop(node, kPartDropped,
                                      "{target} takes encrypted reasoning only with its id");
    }
    context_.accounting.Drop(node, kPartDropped,
                             "this reasoning is of no use to the vendor of the model");
  }

  CodecContext& context_;
  Writer& writer_;
  Issuer vendor_ = Issuer::kUnknown;  // of the model that is asked
  List<Text> custom_calls_;
  std::size_t items_ = 0;  // written so far
};

/// Only OpenAI's protocols never continue what the assistant has begun.
void ReportPrefill(const ChatRequest& request, CodecContext& context) {
  if (request.messages.empty() || request.protocol == "openai-chat") return;
  const Message& last = request.messages.back();
  if (!last.role.Is(Role::kAssistant) || last.node == kNoNode) return;
  for (const Part& part : last.parts) {
    if (AsText(part) == nullptr) return;
  }
  context.accounting.Report(last.node, kValueDegraded,
                            "{target} does not continue the last message; carried as history");
}

}  // namespace

const Message* InstructionsOf(const ChatRequest& request) {
  if (request.messages.empty()) return nullptr;
  const Message& first = request.messages[0];
  bool own = request.protocol == kId && (first.style & kDecodedMessage) != 0;
  if (own && (first.style & kInstructions) == 0) return nullptr;
  if (own) return first.parts.size() == 1 && AsText(first.parts[0]) != nullptr ? &first : nullptr;
  if (!first.role.Is(Role::kSystem) || first.parts.size() != 1) return nullptr;
  const TextPart* text = AsText(first.parts[0]);
  bool bare = text != nullptr && text->text.present() && !text->cache.present();
  return bare ? &first : nullptr;
}

void WriteInput(const ChatRequest& request, CodecContext& context, Writer& writer) {
  bool own = request.protocol == kId;
  const Message* instructions = InstructionsOf(request);
  if (own && (request.style & kHasInput) == 0 && request.messages.size() <= 1) {
    if (request.messages.empty() || instructions != nullptr) return;
  }
  writer.Key("input");
  if (own && (request.style & kInputString) != 0 && !request.messages.empty()) {
    const List<Part>& parts = request.messages.back().parts;
    const auto* text = parts.empty() ? nullptr : std::get_if<TextPart>(&parts[0].variant());
    if (text != nullptr) return writer.String(text->text);
  }
  writer.BeginArray();
  ItemsEncoder encoder(request, context, writer);
  for (const Message& message : request.messages) {
    if (&message == instructions) continue;
    if (own && (message.style & kDecodedMessage) != 0)
      WriteOwnMessage(message, context, writer);
    else
      encoder.Write(message);
  }
  writer.EndArray();
  if (!own) ReportPrefill(request, context);
}

}  // namespace aiproxy::openai_responses
