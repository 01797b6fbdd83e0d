// Images, documents, video and audio from another protocol.
#include "core/model/words.h"
#include "core/protocols/bedrock_converse/foreign_blocks.h"
#include "core/stream/base64.h"

namespace aiproxy::bedrock_converse {

namespace {

using Kind = MediaPart::Kind;
using Source = MediaPart::Source;

std::string_view WithArticle(Kind kind) {
  switch (kind) {
    case Kind::kImage:
      return "an image";
    case Kind::kAudio:
      return "audio";
    case Kind::kVideo:
      return "a video";
    case Kind::kDocument:
      return "a document";
  }
  return "";
}

}  // namespace

/// What the data is: as its first bytes show it, else as declared, else as the name says; "" when
/// the API has no such format.
std::string_view ForeignBlocks::Format(const MediaPart& part) {
  if (part.source == Source::kText || part.source == Source::kContent) return "txt";
  std::string_view declared;
  if (part.media_type.present()) {
    declared = FormatOf(part.kind, NormalisedMediaType(part.media_type).Decode(context_.arena));
  }
  if (part.source == Source::kBase64) {
    std::string_view sniffed = FormatOf(part.kind, SniffedMediaType(part.data.bytes));
    if (!sniffed.empty()) return sniffed;
  }
  if (!declared.empty() || part.kind != Kind::kDocument) return declared;
  const Text& name = part.source == Source::kVendorUri ? part.data : part.filename;
  return name.present() ? FormatOfName(name.Decode(context_.arena)) : std::string_view();
}

bool ForeignBlocks::AdmitMedia(const MediaPart& part) {
  NodeId node = FirstNode(part.node, part.data.node);
  if (is_request() && is_assistant_) {
    return Drop(node, "{} has no place in a message of the assistant in {target}",
                WithArticle(part.kind));
  }
  if (part.lacks_data()) return Drop(node, "the {} has no content", Word(part.kind));
  switch (part.source) {
    case Source::kBase64:
      break;
    case Source::kVendorUri:
      if (part.data.bytes.starts_with("s3://")) break;
      return Drop(node, "this source of {} has no place in {target}", WithArticle(part.kind));
    case Source::kText:
    case Source::kContent:
      if (part.kind == Kind::kDocument) return true;
      return Drop(node, "this source of {} has no place in {target}", WithArticle(part.kind));
    case Source::kUrl:
      return Drop(node, "{target} fetches no URL; it needs the bytes of {}",
                  WithArticle(part.kind));
    case Source::kFileId:
    case Source::kUnknown:
      return Drop(node, "this source of {} has no place in {target}", WithArticle(part.kind));
  }
  if (!Format(part).empty()) return true;
  return Drop(node, "{} of this type has no place in {target}", WithArticle(part.kind));
}

void ForeignBlocks::WriteSource(const MediaPart& part) {
  writer_.Key("source");
  writer_.BeginObject();
  switch (part.source) {
    case Source::kText:
      if (IsClaudeLike(family_)) {
        writer_.Member("text", part.data);
      } else {
        Output plain;
        plain.Append(part.data.Decode(context_.arena));
        writer_.Cover(part.data.node);
        writer_.Key("bytes");
        writer_.BeginString();
        AppendBase64(plain, writer_.output());
        writer_.EndString();
      }
      break;
    case Source::kContent:
      writer_.Key("content");
      writer_.BeginArray();
      for (const Part& inner : part.content) {
        const TextPart* text = std::get_if<TextPart>(&inner.variant());
        if (text == nullptr) {
          NodeId node = std::visit([](const auto& one) { return one.node; }, inner.variant());
          Drop(node, "a document of parts holds nothing but text in {target}");
        } else if (Admit(inner)) {
          WriteText(text->text, {});
        }
      }
      writer_.EndArray();
      break;
    case Source::kVendorUri:
      writer_.Key("s3Location");
      writer_.BeginObject();
      writer_.Member("uri", part.data);
      writer_.EndObject();
      break;
    case Source::kBase64:
    case Source::kUrl:      // not admitted
    case Source::kFileId:   // not admitted
    case Source::kUnknown:  // not admitted
      writer_.Member("bytes", part.data);
      break;
  }
  writer_.EndObject();
}

void ForeignBlocks::WriteDocumentMembers(const MediaPart& part) {
  writer_.Member("name", names_.Take(part.filename, context_));
  if (!IsClaudeLike(family_)) return;  // unmarked: it is reported
  writer_.Member("context", part.context);
  if (!part.citations.Is(true)) return;
  writer_.Key("citations");
  writer_.BeginObject();
  writer_.Member("enabled", part.citations);
  writer_.EndObject();
}

void ForeignBlocks::Write(const MediaPart& part) {
  std::string_view format = Format(part);
  writer_.BeginObject();
  writer_.Key(Text{Word(part.kind), kNoNode, Text::Spelling::kClean});
  writer_.BeginObject();
  writer_.Key("format");
  writer_.String(Text{format, kNoNode, Text::Spelling::kClean});
  writer_.Cover(part.media_type.node);
  writer_.Cover(part.url.node);
  if (part.kind == Kind::kDocument) WriteDocumentMembers(part);
  WriteSource(part);
  writer_.EndObject();
  writer_.EndObject();
  bool declared = part.media_type.present() && !part.media_type.empty();
  if (declared && part.source == Source::kBase64) {
    std::string_view sniffed = SniffedMediaType(part.data.bytes);
    if (!sniffed.empty() && !NormalisedMediaType(part.media_type).Is(sniffed)) {
      context_.accounting.Report(FirstNode(part.data.node, part.node), kMediaTypeMismatch,
                                 "the data looks like {}, which is not the declared type", sniffed);
    }
  }
  if (part.detail.Is("auto")) writer_.Cover(part.detail.node);
  WritePoint(part.cache);
}

}  // namespace aiproxy::bedrock_converse
