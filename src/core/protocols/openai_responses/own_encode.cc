// Writing what came from this protocol, in the spelling in which it came.
#include <algorithm>
#include <span>

#include "core/model/visit.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

void WriteRole(Role role, Writer& writer) {
  writer.Key("role");
  switch (role) {
    case Role::kSystem:
      return writer.Literal("\"system\"");
    case Role::kDeveloper:
      return writer.Literal("\"developer\"");
    case Role::kAssistant:
      return writer.Literal("\"assistant\"");
    case Role::kUser:
    case Role::kTool:
    case Role::kFunction:
      return writer.Literal("\"user\"");
  }
}

void WriteType(std::string_view word, Writer& writer) {
  writer.Key("type");
  writer.String(openai::Word(word));
}

std::string_view TypeOf(const TextPart& part) {
  if (part.is_refusal) return "refusal";
  if ((part.style & kOutputText) != 0) return "output_text";
  return (part.style & kPlainText) != 0 ? "text" : "input_text";
}

void WriteText(const TextPart& part, Writer& writer) {
  writer.BeginObject();
  WriteType(TypeOf(part), writer);
  if (part.is_refusal)
    writer.Member("refusal", part.text);
  else
    writer.Member("text", part.text);
  if ((part.style & kHasAnnotations) != 0) {
    writer.Key("annotations");
    writer.BeginArray();
    for (const Citation& citation : part.citations) writer.Value(citation.wire);
    writer.EndArray();
  }
  openai::WriteCacheMark(part.cache, true, writer);
  WriteExtras(part.extras, writer);
  writer.EndObject();
}

void WriteMedia(const MediaPart& part, Writer& writer) {
  writer.BeginObject();
  bool audio = part.kind == MediaPart::Kind::kAudio;
  bool image = part.kind == MediaPart::Kind::kImage;
  WriteType(audio ? "input_audio" : image ? "input_image" : "input_file", writer);
  const Text& data = part.url.present() ? part.url : part.data;
  if (audio) {
    writer.Key("input_audio");
    writer.BeginObject();
    writer.Member("data", part.data);
    if (part.media_type.present()) {
      writer.Key("format");
      writer.String(openai::AudioFormat(part.media_type, true));
    }
    WriteExtras(part.source_extras, writer);
    writer.EndObject();
  } else if (part.source == MediaPart::Source::kFileId) {
    writer.Member("file_id", data);
  } else if (image) {
    writer.Member("image_url", data);
  } else if ((part.style & kHasDataUrl) != 0) {
    writer.Member("file_data", data);
  } else {
    writer.Member("file_url", data);
  }
  writer.Member("filename", part.filename);
  writer.Member("detail", part.detail);
  openai::WriteCacheMark(part.cache, true, writer);
  WriteExtras(part.extras, writer);
  writer.EndObject();
}

/// Some of a message's parts.
using Parts = std::span<const Part>;

/// Those of the item; fewer where it claims parts that are not there.
Parts PartsOf(const WireItem& item, const List<Part>& parts) {
  const Parts all(parts.begin(), parts.size());
  const auto first = static_cast<std::size_t>(std::max(item.first_part, 0));
  const auto count = static_cast<std::size_t>(std::max(item.part_count, 0));
  if (first >= all.size()) return {};
  return all.subspan(first, std::min(count, all.size() - first));
}

void WriteContent(Parts parts, bool list, CodecContext& context, Writer& writer) {
  writer.Key("content");
  const auto* text = parts.size() == 1 ? std::get_if<TextPart>(&parts[0].variant()) : nullptr;
  if (!list && text != nullptr) return writer.String(text->text);
  writer.BeginArray();
  for (const Part& part : parts) WriteOwnPart(part, context, writer);
  writer.EndArray();
}

void WriteTexts(Parts parts, bool summary, Writer& writer) {
  if (summary)
    writer.Key("summary");
  else
    writer.Key("content");
  writer.BeginArray();
  for (const Part& one : parts) {
    const auto* part = std::get_if<ReasoningPart>(&one.variant());
    if (part == nullptr || !part->text.present() || part->is_summary != summary) continue;
    writer.BeginObject();
    WriteType(summary ? "summary_text" : "reasoning_text", writer);
    writer.Member("text", part->text);
    WriteExtras(part->extras, writer);
    writer.EndObject();
  }
  writer.EndArray();
}

void WriteReasoningItem(const Message& message, const WireItem& item, Writer& writer) {
  writer.BeginObject();
  WriteType("reasoning", writer);
  const Parts parts = PartsOf(item, message.parts);
  if ((item.style & kHasSummary) != 0) WriteTexts(parts, true, writer);
  if ((item.style & kHasContent) != 0) WriteTexts(parts, false, writer);
  for (const Part& one : parts) {
    const auto* part = std::get_if<ReasoningPart>(&one.variant());
    if (part == nullptr) continue;
    writer.Member("encrypted_content", part->signature);
    writer.Member("encrypted_content", part->encrypted);
  }
  WriteExtras(item.members, writer);
  writer.EndObject();
}

void WriteMessageItem(const Message& message, const WireItem& item, CodecContext& context,
                      Writer& writer) {
  writer.BeginObject();
  if ((item.style & kNoType) == 0) WriteType("message", writer);
  if ((item.style & kNoRole) == 0) WriteRole(Role::kAssistant, writer);
  bool list = (item.style & kContentList) != 0;
  if (list || (item.style & kContentString) != 0) {
    WriteContent(PartsOf(item, message.parts), list, context, writer);
  }
  WriteExtras(item.members, writer);
  writer.EndObject();
}

void WriteItem(const Message& message, const WireItem& item, CodecContext& context,
               Writer& writer) {
  if ((item.style & kValueItem) != 0) return writer.Value(item.value);
  if ((item.style & kReasoningItem) != 0) return WriteReasoningItem(message, item, writer);
  WriteMessageItem(message, item, context, writer);
}

/// Items and the parts that are items by themselves, in the order of the parts.
void WriteTurn(const Message& message, CodecContext& context, Writer& writer) {
  std::size_t part = 0;
  std::size_t next = 0;
  const List<WireItem>& items = message.items;
  while (part < message.parts.size() || next < items.size()) {
    bool item_here = next < items.size() && items[next].first_part <= static_cast<int>(part);
    if (item_here || part >= message.parts.size()) {
      const WireItem& item = items[next++];
      WriteItem(message, item, context, writer);
      part += static_cast<std::size_t>(std::max(item.part_count, 0));
    } else {
      WriteOwnPart(message.parts[part++], context, writer);
    }
  }
}

void WriteResult(const Message& message, const ToolResultPart& result, CodecContext& context,
                 Writer& writer) {
  writer.BeginObject();
  bool custom = (result.style & kCustomOutput) != 0;
  WriteType(custom ? "custom_tool_call_output" : "function_call_output", writer);
  writer.Member("call_id", result.call_id);
  if ((result.style & kOutputList) != 0) {
    writer.Key("output");
    writer.BeginArray();
    for (const Part& part : result.content) WriteOwnPart(part, context, writer);
    writer.EndArray();
  } else if (!result.content.empty()) {
    const auto* text = std::get_if<TextPart>(&result.content[0].variant());
    writer.Member("output", text == nullptr ? Text() : text->text);
    writer.Member("output", text == nullptr ? Raw() : text->json);
  }
  WriteExtras(result.extras, writer);
  WriteExtras(message.extras, writer);
  writer.EndObject();
}

}  // namespace

Text WireName(const ToolCallPart& call) {
  Text name = call.name;
  if ((call.style & kJoinedName) == 0) return name;
  for (const ExtraMember& extra : call.extras) {
    if (!extra.name.Is("namespace") || !extra.value.is_string()) continue;
    std::string_view space = extra.value.json.substr(1, extra.value.json.size() - 2);
    std::size_t size = space.size() + (space.ends_with("__") ? 0 : 2);
    if (name.bytes.starts_with(space) && name.bytes.size() >= size) name.bytes.remove_prefix(size);
  }
  return name;
}

void WriteOwnCall(const ToolCallPart& call, Writer& writer) {
  writer.BeginObject();
  WriteType(call.is_custom ? "custom_tool_call" : "function_call", writer);
  if ((call.style & kNoCallId) == 0) writer.Member("call_id", call.id);
  writer.Member("name", WireName(call));
  if (call.is_custom) {
    writer.Member("input", call.arguments.text);
    writer.Member("input", call.arguments.json);
  } else {
    writer.Member("arguments", call.arguments.text);
    writer.Member("arguments", call.arguments.json);
  }
  WriteExtras(call.extras, writer);
  writer.EndObject();
}

void WriteOwnPart(const Part& part, CodecContext& context, Writer& writer) {
  std::visit(Overloaded{
                 [&](const TextPart& text) { WriteText(text, writer); },
                 [&](const MediaPart& media) { WriteMedia(media, writer); },
                 [&](const ReasoningPart& reasoning) {
                   writer.BeginObject();
                   WriteType("reasoning_text", writer);
                   writer.Member("text", reasoning.text);
                   WriteExtras(reasoning.extras, writer);
                   writer.EndObject();
                 },
                 [&](const ToolCallPart& call) { WriteOwnCall(call, writer); },
                 [&](const ToolResultPart&) { DropPart(part, context); },
                 [&](const OpaquePart& opaque) { writer.Value(opaque.value); },
             },
             part.variant());
}

void WriteOwnMessage(const Message& message, CodecContext& context, Writer& writer) {
  writer.Cover(message.role.node);
  if (message.role.Is(Role::kAssistant)) return WriteTurn(message, context, writer);
  for (const WireItem& item : message.items) {
    if ((item.style & kBehindMessage) == 0) WriteItem(message, item, context, writer);
  }
  const ToolResultPart* result = nullptr;
  const OpaquePart* opaque = nullptr;
  if (message.role.Is(Role::kTool) && message.parts.size() == 1) {
    result = std::get_if<ToolResultPart>(&message.parts[0].variant());
    opaque = std::get_if<OpaquePart>(&message.parts[0].variant());
  }
  if (result != nullptr) {
    WriteResult(message, *result, context, writer);
  } else if (opaque != nullptr) {
    writer.Value(opaque->value);
  } else {
    writer.BeginObject();
    if ((message.style & kNoType) == 0) WriteType("message", writer);
    WriteRole(message.role.value, writer);
    bool list = (message.style & kContentList) != 0;
    if (list || (message.style & kContentString) != 0) {
      WriteContent({message.parts.begin(), message.parts.size()}, list, context, writer);
    }
    WriteExtras(message.extras, writer);
    writer.EndObject();
  }
  for (const WireItem& item : message.items) {
    if ((item.style & kBehindMessage) != 0) WriteItem(message, item, context, writer);
  }
}

}  // namespace aiproxy::openai_responses
