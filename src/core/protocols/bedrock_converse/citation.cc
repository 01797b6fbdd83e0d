// Citations, and the search results that they may point to, both ways.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html
#include "core/json/field_names.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

using Unit = SourcePlace::Unit;

void DecodePlace(const Value& location, SourcePlace& place) {
  constexpr FieldNames kFields("documentIndex", "searchResultIndex", "start", "end");
  for (Member m : location.members()) {
    if (!m.value.is_number()) continue;
    switch (kFields.Find(m.key)) {
      case kFields("documentIndex"):
      case kFields("searchResultIndex"):
        place.index = Number::Of(m.value);
        break;
      case kFields("start"):
        place.start = Number::Of(m.value);
        break;
      case kFields("end"):
        place.end = Number::Of(m.value);
        break;
      default:
        break;
    }
  }
}

/// One of {"web":...}, {"documentChar":...}, ...
void DecodeLocation(const Value& location, Citation& citation) {
  constexpr FieldNames kKinds("web", "documentChar", "documentPage", "documentChunk",
                              "searchResultLocation");
  if (!IsObject(location) || !IsSingle(location)) return;
  Member only = *location.members().begin();
  if (!only.value.is_object()) return;
  switch (kKinds.Find(only.key)) {
    case kKinds("web"):
      if (Value url = only.value.Find("url"); IsString(url)) citation.url = Text::Of(url);
      citation.is_url = citation.url.present();
      return;
    case kKinds("documentChar"):
      citation.place.unit = Unit::kCharacters;
      break;
    case kKinds("documentPage"):
      citation.place.unit = Unit::kPages;
      break;
    case kKinds("documentChunk"):
      citation.place.unit = Unit::kChunks;
      break;
    case kKinds("searchResultLocation"):
      citation.place.unit = Unit::kSearchChunks;
      break;
    default:
      return;
  }
  DecodePlace(only.value, citation.place);
}

/// The texts of a list of {"text":...} as one: the node of the list stands for all of them.
Text JoinedTexts(const Value& list, CodecContext& context) {
  std::size_t count = 0;
  bool escaped = false;
  Text only;
  for (Value item : list.items()) {
    Value text = item.is_object() ? item.Find("text") : Value();
    if (!IsString(text) || !IsSingle(item)) return {};
    only = Text::Of(text);
    escaped |= text.escaped();
    ++count;
  }
  if (count <= 1) return only;
  std::string joined;
  for (Value item : list.items()) joined += item.Find("text").body();
  return {context.arena.Copy(joined), list.id(),
          escaped ? Text::Spelling::kEscaped : Text::Spelling::kClean};
}

void WritePlace(const SourcePlace& place, Writer& writer) {
  switch (place.unit) {
    case Unit::kUnset:
    case Unit::kCharacters:
      writer.Key("documentChar");
      break;
    case Unit::kPages:
      writer.Key("documentPage");
      break;
    case Unit::kChunks:
      writer.Key("documentChunk");
      break;
    case Unit::kSearchChunks:
      writer.Key("searchResultLocation");
      break;
  }
  writer.BeginObject();
  if (place.unit == Unit::kSearchChunks)
    writer.Member("searchResultIndex", place.index);
  else
    writer.Member("documentIndex", place.index);
  writer.Member("start", place.start);
  writer.Member("end", place.end);
  writer.EndObject();
}

void WriteTexts(const Text& text, Writer& writer) {
  writer.BeginArray();
  writer.BeginObject();
  writer.Key("text");
  writer.String(text);
  writer.EndObject();
  writer.EndArray();
}

}  // namespace

Citation DecodeCitation(const Value& value, CodecContext& context) {
  constexpr FieldNames kFields("title", "source", "sourceContent", "location");
  Citation citation;
  citation.wire = Raw::Of(value);
  if (!value.is_object()) return citation;
  for (Member m : value.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("title"):
        if (m.value.is_string()) citation.title = Text::Of(m.value);
        break;
      case kFields("source"):
        if (m.value.is_string()) citation.place.source = Text::Of(m.value);
        break;
      case kFields("sourceContent"):
        if (m.value.is_array()) citation.cited_text = JoinedTexts(m.value, context);
        break;
      case kFields("location"):
        DecodeLocation(m.value, citation);
        break;
      default:
        break;
    }
  }
  return citation;
}

bool HasPlaceHere(const Citation& citation) { return citation.is_url || citation.place.present(); }

/// The positions have no place: a citation is about all of its block.
void WriteCitation(const Citation& citation, Writer& writer) {
  writer.BeginObject();
  writer.Cover(citation.kind_node);
  writer.Member("title", citation.title);
  writer.Member("source", citation.place.source);
  if (citation.cited_text.present() && !citation.cited_text.empty()) {
    writer.Key("sourceContent");
    WriteTexts(citation.cited_text, writer);
  } else if (citation.cited_text.present()) {
    writer.Cover(citation.cited_text.node);
  }
  writer.Key("location");
  writer.BeginObject();
  if (citation.place.present()) {
    WritePlace(citation.place, writer);
  } else {
    writer.Key("web");
    writer.BeginObject();
    writer.Member("url", citation.url);
    writer.EndObject();
  }
  writer.EndObject();
  writer.EndObject();
}

}  // namespace aiproxy::bedrock_converse
