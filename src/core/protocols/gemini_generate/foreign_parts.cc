#include "core/protocols/gemini_generate/foreign_parts.h"

#include <string>

#include "core/model/arguments.h"
#include "core/model/parts.h"
#include "core/model/visit.h"
#include "core/model/words.h"
#include "core/protocols/gemini_generate/part_decode.h"

namespace aiproxy::gemini_generate {

namespace {

std::string_view AssumedType(MediaPart::Kind kind) {
  switch (kind) {
    case MediaPart::Kind::kImage:
      return "image/jpeg";
    case MediaPart::Kind::kAudio:
      return "audio/wav";
    case MediaPart::Kind::kVideo:
      return "video/mp4";
    case MediaPart::Kind::kDocument:
      return "application/pdf";
  }
  return "";
}

bool IsNameByte(char c, bool first) {
  bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return letter || (!first && ((c >= '0' && c <= '9') || c == '.' || c == ':' || c == '-'));
}

}  // namespace

// https://ai.google.dev/api/caching#FunctionDeclaration: servers differ in what they take beyond
// 64 characters.
Text AcceptedName(const Text& name, bool report, CodecContext& context) {
  constexpr std::size_t kMaxName = 64;
  constexpr std::size_t kMark = 9;
  if (!name.present()) return name;
  std::string_view original = name.Decode(context.arena);
  bool valid = !original.empty() && original.size() <= kMaxName;
  for (std::size_t i = 0; valid && i < original.size(); ++i) {
    valid = IsNameByte(original[i], i == 0);
  }
  if (valid) return name;
  std::string accepted;
  for (char c : original) {
    bool continued = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (continued) continue;  // one '_' for each character
    if (accepted.empty() && !IsNameByte(c, true) && IsNameByte(c, false)) accepted += '_';
    accepted += IsNameByte(c, false) ? c : '_';
    if (accepted.size() >= kMaxName - kMark) break;
  }
  AppendNameMark(original, accepted);
  if (report)
    context.accounting.Report(name.node, kValueDegraded,
                              "{target} takes names of at most 64 letters, digits and '_.:-'; "
                              "'{}' is changed",
                              name.bytes);
  return Text::Plain(context.arena.Copy(accepted), name.node);
}

ForeignParts::ForeignParts(Side side, CodecContext& context, Writer& writer)
    : side_(side), context_(context), writer_(writer), model_(context.options.model) {
  issuer_ = IssuerOfModel(context.options.model);
  if (issuer_ == Issuer::kUnknown) issuer_ = Issuer::kGoogle;
}

bool ForeignParts::Drop(NodeId node, std::string_view message, std::string_view argument) {
  DropAt(context_, node, kPartDropped, message, argument);
  return false;
}

bool ForeignParts::Admit(const Part& part) {
  return std::visit(
      Overloaded{
          [&](const TextPart& p) { return AdmitText(p, side_ == Side::kRequest, context_); },
          [&](const MediaPart& p) { return AdmitMedia(p); },
          [&](const ReasoningPart& p) { return AdmitReasoning(p); },
          [&](const ToolCallPart&) { return true; },
          [&](const ToolResultPart&) { return true; },
          [&](const OpaquePart& p) { return AdmitOpaque(p); },
      },
      part.variant());
}

bool ForeignParts::AdmitMedia(const MediaPart& part) {
  using Source = MediaPart::Source;
  NodeId node = FirstNode(part.node, part.data.node);
  if (part.lacks_data()) return Drop(node, "the {} has no content", Word(part.kind));
  switch (part.source) {
    case Source::kBase64:
    case Source::kText:
    case Source::kContent:
      return true;
    case Source::kUrl:
      if (!part.data.bytes.starts_with("data:")) return true;
      return Drop(node, "a data URL that is not base64 has no place in {target}");
    case Source::kVendorUri:
      if (!part.data.bytes.starts_with("s3:")) return true;
      break;
    case Source::kFileId:
    case Source::kUnknown:
      break;
  }
  return Drop(node, "{} from this source has no place in {target}", Word(part.kind));
}

bool ForeignParts::AdmitReasoning(const ReasoningPart& part) {
  if (part.text.empty() && part.signature.empty() && !part.encrypted.present()) {
    writer_.Cover(part.text.node);
    writer_.Cover(part.signature.node);
    return false;
  }
  if (side_ == Side::kResponse || part.issuer == issuer_) return true;
  NodeId node = FirstNode(part.node, FirstNode(part.text.node, part.encrypted.node));
  bool of_any =
      part.issuer == Issuer::kUnknown && part.signature.present() && !part.signature.empty();
  if (of_any) return true;
  return Drop(node, "reasoning of another vendor is of no use to the model");
}

bool ForeignParts::AdmitOpaque(const OpaquePart& part) {
  if (part.protocol == kId || !part.rendition.empty()) return true;
  return Drop(FirstNode(part.node, part.value.node), "a part of type '{}' has no place in {target}",
              part.kind.bytes);
}

void ForeignParts::Write(const Part& part) {
  std::visit([this](const auto& p) { WritePart(p); }, part.variant());
}

void ForeignParts::End() {
  if (signature_.present()) {
    writer_.Member("thoughtSignature", signature_);
    signature_ = {};
  }
  writer_.EndObject();
}

void ForeignParts::WriteSignatureAlone() {
  writer_.BeginObject();
  writer_.Key("text");
  writer_.Literal("\"\"");
  End();
}

void ForeignParts::EndContent() {
  if (signature_.present()) WriteSignatureAlone();
}

void ForeignParts::WriteText(const Text& text) {
  writer_.BeginObject();
  writer_.Key("text");
  writer_.String(text);
  End();
}

void ForeignParts::WritePart(const TextPart& part) {
  if (part.is_refusal) {
    context_.accounting.Report(FirstNode(part.node, part.text.node), kPartDegraded,
                               "a refusal is carried as text");
  }
  if (!part.json.present()) return WriteText(part.text);
  writer_.BeginObject();
  writer_.Key("text");
  WriteTextOf(part, writer_);
  End();
}

void ForeignParts::WriteMimeType(const MediaPart& part) {
  writer_.Key("mimeType");
  if (part.media_type.present() && !part.media_type.empty()) {
    return writer_.String(NormalisedMediaType(part.media_type));
  }
  bool is_inline = part.source == MediaPart::Source::kBase64;
  std::string_view type = is_inline ? SniffedMediaType(part.data.bytes)
                                    : MediaTypeOfUri(part.data.Decode(context_.arena));
  if (type.empty()) {
    type = AssumedType(part.kind);
    context_.accounting.Report(FirstNode(part.node, part.data.node), kValueInvented,
                               "{target} demands a media type; '{}' is assumed", type);
  }
  writer_.String(type);
}

/// https://ai.google.dev/gemini-api/docs/media-resolution
void ForeignParts::WriteDetail(const MediaPart& part) {
  if (!part.detail.present()) return;
  if (part.detail.Is("auto")) return writer_.Cover(part.detail.node);
  bool low = part.detail.Is("low");
  if (!model_.has_levels() || !(low || part.detail.Is("high"))) return;  // is reported
  writer_.Cover(part.detail.node);
  writer_.Key("mediaResolution");
  if (low)
    writer_.Literal("{\"level\":\"MEDIA_RESOLUTION_LOW\"}");
  else
    writer_.Literal("{\"level\":\"MEDIA_RESOLUTION_HIGH\"}");
}

/// A document that is text, or made of parts: its content, where it stood.
void ForeignParts::WriteDocument(const MediaPart& part) {
  context_.accounting.Report(FirstNode(part.node, part.data.node), kPartDegraded,
                             "{target} has no such document; carried as its content");
  writer_.Cover(part.media_type.node);
  if (part.source == MediaPart::Source::kText) return WriteText(part.data);
  for (const Part& inner : part.content) {
    if (Admit(inner)) Write(inner);
  }
}

void ForeignParts::WritePart(const MediaPart& part) {
  if (part.source == MediaPart::Source::kText || part.source == MediaPart::Source::kContent) {
    return WriteDocument(part);
  }
  writer_.BeginObject();
  bool is_inline = part.source == MediaPart::Source::kBase64;
  if (is_inline)
    writer_.Key("inlineData");
  else
    writer_.Key("fileData");
  writer_.BeginObject();
  WriteMimeType(part);
  writer_.Cover(part.url.node);
  if (is_inline)
    writer_.Member("data", part.data);
  else
    writer_.Member("fileUri", part.data);
  writer_.EndObject();
  WriteDetail(part);
  if (part.citations.Is(false)) writer_.Cover(part.citations.node);
  End();
}

void ForeignParts::WritePart(const ReasoningPart& part) {
  bool is_signed = part.signature.present() && !part.signature.empty();
  if (part.signature.present() && !is_signed) writer_.Cover(part.signature.node);
  bool textless = !part.text.present() || part.text.empty();
  bool waits =
      textless && (is_signed || (part.encrypted.present() && part.issuer == Issuer::kGoogle));
  if (textless) writer_.Cover(part.text.node);
  if (waits) {
    if (signature_.present()) WriteSignatureAlone();
    signature_ = is_signed ? part.signature : part.encrypted;
    return;
  }
  if (signature_.present()) WriteSignatureAlone();
  if (textless && !part.encrypted.present()) return;
  writer_.BeginObject();
  if (!textless) writer_.Member("text", part.text);
  writer_.Key("thought");
  writer_.Bool(true);
  if (is_signed)
    writer_.Member("thoughtSignature", part.signature);
  else
    writer_.Member("thoughtSignature", part.encrypted);
  writer_.EndObject();
  if (part.encrypted.present()) DropReasoningId(part.id, part.issuer, context_);
}

void ForeignParts::WritePart(const ToolCallPart& part) {
  writer_.BeginObject();
  writer_.Key("functionCall");
  writer_.BeginObject();
  writer_.Member("id", part.id);
  writer_.Member("name",
                 side_ == Side::kRequest ? AcceptedName(part.name, true, context_) : part.name);
  writer_.Key("args");
  WriteInputAsObject(part, context_, writer_);
  writer_.EndObject();
  End();
}

/// In answers only: requests gather results (foreign_contents.cc).
void ForeignParts::WritePart(const ToolResultPart& part) {
  Drop(part.node, "a tool result has no place in an answer of {target}");
}

void ForeignParts::WritePart(const OpaquePart& part) {
  if (part.protocol == kId) return writer_.Value(part.value);
  writer_.BeginObject();
  writer_.Key("text");
  WriteRendition(part, context_, writer_);
  End();
}

}  // namespace aiproxy::gemini_generate
