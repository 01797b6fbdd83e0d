// Images, documents, video and audio, from the wire.
#include "core/json/field_names.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

using Source = MediaPart::Source;

bool TakeS3(const Value& location, CodecContext& context, MediaPart& part) {
  if (!location.is_object() || !IsString(location.Find("uri"))) return false;
  Taker take(context);
  part.source = Source::kVendorUri;
  for (Member m : location.members()) {
    if (m.key.Is("uri"))
      take.Take(m, part.data, part.source_extras);
    else
      take.Keep(m, part.source_extras);
  }
  return true;
}

bool TakeContent(const Value& list, CodecContext& context, MediaPart& part) {
  if (!list.is_array()) return false;
  for (Value item : list.items()) {
    if (!IsObject(item) || !IsString(item.Find("text")) || !IsSingle(item)) return false;
  }
  part.source = Source::kContent;
  UseIfEmpty(list, context);
  for (Value item : list.items()) {
    TextPart text;
    text.text = Text::Of(item.Find("text"));
    text.node = item.id();
    part.content.push_back(context.arena, Part(text));
  }
  return true;
}

/// One of {"bytes":...}, {"s3Location":...}, and for documents {"text":...}, {"content":[...]}.
bool DecodeSource(const Value& source, CodecContext& context, MediaPart& part) {
  constexpr FieldNames kSources("bytes", "s3Location", "text", "content");
  if (!IsObject(source) || !IsSingle(source)) return false;
  Member only = *source.members().begin();
  bool is_document = part.kind == MediaPart::Kind::kDocument;
  switch (kSources.Find(only.key)) {
    case kSources("bytes"):
      if (!only.value.is_string()) return false;
      part.source = Source::kBase64;
      part.data = Text::Of(only.value);
      return true;
    case kSources("s3Location"):
      return TakeS3(only.value, context, part);
    case kSources("text"):
      if (!is_document || !only.value.is_string()) return false;
      part.source = Source::kText;
      part.data = Text::Of(only.value);
      return true;
    case kSources("content"):
      return is_document && TakeContent(only.value, context, part);
    default:
      return false;
  }
}

/// {"enabled":true}; anything else is kept as it is.
void TakeCitations(const Member& member, Taker& take, MediaPart& part) {
  Value enabled = member.value.Find("enabled");
  if (!enabled.valid() || !enabled.is_bool() || !IsSingle(member.value)) {
    return take.Keep(member, part.extras);
  }
  part.citations = {enabled.is_true(), enabled.id()};
  if (!enabled.is_true()) take.Use(enabled);
}

}  // namespace

bool DecodeMedia(const Value& inner, MediaPart::Kind kind, CodecContext& context, MediaPart& part) {
  constexpr FieldNames kFields("format", "source", "name", "context", "citations");
  if (!inner.is_object()) return false;
  bool is_document = kind == MediaPart::Kind::kDocument;
  part.kind = kind;
  if (!DecodeSource(inner.Find("source"), context, part)) return false;
  Taker take(context);
  for (Member m : inner.members()) {
    int field = kFields.Find(m.key);
    if (field == kFields("source")) continue;
    if (field == kFields("format") && TakeFormat(m.value, part)) continue;
    if (is_document && field == kFields("name"))
      take.Take(m, part.filename, part.extras);
    else if (is_document && field == kFields("context"))
      take.Take(m, part.context, part.extras);
    else if (is_document && field == kFields("citations"))
      TakeCitations(m, take, part);
    else
      take.Keep(m, part.extras);
  }
  return true;
}

}  // namespace aiproxy::bedrock_converse
