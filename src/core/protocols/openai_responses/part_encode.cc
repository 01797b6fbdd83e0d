// Writing parts of other protocols: the content of messages and outputs, reasoning.
#include "core/model/openai_citation.h"
#include "core/model/openai_logprobs.h"
#include "core/model/visit.h"
#include "core/model/words.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

using Source = MediaPart::Source;

void WriteInputText(const TextPart& part, Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"input_text\"");
  writer.Key("text");
  if (part.text.present()) {
    writer.String(part.text);
  } else {
    writer.BeginString();
    writer.AppendJson(part.json);
    writer.EndString();
  }
  openai::WriteCacheMark(part.cache, false, writer);
  writer.EndObject();
}

void WriteImage(const MediaPart& part, Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"input_image\"");
  if (part.source == Source::kFileId) {
    writer.Member("file_id", part.data);
  } else {
    writer.Key("image_url");
    if (part.source == Source::kBase64) {
      std::string_view sniffed = SniffedMediaType(part.data.bytes);
      openai::WriteDataUrl(part, sniffed.empty() ? "image/png" : sniffed, writer);
    } else {
      writer.String(part.url.present() ? part.url : part.data);
    }
  }
  writer.Key("detail");
  if (part.detail.present())
    writer.String(part.detail);
  else
    writer.Literal("\"auto\"");
  openai::WriteCacheMark(part.cache, false, writer);
  writer.EndObject();
}

void WriteFile(const MediaPart& part, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"input_file\"");
  if (part.source == Source::kFileId) {
    writer.Member("file_id", part.data);
  } else if (part.source == Source::kUrl) {
    writer.Member("file_url", part.data);
  } else {
    openai::WriteFileName(part, context, writer);
    writer.Key("file_data");
    openai::WriteDataUrl(part, "application/pdf", writer);
  }
  openai::WriteCacheMark(part.cache, false, writer);
  writer.EndObject();
}

/// A document that is text, or made of parts: its content, where the document stood.
void WriteDocumentContent(const MediaPart& part, CodecContext& context, Writer& writer) {
  context.accounting.Report(part.node, kPartDegraded,
                            "{target} has no such document; carried as its content");
  if (part.media_type.node != kNoNode) writer.Cover(part.media_type.node);
  if (part.source == Source::kText) {
    TextPart text;
    text.text = part.data;
    text.cache = part.cache;
    return WriteInputText(text, writer);
  }
  for (const Part& inner : part.content) {
    if (IsInputPart(inner))
      WriteInputPart(inner, context, writer);
    else
      DropPart(inner, context);
  }
}

void WriteMedia(const MediaPart& part, CodecContext& context, Writer& writer) {
  if (part.kind == MediaPart::Kind::kImage) return WriteImage(part, writer);
  if (part.source == Source::kText || part.source == Source::kContent) {
    return WriteDocumentContent(part, context, writer);
  }
  WriteFile(part, context, writer);
}

void WriteReasoningText(const ReasoningPart& part, Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  if (IsContent(part))
    writer.Literal("\"reasoning_text\"");
  else
    writer.Literal("\"summary_text\"");
  writer.Key("text");
  writer.String(part.text);
  writer.EndObject();
}

}  // namespace

bool IsInputPart(const Part& part) {
  return std::visit(Overloaded{
                        [](const TextPart&) { return true; },
                        [](const MediaPart& media) {
                          if (media.source == Source::kUnknown || media.lacks_data()) return false;
                          if (media.source == Source::kVendorUri) return false;
                          return media.kind == MediaPart::Kind::kImage ||
                                 media.kind == MediaPart::Kind::kDocument;
                        },
                        [](const ReasoningPart&) { return false; },
                        [](const ToolCallPart&) { return false; },
                        [](const ToolResultPart&) { return false; },
                        [](const OpaquePart& opaque) { return !opaque.rendition.empty(); },
                    },
                    part.variant());
}

void WriteInputPart(const Part& part, CodecContext& context, Writer& writer) {
  std::visit(Overloaded{
                 [&](const TextPart& text) { WriteInputText(text, writer); },
                 [&](const MediaPart& media) { WriteMedia(media, context, writer); },
                 [&](const ReasoningPart&) { DropPart(part, context); },
                 [&](const ToolCallPart&) { DropPart(part, context); },
                 [&](const ToolResultPart&) { DropPart(part, context); },
                 [&](const OpaquePart& opaque) {
                   writer.BeginObject();
                   writer.Key("type");
                   writer.Literal("\"input_text\"");
                   writer.Key("text");
                   WriteRendition(opaque, context, writer);
                   writer.EndObject();
                 },
             },
             part.variant());
}

void WriteUrlCitation(const Citation& citation, std::int64_t start, std::int64_t end,
                      Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"url_citation\"");
  openai::WriteCitationMembers(citation, start, end, writer);
  writer.EndObject();
}

void WriteOutputText(const TextPart& part, const List<TokenLogprob>& logprobs,
                     std::string_view protocol, Writer& writer) {
  bool own = protocol == kId;
  writer.BeginObject();
  writer.Key("type");
  if (part.is_refusal) {
    writer.Literal("\"refusal\"");
    writer.Key("refusal");
    writer.String(part.text);
    return writer.EndObject();
  }
  writer.Literal("\"output_text\"");
  writer.Key("annotations");
  writer.BeginArray();
  std::int64_t size = part.citations.empty() ? 0 : CodePointsOf(part.text);
  for (const Citation& citation : part.citations) {
    if (own && citation.wire.present())
      writer.Value(citation.wire);
    else if (citation.is_url)
      WriteUrlCitation(citation, citation.start.Int().value_or(0),
                       citation.end.Int().value_or(size), writer);
  }
  writer.EndArray();
  writer.Key("logprobs");
  WriteOpenAiLogprobs(logprobs, openai::IsOfOpenAi(protocol), writer);
  writer.Key("text");
  writer.String(part.text);
  writer.EndObject();
}

ReasoningGroup GroupAt(const List<Part>& parts, std::size_t first, bool to_client) {
  ReasoningGroup group;
  group.first = first;
  for (std::size_t i = first; i < parts.size(); ++i) {
    const ReasoningPart* part = std::get_if<ReasoningPart>(&parts[i].variant());
    if (part == nullptr) break;
    bool secret = part->encrypted.present() || !part->signature.empty();
    bool other_id = part->id.present() && i > first && part->id.bytes != group.id.bytes &&
                    (to_client || group.id.present());
    if (i > first && (!Joins(part->issuer) || !part->signature.empty() || other_id)) break;
    if (part->id.present()) group.id = part->id;
    ++group.count;
    if (secret) group.secret = part;
    if (secret || !Joins(part->issuer)) break;
  }
  return group;
}

bool WritesFormat(const ReasoningGroup& group) {
  return group.secret != nullptr && group.secret->issuer != Issuer::kOpenAi &&
         group.secret->issuer != Issuer::kUnknown;
}

void WriteReasoningMembers(const List<Part>& parts, const ReasoningGroup& group, Writer& writer) {
  bool content = false;
  writer.Key("summary");
  writer.BeginArray();
  for (std::size_t i = group.first; i < group.first + group.count; ++i) {
    const ReasoningPart& part = std::get<ReasoningPart>(parts[i].variant());
    if (part.encrypted.present()) continue;
    if (part.signature.empty()) writer.Cover(part.signature.node);
    content = content || IsContent(part);
    if (!IsContent(part)) WriteReasoningText(part, writer);
  }
  writer.EndArray();
  if (content) {
    writer.Key("content");
    writer.BeginArray();
    for (std::size_t i = group.first; i < group.first + group.count; ++i) {
      const ReasoningPart& part = std::get<ReasoningPart>(parts[i].variant());
      if (!part.encrypted.present() && IsContent(part)) WriteReasoningText(part, writer);
    }
    writer.EndArray();
  }
  if (group.secret == nullptr) return;
  const ReasoningPart& secret = *group.secret;
  writer.Key("encrypted_content");
  writer.String(secret.encrypted.present() ? secret.encrypted : secret.signature);
  if (!WritesFormat(group)) return;
  writer.Key("format");
  writer.String(openai::Word(ReasoningFormat(secret.issuer)));
}

}  // namespace aiproxy::openai_responses
