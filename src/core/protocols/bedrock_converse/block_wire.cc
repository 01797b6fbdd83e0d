// Content blocks written exactly as this protocol spelled them.
#include "core/model/arguments.h"
#include "core/model/words.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

void WriteCachePoint(const CacheMark& cache, Writer& writer) {
  if (!cache.present()) return;
  writer.BeginObject();
  writer.Member("cachePoint", cache.wire);
  writer.EndObject();
}

void WriteCited(const TextPart& part, Writer& writer) {
  writer.Key("citationsContent");
  writer.BeginObject();
  bool in_pieces = false;
  for (const ExtraMember& extra : part.extras) in_pieces |= extra.name.Is("content");
  if (in_pieces) {
    writer.Cover(part.text.node);
  } else {
    writer.Key("content");
    writer.BeginArray();
    writer.BeginObject();
    writer.Member("text", part.text);
    writer.EndObject();
    writer.EndArray();
  }
  if (!part.citations.empty()) {
    writer.Key("citations");
    writer.BeginArray();
    for (const Citation& citation : part.citations) writer.Value(citation.wire);
    writer.EndArray();
  }
  WriteExtras(part.extras, writer);
  writer.EndObject();
}

void WriteBlock(const TextPart& part, CodecContext&, Writer& writer) {
  writer.BeginObject();
  if (part.json.present()) {
    writer.Member("json", part.json);
  } else if ((part.style & kCited) != 0 || !part.citations.empty()) {
    WriteCited(part, writer);
  } else {
    writer.Member("text", part.text);
    WriteExtras(part.extras, writer);
  }
  writer.EndObject();
  WriteCachePoint(part.cache, writer);
}

void WriteSource(const MediaPart& part, Writer& writer) {
  writer.BeginObject();
  switch (part.source) {
    case MediaPart::Source::kText:
      writer.Member("text", part.data);
      break;
    case MediaPart::Source::kContent:
      writer.Key("content");
      writer.BeginArray();
      for (const Part& item : part.content) {
        const TextPart* text = std::get_if<TextPart>(&item.variant());
        if (text == nullptr) continue;
        writer.BeginObject();
        writer.Member("text", text->text);
        writer.EndObject();
      }
      writer.EndArray();
      break;
    case MediaPart::Source::kVendorUri:
      writer.Key("s3Location");
      writer.BeginObject();
      writer.Member("uri", part.data);
      WriteExtras(part.source_extras, writer);
      writer.EndObject();
      break;
    case MediaPart::Source::kBase64:
    case MediaPart::Source::kUrl:
    case MediaPart::Source::kFileId:
    case MediaPart::Source::kUnknown:
      writer.Member("bytes", part.data);
      break;
  }
  writer.EndObject();
}

void WriteBlock(const MediaPart& part, CodecContext&, Writer& writer) {
  writer.BeginObject();
  bool guarded = (part.style & kGuarded) != 0;
  if (guarded) {
    writer.Key("guardContent");
    writer.BeginObject();
  }
  writer.Key(Text{Word(part.kind), kNoNode, Text::Spelling::kClean});
  writer.BeginObject();
  if (std::string_view format = WireFormat(part); !format.empty()) {
    writer.Key("format");
    writer.Cover(part.media_type.node);
    writer.String(Text{format, kNoNode, Text::Spelling::kClean});
  }
  writer.Member("name", part.filename);
  writer.Key("source");
  WriteSource(part, writer);
  writer.Member("context", part.context);
  if (part.citations.present()) {
    writer.Key("citations");
    writer.BeginObject();
    writer.Member("enabled", part.citations);
    writer.EndObject();
  }
  WriteExtras(part.extras, writer);
  writer.EndObject();
  if (guarded) writer.EndObject();
  writer.EndObject();
  WriteCachePoint(part.cache, writer);
}

void WriteBlock(const ReasoningPart& part, CodecContext&, Writer& writer) {
  writer.BeginObject();
  writer.Key("reasoningContent");
  writer.BeginObject();
  if (part.encrypted.present() || (part.style & kRedacted) != 0) {
    writer.Member("redactedContent", part.encrypted);
  } else {
    writer.Key("reasoningText");
    writer.BeginObject();
    writer.Member("text", part.text);
    writer.Member("signature", part.signature);
    WriteExtras(part.extras, writer);
    writer.EndObject();
  }
  writer.EndObject();
  writer.EndObject();
}

void WriteBlock(const ToolCallPart& part, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  writer.Key("toolUse");
  writer.BeginObject();
  writer.Member("toolUseId", part.id);
  writer.Member("name", part.name);
  if (part.arguments.text.present() || part.node == kNoNode) {  // put together from a stream
    writer.Key("input");
    WriteArgumentsAsObject(part.arguments, context, writer);
  } else {
    writer.Member("input", part.arguments.json);
  }
  WriteExtras(part.extras, writer);
  writer.EndObject();
  writer.EndObject();
  WriteCachePoint(part.cache, writer);
}

void WriteBlock(const ToolResultPart& part, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  writer.Key("toolResult");
  writer.BeginObject();
  writer.Member("toolUseId", part.call_id);
  if ((part.style & kContentAbsent) == 0) {
    writer.Key("content");
    writer.BeginArray();
    WriteWireBlocks(part.content, context, writer);
    writer.EndArray();
  }
  if (part.is_error.present()) {
    writer.Key("status");
    writer.Cover(part.is_error.node);
    if (part.is_error.value)
      writer.Literal("\"error\"");
    else
      writer.Literal("\"success\"");
  }
  WriteExtras(part.extras, writer);
  writer.EndObject();
  writer.EndObject();
  WriteCachePoint(part.cache, writer);
}

void WriteBlock(const OpaquePart& part, CodecContext&, Writer& writer) { writer.Value(part.value); }

}  // namespace

void WriteWireBlocks(const List<Part>& parts, CodecContext& context, Writer& writer) {
  for (const Part& part : parts) {
    std::visit([&](const auto& p) { WriteBlock(p, context, writer); }, part.variant());
  }
}

}  // namespace aiproxy::bedrock_converse
