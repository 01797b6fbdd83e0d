// Messages, writing: content parts, tool calls, reasoning.
#include "core/model/arguments.h"
#include "core/model/parts.h"
#include "core/model/words.h"
#include "core/protocols/openai_chat/wire.h"

namespace aiproxy::openai_chat {

namespace {

void WriteImage(const MediaPart& part, bool own, Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"image_url\"");
  writer.Key("image_url");
  bool plain = own && (part.style & kPlainUrl) != 0;
  if (!plain) {
    writer.BeginObject();
    if (part.data.present()) writer.Key("url");
  }
  if (part.source == MediaPart::Source::kBase64) {
    std::string_view sniffed = SniffedMediaType(part.data.bytes);
    openai::WriteDataUrl(part, sniffed.empty() ? "image/png" : sniffed, writer);
  } else if (part.data.present()) {
    writer.String(part.url.present() ? part.url : part.data);
  }
  if (!plain) {
    writer.Member("detail", part.detail);
    if (own) WriteExtras(part.source_extras, writer);
    writer.EndObject();
  }
  openai::WriteCacheMark(part.cache, own, writer);
  if (own) WriteExtras(part.extras, writer);
  writer.EndObject();
}

void WriteAudio(const MediaPart& part, bool own, Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"input_audio\"");
  writer.Key("input_audio");
  writer.BeginObject();
  writer.Member("data", part.data);
  if (part.media_type.present()) writer.Member("format", openai::AudioFormat(part.media_type, own));
  if (own) WriteExtras(part.source_extras, writer);
  writer.EndObject();
  openai::WriteCacheMark(part.cache, own, writer);
  if (own) WriteExtras(part.extras, writer);
  writer.EndObject();
}

void WriteFile(const MediaPart& part, bool own, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"file\"");
  writer.Key("file");
  writer.BeginObject();
  if (own) writer.Member("filename", part.filename);
  if (part.source == MediaPart::Source::kFileId) {
    writer.Member("file_id", part.data);
  } else if (own) {
    writer.Member("file_data", part.url.present() ? part.url : part.data);
  } else {
    openai::WriteFileName(part, context, writer);
    writer.Key("file_data");
    openai::WriteDataUrl(part, "application/pdf", writer);
  }
  if (own) WriteExtras(part.source_extras, writer);
  writer.EndObject();
  openai::WriteCacheMark(part.cache, own, writer);
  if (own) WriteExtras(part.extras, writer);
  writer.EndObject();
}

/// A document that is text, or made of parts: its content, where the document stood.
void WriteDocumentContent(const MediaPart& part, CodecContext& context, Writer& writer) {
  context.accounting.Report(part.node, kPartDegraded,
                            "{target} has no such document; carried as its content");
  if (part.media_type.node != kNoNode) writer.Cover(part.media_type.node);
  if (part.source == MediaPart::Source::kText) {
    TextPart text;
    text.text = part.data;
    text.cache = part.cache;
    return WriteTextPart(text, false, context, writer);
  }
  for (const Part& inner : part.content) {
    if (IsCarriedInUserMessage(inner))
      WriteContentPart(inner, context, writer);
    else
      DropPart(inner, context);
  }
}

bool IsPlainReasoning(const Part& part) {
  const ReasoningPart* reasoning = std::get_if<ReasoningPart>(&part.variant());
  return reasoning != nullptr && !reasoning->text.empty();
}

/// Whether the part has an entry in reasoning_details; what the target may not have is left.
bool HasDetail(const Part& part, const ReasoningTarget& target) {
  const ReasoningPart* reasoning = std::get_if<ReasoningPart>(&part.variant());
  if (reasoning == nullptr || !target.Accepts(reasoning->issuer)) return false;
  if (!reasoning->signature.empty() || reasoning->encrypted.present()) return true;
  return HasTextDetail(reasoning->issuer) && reasoning->text.present();
}

void WriteJsonText(const TextPart& part, Writer& writer) {
  writer.Key("text");
  WriteTextOf(part, writer);
}

/// Google's signatures belong to the part after them: to a call, by its id.
bool IsAttachedSignature(const ReasoningPart& part) {
  return part.issuer == Issuer::kGoogle && part.text.empty() && !part.signature.empty();
}

/// `call`: that stands directly after the part, or nullptr.
void WriteDetail(const ReasoningPart& part, std::int64_t index, const ToolCallPart* call,
                 Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  if (part.encrypted.present() || IsAttachedSignature(part)) {
    writer.Literal("\"reasoning.encrypted\"");
    writer.Member("data", part.encrypted.present() ? part.encrypted : part.signature);
  } else if (part.is_summary && !part.signature.present()) {
    writer.Literal("\"reasoning.summary\"");
    writer.Key("summary");
    writer.String(part.text);
  } else {
    writer.Literal("\"reasoning.text\"");
    writer.Key("text");
    writer.String(part.text);
    writer.Member("signature", part.signature);
  }
  if (!part.signature.present()) writer.Member("id", part.id);  // a signature needs none
  writer.Key("format");
  writer.String(Word(ReasoningFormat(part.issuer)));
  if (call != nullptr && IsAttachedSignature(part)) {
    Text id = call->id;
    id.node = kNoNode;  // written where the call stands
    writer.Member("id", id);
  }
  writer.Key("index");
  writer.Int(index);
  writer.EndObject();
}

/// Marks empty members as used, and drops the parts of which nothing is written.
void SettleReasoning(const Part& part, const ReasoningTarget& target, CodecContext& context) {
  const ReasoningPart* reasoning = std::get_if<ReasoningPart>(&part.variant());
  if (reasoning == nullptr) return;
  bool has_detail = HasDetail(part, target);
  if (reasoning->signature.empty() && reasoning->signature.node != kNoNode) {
    context.accounting.Use(reasoning->signature.node);
  }
  if (has_detail || !reasoning->text.empty()) return;
  if (reasoning->node != kNoNode) {
    context.accounting.Drop(reasoning->node, kPartDropped,
                            "this reasoning is readable only for the vendor that issued it");
  }
}

}  // namespace

void WriteTextPart(const TextPart& part, bool own, CodecContext&, Writer& writer) {
  writer.BeginObject();
  if (!own || (part.style & kNoType) == 0) {
    writer.Key("type");
    if (part.is_refusal)
      writer.Literal("\"refusal\"");
    else
      writer.Literal("\"text\"");
  }
  if (part.is_refusal)
    writer.Member("refusal", part.text);
  else if (part.json.present())
    WriteJsonText(part, writer);
  else
    writer.Member("text", part.text);
  openai::WriteCacheMark(part.cache, own, writer);
  if (own) WriteExtras(part.extras, writer);
  writer.EndObject();
}

void WriteMediaPart(const MediaPart& part, bool own, CodecContext& context, Writer& writer) {
  using Source = MediaPart::Source;
  switch (part.kind) {
    case MediaPart::Kind::kImage:
      return WriteImage(part, own, writer);
    case MediaPart::Kind::kAudio:
      return WriteAudio(part, own, writer);
    case MediaPart::Kind::kDocument:
      if (part.source == Source::kText || part.source == Source::kContent) {
        return WriteDocumentContent(part, context, writer);
      }
      return WriteFile(part, own, context, writer);
    case MediaPart::Kind::kVideo:
      break;
  }
}

bool IsCarriedInUserMessage(const Part& part) {
  using Source = MediaPart::Source;
  return std::visit(
      Overloaded{
          [](const TextPart&) { return true; },
          [](const MediaPart& media) {
            if (media.lacks_data()) return false;
            switch (media.kind) {
              case MediaPart::Kind::kImage:
                return media.source == Source::kBase64 || media.source == Source::kUrl;
              case MediaPart::Kind::kAudio:
                return media.source == Source::kBase64;
              case MediaPart::Kind::kDocument:
                return media.source != Source::kUrl && media.source != Source::kVendorUri &&
                       media.source != Source::kUnknown;
              case MediaPart::Kind::kVideo:
                break;
            }
            return false;
          },
          [](const ReasoningPart&) { return false; },
          [](const ToolCallPart&) { return false; },
          [](const ToolResultPart&) { return false; },
          [](const OpaquePart& opaque) {
            return opaque.protocol == kId || !opaque.rendition.empty();
          },
      },
      part.variant());
}

void WriteContentPart(const Part& part, CodecContext& context, Writer& writer) {
  std::visit(Overloaded{
                 [&](const TextPart& text) { WriteTextPart(text, false, context, writer); },
                 [&](const MediaPart& media) { WriteMediaPart(media, false, context, writer); },
                 [&](const ReasoningPart&) { DropPart(part, context); },
                 [&](const ToolCallPart&) { DropPart(part, context); },
                 [&](const ToolResultPart&) { DropPart(part, context); },
                 [&](const OpaquePart& opaque) {
                   if (opaque.protocol == kId) return writer.Value(opaque.value);
                   if (opaque.rendition.empty()) return DropPart(part, context);
                   writer.BeginObject();
                   writer.Key("type");
                   writer.Literal("\"text\"");
                   writer.Key("text");
                   WriteRendition(opaque, context, writer);
                   writer.EndObject();
                 },
             },
             part.variant());
}

void WriteToolCalls(const List<Part>& parts, bool shorten_names, CodecContext& context,
                    Writer& writer) {
  bool any = false;
  const ToolCallPart* legacy = nullptr;
  for (const Part& part : parts) {
    const ToolCallPart* call = std::get_if<ToolCallPart>(&part.variant());
    if (call == nullptr) continue;
    if (call->is_legacy) {
      legacy = call;
      continue;
    }
    if (!any) {
      writer.Key("tool_calls");
      writer.BeginArray();
      any = true;
    }
    writer.BeginObject();
    writer.Member("id", call->id);
    writer.Key("type");
    if (call->is_custom)
      writer.Literal("\"custom\"");
    else
      writer.Literal("\"function\"");
    if (call->is_custom)
      writer.Key("custom");
    else
      writer.Key("function");
    writer.BeginObject();
    writer.Member("name", shorten_names ? AcceptedName(call->name, context) : call->name);
    if (call->is_custom)
      writer.Key("input");
    else
      writer.Key("arguments");
    openai::WriteCallInput(*call, context, writer);
    writer.EndObject();
    writer.EndObject();
  }
  if (any) writer.EndArray();
  if (legacy == nullptr) return;
  writer.Key("function_call");
  writer.BeginObject();
  writer.Member("name", legacy->name);
  writer.Key("arguments");
  openai::WriteCallInput(*legacy, context, writer);
  writer.EndObject();
}

bool WriteReasoning(const List<Part>& parts, const ReasoningTarget& target, CodecContext& context,
                    Writer& writer) {
  bool any_text = false;
  bool any_detail = false;
  for (const Part& part : parts) {
    if (!IsPlainReasoning(part)) continue;
    if (any_text) {
      writer.AppendLiteral("\\n\\n");
    } else {
      writer.Key("reasoning_content");
      writer.BeginString();
      any_text = true;
    }
    writer.AppendText(std::get<ReasoningPart>(part.variant()).text);
  }
  if (any_text) writer.EndString();
  std::int64_t index = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Part& part = parts[i];
    SettleReasoning(part, target, context);
    if (!HasDetail(part, target)) continue;
    if (!any_detail) {
      writer.Key("reasoning_details");
      writer.BeginArray();
      any_detail = true;
    }
    const ToolCallPart* call =
        i + 1 < parts.size() ? std::get_if<ToolCallPart>(&parts[i + 1].variant()) : nullptr;
    WriteDetail(std::get<ReasoningPart>(part.variant()), index++, call, writer);
  }
  if (any_detail) writer.EndArray();
  return any_text || any_detail;
}

}  // namespace aiproxy::openai_chat
