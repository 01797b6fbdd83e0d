#include "core/protocols/anthropic_messages/foreign_blocks.h"
#include "core/model/foreign_reasoning.h"

#include <algorithm>
#include <string>

#include "core/model/arguments.h"
#include "core/model/citations.h"
#include "core/model/parts.h"
#include "core/model/search_result.h"
#include "core/model/words.h"

namespace aiproxy::anthropic_messages {

namespace {

bool IsOurs(Issuer issuer) { return issuer == Issuer::kAnthropic || issuer == Issuer::kUnknown; }

bool IsText(const Text& media_type) {
  return media_type.present() && media_type.bytes.starts_with("text/plain");
}

/// The media type of base64 data: as declared, else as its first bytes show it.
Text MediaType(const MediaPart& part) {
  if (part.media_type.present() && !part.media_type.empty()) {
    return NormalisedMediaType(part.media_type);
  }
  std::string_view sniffed = SniffedMediaType(part.data.bytes);
  return sniffed.empty() ? Text{} : Text{sniffed, kNoNode, Text::Spelling::kClean};
}

/// https://platform.claude.com/docs/en/build-with-claude/vision
bool IsImageType(std::string_view type) {
  return type == "image/jpeg" || type == "image/png" || type == "image/gif" || type == "image/webp";
}

}  // namespace

void WriteUrlCitation(const Citation& citation, const Text& cited, CodecContext& context,
                      Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  writer.Cover(citation.kind_node);
  writer.Literal("\"web_search_result_location\"");
  writer.Member("url", citation.url);
  writer.Key("title");
  if (citation.title.present())
    writer.String(citation.title);
  else
    writer.Null();
  writer.Key("cited_text");
  writer.String(cited);
  writer.Cover(citation.start.node);
  writer.Cover(citation.end.node);
  writer.Key("encrypted_index");
  writer.Literal("\"\"");
  context.accounting.Report(
      FirstNode(citation.wire.node, citation.url.node), kValueInvented,
      citation.cited_text.present()
          ? "'encrypted_index' is made up as an empty string"
          : "'cited_text' is made up out of the answer, 'encrypted_index' as an empty string");
  writer.EndObject();
}

bool ForeignBlocks::Drop(NodeId node, std::string_view message, std::string_view argument) {
  DropAt(context_, node, kPartDropped, message, argument);
  return false;
}

bool ForeignBlocks::Admit(const Part& part) {
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

bool ForeignBlocks::AdmitMedia(const MediaPart& part) {
  using Kind = MediaPart::Kind;
  using Source = MediaPart::Source;
  NodeId node = FirstNode(part.node, part.data.node);
  if (side_ == Side::kResponse)
    return Drop(node, "{} in an answer has no place in {target}", Word(part.kind));
  if (part.kind == Kind::kAudio || part.kind == Kind::kVideo) {
    return Drop(node, "{} has no place in {target}", Word(part.kind));
  }
  if (part.lacks_data()) return Drop(node, "the {} has no content", Word(part.kind));
  switch (part.source) {
    case Source::kUrl:
      return AdmitUrl(part, node);
    case Source::kFileId:
      return true;
    case Source::kText:
    case Source::kContent:
      if (part.kind == Kind::kDocument) return true;
      break;
    case Source::kBase64: {
      Text type = MediaType(part);
      if (part.kind == Kind::kImage) {
        if (!type.present() || IsImageType(type.Decode(context_.arena))) return true;
        return Drop(node, "an image of type '{}' has no place in {target}", type.bytes);
      }
      if (type.Is("application/pdf")) return true;
      if (IsText(type) && DecodeBase64(part.data.Decode(context_.arena)).has_value()) return true;
      return Drop(node, "a document of type '{}' has no place in {target}", type.bytes);
    }
    case Source::kVendorUri:
    case Source::kUnknown:
      break;
  }
  return Drop(node, "this source of a {} has no place in {target}", Word(part.kind));
}

/// What is fetched is an image of the usual types, or a PDF.
bool ForeignBlocks::AdmitUrl(const MediaPart& part, NodeId node) {
  if (part.data.bytes.starts_with("data:")) {
    return Drop(node, "a data URL that is not base64 has no place in {target}");
  }
  const Text& type = part.media_type;
  bool image = part.kind == MediaPart::Kind::kImage;
  if (!type.present() || (image && IsImageType(type.Decode(context_.arena))) ||
      (!image && type.Is("application/pdf"))) {
    return true;
  }
  return Drop(node, "{target} fetches nothing of type '{}'", type.bytes);
}

bool ForeignBlocks::AdmitReasoning(const ReasoningPart& part) {
  NodeId node = FirstNode(part.node, FirstNode(part.text.node, part.encrypted.node));
  if (part.encrypted.present()) {
    if (IsOurs(part.issuer) || IsOfModel(part.issuer)) return true;
    if (side_ == Side::kResponse && CanCarry(part.issuer)) return true;
    return Drop(node, "encrypted reasoning of another vendor is of no use to {target}");
  }
  if (side_ == Side::kResponse || IsOfModel(part.issuer)) return true;
  bool is_signed = IsOurs(part.issuer) && part.signature.present() && !part.signature.empty();
  if (is_signed) return true;
  return Drop(node, "reasoning without a signature of Anthropic is refused by {target}");
}

bool ForeignBlocks::AdmitOpaque(const OpaquePart& part) {
  if (part.protocol == kId || part.search.present() || !part.rendition.empty()) return true;
  return Drop(FirstNode(part.node, part.value.node), "a part of type '{}' has no place in {target}",
              part.kind.bytes);
}

void ForeignBlocks::Write(const Part& part) {
  std::visit(Overloaded{
                 [&](const TextPart& p) { Write(p); },
                 [&](const MediaPart& p) { Write(p); },
                 [&](const ReasoningPart& p) { Write(p); },
                 [&](const ToolCallPart& p) { Write(p); },
                 [&](const ToolResultPart& p) { Write(p); },
                 [&](const OpaquePart& p) { Write(p); },
             },
             part.variant());
}

void ForeignBlocks::WriteText(const Text& text, const CacheMark& cache) {
  writer_.BeginObject();
  writer_.Key("type\":\"text\",\"text");  // two members in one go
  writer_.String(text);
  WriteCacheMark(cache, writer_);
  writer_.EndObject();
}

void ForeignBlocks::Write(const TextPart& part) {
  if (part.is_refusal) {
    context_.accounting.Report(FirstNode(part.node, part.text.node), kPartDegraded,
                               "a refusal is carried as text");
  }
  if (part.citations.empty() && !part.json.present()) {
    WriteText(part.text, part.cache);
  } else {
    writer_.BeginObject();
    writer_.Key("type\":\"text\",\"text");
    WriteTextOf(part, writer_);
    WriteCitations(part);
    WriteCacheMark(part.cache, writer_);
    writer_.EndObject();
  }
}

void ForeignBlocks::WriteCitations(const TextPart& part) {
  // In requests, web results count only with the API's own encrypted index.
  auto fits = [this](const Citation& citation) {
    return citation.place.present() || (citation.is_url && side_ == Side::kResponse);
  };
  if (std::none_of(part.citations.begin(), part.citations.end(), fits)) return;
  writer_.Key("citations");
  writer_.BeginArray();
  for (const Citation& citation : part.citations) {
    if (!fits(citation)) continue;  // stays unmarked: it is reported
    if (citation.place.present())
      WritePlaceCitation(citation, context_, writer_);
    else
      WriteUrlCitation(citation, CoveredText(citation, part.text, context_.arena), context_,
                       writer_);
  }
  writer_.EndArray();
}

void ForeignBlocks::WriteBase64(const MediaPart& part) {
  Text type = MediaType(part);
  std::string_view sniffed = SniffedMediaType(part.data.bytes);
  writer_.Key("type");
  writer_.Literal("\"base64\"");
  writer_.Key("media_type");
  if (type.present()) {
    writer_.String(type);
    if (!sniffed.empty() && !type.Is(sniffed)) {
      context_.accounting.Report(FirstNode(part.data.node, part.node), kMediaTypeMismatch,
                                 "the data looks like {}, which is not the declared type", sniffed);
    }
  } else {
    writer_.Literal("\"image/png\"");
    context_.accounting.Report(FirstNode(part.node, part.data.node), kValueInvented,
                               "{target} demands a media type; 'image/png' is assumed");
  }
  writer_.Cover(part.url.node);
  writer_.Member("data", part.data);
}

void ForeignBlocks::WriteTextSource(const MediaPart& part) {
  writer_.Key("type\":\"text\",\"media_type\":\"text/plain\",\"data");
  writer_.Cover(part.media_type.node);
  if (part.source == MediaPart::Source::kText) return writer_.String(part.data);
  std::optional<std::string> text = DecodeBase64(part.data.Decode(context_.arena));
  writer_.Cover(part.url.node);
  writer_.String(Text::Plain(*text, part.data.node));
}

void ForeignBlocks::WriteSource(const MediaPart& part) {
  writer_.BeginObject();
  switch (part.source) {
    case MediaPart::Source::kBase64:
      if (part.kind == MediaPart::Kind::kDocument && IsText(part.media_type))
        WriteTextSource(part);
      else
        WriteBase64(part);
      break;
    case MediaPart::Source::kText:
      WriteTextSource(part);
      break;
    case MediaPart::Source::kFileId:
      writer_.Key("type\":\"file\",\"file_id");
      writer_.String(part.data);
      break;
    case MediaPart::Source::kContent:
      writer_.Key("type\":\"content\",\"content");
      writer_.BeginArray();
      for (const Part& inner : part.content) {
        if (Admit(inner)) Write(inner);
      }
      writer_.EndArray();
      break;
    case MediaPart::Source::kUrl:
    case MediaPart::Source::kVendorUri:  // not admitted
    case MediaPart::Source::kUnknown:    // not admitted
      writer_.Key("type\":\"url\",\"url");
      writer_.String(part.data);
      break;
  }
  writer_.EndObject();
}

void ForeignBlocks::Write(const MediaPart& part) {
  writer_.BeginObject();
  writer_.Key("type");
  if (part.kind == MediaPart::Kind::kImage)
    writer_.Literal("\"image\"");
  else
    writer_.Literal("\"document\"");
  writer_.Key("source");
  WriteSource(part);
  if (part.kind == MediaPart::Kind::kDocument) {
    writer_.Member("title", part.filename);
    writer_.Member("context", part.context);
    if (part.citations.Is(true)) {
      writer_.Key("citations");
      writer_.BeginObject();
      writer_.Member("enabled", part.citations);
      writer_.EndObject();
    }
  }
  if (part.detail.Is("auto")) writer_.Cover(part.detail.node);
  WriteCacheMark(part.cache, writer_);
  writer_.EndObject();
}

void ForeignBlocks::Write(const ReasoningPart& part) {
  writer_.BeginObject();
  if (part.encrypted.present()) {
    writer_.Key("type\":\"redacted_thinking\",\"data");
    bool ours = IsOurs(part.issuer);
    writer_.String(ours ? part.encrypted
                        : CarriedReasoning(part.encrypted, part.id, part.issuer, context_.arena));
    return writer_.EndObject();
  }
  writer_.Key("type\":\"thinking\",\"thinking");
  writer_.String(part.text);
  writer_.Key("signature");
  // Who reads an answer hands its signatures back, whose ever they are.
  bool readable = IsOurs(part.issuer) || IsOfModel(part.issuer) || side_ == Side::kResponse;
  if (part.signature.present() && readable) {
    writer_.String(part.signature);
  } else {
    writer_.Literal("\"\"");
    context_.accounting.Report(FirstNode(part.node, part.text.node), kValueInvented,
                               "{target} demands a signature; an empty one is made up");
  }
  writer_.EndObject();
}

/// The call's own id, or one derived from the position of its message: the same every time.
Text ForeignBlocks::CallId(const ToolCallPart& part) {
  if (part.id.present()) {
    return side_ == Side::kRequest ? AcceptedId(part.id, context_) : part.id;
  }
  std::string id = "call_" + std::to_string(message_);
  if (calls_ != 0) id += "_" + std::to_string(calls_);
  last_legacy_id_ = {context_.arena.Copy(id), kNoNode, Text::Spelling::kClean};
  context_.accounting.Report(FirstNode(part.node, part.name.node), kValueInvented,
                             "the call has no id; '{}' is made up", last_legacy_id_.bytes);
  return last_legacy_id_;
}

void ForeignBlocks::Write(const ToolCallPart& part) {
  writer_.BeginObject();
  writer_.Key("type\":\"tool_use\",\"id");
  writer_.String(CallId(part));
  ++calls_;
  writer_.Key("name");
  if (part.name.present())
    writer_.String(side_ == Side::kRequest ? AcceptedName(part.name, context_) : part.name);
  else
    writer_.Literal("\"\"");
  writer_.Key("input");
  WriteInputAsObject(part, context_, writer_);
  WriteCacheMark(part.cache, writer_);
  writer_.EndObject();
}

void ForeignBlocks::Write(const ToolResultPart& part) {
  if (part.unpaired) {
    context_.accounting.Report(part.node, kValueInvented,
                               "the result answers no call; its id is made up");
  } else {
    writer_.Cover(part.name.node);  // said by the call that the id names
  }
  writer_.BeginObject();
  writer_.Key("type\":\"tool_result\",\"tool_use_id");
  if (part.call_id.present()) {
    writer_.String(side_ == Side::kRequest ? AcceptedId(part.call_id, context_) : part.call_id);
  } else {
    writer_.String(last_legacy_id_);
  }
  WriteResultContent(part);
  writer_.Member("is_error", part.is_error);
  WriteCacheMark(part.cache, writer_);
  writer_.EndObject();
}

/// One text is a string; blocks otherwise. The API refuses a failure that says nothing.
void ForeignBlocks::WriteResultContent(const ToolResultPart& result) {
  const List<Part>& parts = result.content;
  bool failed = result.is_error.Is(true);
  if (parts.empty() && !failed) return;
  writer_.Key("content");
  const TextPart* only = parts.size() == 1 ? std::get_if<TextPart>(&parts[0].variant()) : nullptr;
  if (only != nullptr && !only->cache.present() &&
      (only->json.present() || (only->text.present() && !(failed && only->text.empty())))) {
    return WriteTextOf(*only, writer_);
  }
  writer_.BeginArray();
  if (!WriteResultBlocks(parts) && failed) {
    writer_.Literal("{\"type\":\"text\",\"text\":\"(no output)\"}");
    context_.accounting.Report(FirstNode(result.node, result.call_id.node), kValueInvented,
                               "{target} refuses a failed result without content; one is made up");
  }
  writer_.EndArray();
}

/// Those of the kinds that a result may hold; returns whether there are any.
bool ForeignBlocks::WriteResultBlocks(const List<Part>& parts) {
  bool any = false;
  for (const Part& part : parts) {
    if (!AdmitInResult(part, context_) || !Admit(part)) continue;
    Write(part);
    any = true;
  }
  return any;
}

void ForeignBlocks::Write(const OpaquePart& part) {
  if (part.protocol == kId) return writer_.Value(part.value);
  if (part.search.present()) return WriteSearchResult(part.search, Typed::kYes, writer_);
  WriteRendition(part);
}

void ForeignBlocks::WriteAsText(const Part& part) {
  if (const auto* opaque = std::get_if<OpaquePart>(&part.variant())) return WriteRendition(*opaque);
  if (const auto* text = std::get_if<TextPart>(&part.variant())) WriteText(text->text, text->cache);
}

void ForeignBlocks::WriteRendition(const OpaquePart& part) {
  writer_.BeginObject();
  writer_.Key("type\":\"text\",\"text");
  WriteLines(part, writer_);
  writer_.EndObject();
  context_.accounting.Report(FirstNode(part.node, part.value.node), kPartDegraded,
                             "a part of type '{}' is carried as text", part.kind.bytes);
}

}  // namespace aiproxy::anthropic_messages
