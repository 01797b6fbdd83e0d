// Citations and the search results that they may point to, both ways.
// https://platform.claude.com/docs/en/build-with-claude/citations
#include "core/json/field_names.h"
#include "core/model/search_result.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy::anthropic_messages {

namespace {

using Unit = SourcePlace::Unit;

constexpr FieldNames kFields("url", "title", "document_title", "cited_text", "source",
                             "document_index", "search_result_index", "start_char_index",
                             "end_char_index", "start_page_number", "end_page_number",
                             "start_block_index", "end_block_index");

Unit UnitOf(const Value& type) {
  constexpr FieldNames kTypes("char_location", "page_location", "content_block_location",
                              "search_result_location");
  switch (kTypes.Find(type)) {
    case kTypes("char_location"):
      return Unit::kCharacters;
    case kTypes("page_location"):
      return Unit::kPages;
    case kTypes("content_block_location"):
      return Unit::kChunks;
    case kTypes("search_result_location"):
      return Unit::kSearchChunks;
    default:
      return Unit::kUnset;
  }
}

void TakeText(const Member& m, Citation& citation) {
  switch (kFields.Find(m.key)) {
    case kFields("url"):
      citation.url = Text::Of(m.value);
      break;
    case kFields("title"):
    case kFields("document_title"):
      citation.title = Text::Of(m.value);
      break;
    case kFields("cited_text"):
      citation.cited_text = Text::Of(m.value);
      break;
    case kFields("source"):
      citation.place.source = Text::Of(m.value);
      break;
    default:
      break;
  }
}

void TakeNumber(const Member& m, SourcePlace& place) {
  switch (kFields.Find(m.key)) {
    case kFields("document_index"):
    case kFields("search_result_index"):
      place.index = Number::Of(m.value);
      break;
    case kFields("start_char_index"):
    case kFields("start_page_number"):
    case kFields("start_block_index"):
      place.start = Number::Of(m.value);
      break;
    case kFields("end_char_index"):
    case kFields("end_page_number"):
    case kFields("end_block_index"):
      place.end = Number::Of(m.value);
      break;
    default:
      break;
  }
}

/// Writes a number that the API demands; what is missing is 0, and said.
template <std::size_t N>
void WriteDemanded(const char (&name)[N], const Number& number, const Citation& citation,
                   CodecContext& context, Writer& writer) {
  writer.Key(name);
  if (number.present()) return writer.Value(number);
  writer.Literal("0");
  context.accounting.Report(citation.wire.node, kValueInvented,
                            "{target} demands a place in the source; 0 is made up");
}

void WriteTitle(const Text& title, Writer& writer) {
  if (title.present())
    writer.String(title);
  else
    writer.Null();
}

}  // namespace

Citation DecodeCitation(const Value& value) {
  Citation citation;
  citation.wire = Raw::Of(value);
  if (!value.is_object()) return citation;
  Value type = value.Find("type");
  if (!IsString(type)) return citation;
  citation.kind_node = type.id();
  citation.is_url = type.Is("web_search_result_location");
  citation.place.unit = UnitOf(type);
  for (Member m : value.members()) {
    if (m.value.is_string())
      TakeText(m, citation);
    else if (m.value.is_number())
      TakeNumber(m, citation.place);
  }
  return citation;
}

void WritePlaceCitation(const Citation& citation, CodecContext& context, Writer& writer) {
  const SourcePlace& place = citation.place;
  writer.BeginObject();
  writer.Cover(citation.kind_node);
  writer.Key("type");
  auto document = [&](auto& start, auto& end) {
    writer.Key("document_title");
    WriteTitle(citation.title, writer);
    WriteDemanded("document_index", place.index, citation, context, writer);
    WriteDemanded(start, place.start, citation, context, writer);
    WriteDemanded(end, place.end, citation, context, writer);
  };
  switch (place.unit) {
    case Unit::kUnset:
    case Unit::kCharacters:
      writer.Literal("\"char_location\"");
      document("start_char_index", "end_char_index");
      break;
    case Unit::kPages:
      writer.Literal("\"page_location\"");
      document("start_page_number", "end_page_number");
      break;
    case Unit::kChunks:
      writer.Literal("\"content_block_location\"");
      document("start_block_index", "end_block_index");
      break;
    case Unit::kSearchChunks:
      writer.Literal("\"search_result_location\"");
      writer.Key("title");
      WriteTitle(citation.title, writer);
      writer.Key("source");
      writer.String(place.source);
      WriteDemanded("search_result_index", place.index, citation, context, writer);
      WriteDemanded("start_block_index", place.start, citation, context, writer);
      WriteDemanded("end_block_index", place.end, citation, context, writer);
      break;
  }
  writer.Key("cited_text");
  writer.String(citation.cited_text);
  writer.EndObject();
}

void TakeCitationsSwitch(const Member& member, Taker& take, Sourced<bool>& into, Extras& extras) {
  Value enabled = member.value.Find("enabled");
  bool alone = enabled.valid() && enabled.is_bool() &&
               member.value.document().node(member.value.id()).next == enabled.id() + 1 &&
               enabled.id() == member.value.id() + 2;
  if (!alone) return take.Keep(member, extras);
  into = {enabled.is_true(), enabled.id()};
  if (!enabled.is_true()) take.Use(enabled);
}

void DecodeSearchResult(const Value& block, CodecContext& context, OpaquePart& part) {
  if (!TakeSearchResult(block, context, part)) return;
  for (Value item : block.Find("content").items()) {
    Value type = item.Find("type");
    if (type.valid() && IsString(item.Find("text"))) context.accounting.Use(type.id());
  }
  if (part.kind.node != kNoNode) context.accounting.Use(part.kind.node);
}

}  // namespace aiproxy::anthropic_messages
