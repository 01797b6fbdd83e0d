// Content blocks written exactly as this protocol spelled them.
#include "core/model/arguments.h"
#include "core/model/foreign_reasoning.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy::anthropic_messages {

namespace {

void WriteWireCache(const CacheMark& cache, Writer& writer) {
  writer.Member("cache_control", cache.wire);
}

void WriteText(const TextPart& part, Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"text\"");
  writer.Member("text", part.text);
  if (!part.citations.empty() || (part.style & kEmptyCitations) != 0) {
    writer.Key("citations");
    writer.BeginArray();
    for (const Citation& citation : part.citations) writer.Value(citation.wire);
    writer.EndArray();
  }
  WriteWireCache(part.cache, writer);
  WriteExtras(part.extras, writer);
  writer.EndObject();
}

void WriteSource(const MediaPart& part, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  switch (part.source) {
    case MediaPart::Source::kBase64:
      writer.Literal("\"base64\"");
      writer.Member("media_type", part.media_type);
      writer.Member("data", part.data);
      break;
    case MediaPart::Source::kUrl:
    case MediaPart::Source::kVendorUri:
    case MediaPart::Source::kUnknown:
      writer.Literal("\"url\"");
      writer.Member("media_type", part.media_type);
      writer.Member("url", part.data);
      break;
    case MediaPart::Source::kFileId:
      writer.Literal("\"file\"");
      writer.Member("media_type", part.media_type);
      writer.Member("file_id", part.data);
      break;
    case MediaPart::Source::kText:
      writer.Literal("\"text\"");
      writer.Member("media_type", part.media_type);
      writer.Member("data", part.data);
      break;
    case MediaPart::Source::kContent:
      writer.Literal("\"content\"");
      writer.Member("media_type", part.media_type);
      if ((part.style & kSourceContentAbsent) != 0) break;
      WriteWireContent(part.content,
                       (part.style & kSourceContentString) != 0 ? kContentString : kContentList,
                       context, writer);
      break;
  }
  WriteExtras(part.source_extras, writer);
  writer.EndObject();
}

void WriteMedia(const MediaPart& part, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  if (part.kind == MediaPart::Kind::kImage)
    writer.Literal("\"image\"");
  else
    writer.Literal("\"document\"");
  writer.Key("source");
  WriteSource(part, context, writer);
  writer.Member("title", part.filename);
  writer.Member("context", part.context);
  if (part.citations.present()) {
    writer.Key("citations");
    writer.BeginObject();
    writer.Member("enabled", part.citations);
    writer.EndObject();
  }
  WriteWireCache(part.cache, writer);
  WriteExtras(part.extras, writer);
  writer.EndObject();
}

void WriteReasoning(const ReasoningPart& part, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  bool redacted = part.encrypted.present() || (part.style & kRedacted) != 0;
  if (redacted)
    writer.Literal("\"redacted_thinking\"");
  else
    writer.Literal("\"thinking\"");
  writer.Member("data", CanCarry(part.issuer)
                            ? CarriedReasoning(part.encrypted, part.id, part.issuer, context.arena)
                            : part.encrypted);
  writer.Member("thinking", part.text);
  if (part.node == kNoNode && !redacted && !part.text.present()) {  // put together from a stream
    writer.Key("thinking");
    writer.Literal("\"\"");
  }
  writer.Member("signature", part.signature);
  WriteExtras(part.extras, writer);
  writer.EndObject();
}

void WriteToolCall(const ToolCallPart& part, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"tool_use\"");
  writer.Member("id", part.id);
  writer.Member("name", part.name);
  if (part.arguments.text.present() || part.node == kNoNode) {  // put together from a stream
    writer.Key("input");
    WriteArgumentsAsObject(part.arguments, context, writer);
  } else {
    writer.Member("input", part.arguments.json);
  }
  WriteWireCache(part.cache, writer);
  WriteExtras(part.extras, writer);
  writer.EndObject();
}

void WriteToolResult(const ToolResultPart& part, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"tool_result\"");
  writer.Member("tool_use_id", part.call_id);
  WriteWireContent(part.content, part.style, context, writer);
  writer.Member("is_error", part.is_error);
  WriteWireCache(part.cache, writer);
  WriteExtras(part.extras, writer);
  writer.EndObject();
}

}  // namespace

void WriteWireBlock(const Part& part, CodecContext& context, Writer& writer) {
  std::visit(Overloaded{
                 [&](const TextPart& p) { WriteText(p, writer); },
                 [&](const MediaPart& p) { WriteMedia(p, context, writer); },
                 [&](const ReasoningPart& p) { WriteReasoning(p, context, writer); },
                 [&](const ToolCallPart& p) { WriteToolCall(p, context, writer); },
                 [&](const ToolResultPart& p) { WriteToolResult(p, context, writer); },
                 [&](const OpaquePart& p) { writer.Value(p.value); },
             },
             part.variant());
}

void WriteWireContent(const List<Part>& parts, std::uint8_t style, CodecContext& context,
                      Writer& writer) {
  if ((style & kContentMask) == kContentAbsent) return;
  writer.Key("content");
  const TextPart* only = parts.size() == 1 ? std::get_if<TextPart>(&parts[0].variant()) : nullptr;
  if ((style & kContentMask) == kContentString && only != nullptr) return writer.Value(only->text);
  writer.BeginArray();
  for (const Part& part : parts) WriteWireBlock(part, context, writer);
  writer.EndArray();
}

void WriteCacheMark(const CacheMark& cache, Writer& writer) {
  if (!cache.present()) return;
  writer.Key("cache_control");
  writer.BeginObject();
  writer.Key("type");
  writer.Cover(cache.type_node);
  writer.Literal("\"ephemeral\"");
  writer.Member("ttl", cache.ttl);
  writer.EndObject();
}

}  // namespace aiproxy::anthropic_messages
