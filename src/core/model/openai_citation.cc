#include "core/model/openai_citation.h"

#include "core/json/field_names.h"

namespace aiproxy::openai {

Citation DecodeCitation(const Value& annotation, const Value& members, CodecContext& context) {
  static constexpr FieldNames kFields("url", "title", "start_index", "end_index");
  Citation citation;
  citation.wire = Raw::Of(annotation);
  Value type = annotation.Find("type");
  if (!IsString(type) || !type.Is("url_citation") || !IsObject(members)) return citation;
  citation.kind_node = type.id();
  for (Member member : members.members()) {
    const Value& value = member.value;
    switch (kFields.Find(member.key)) {
      case kFields("url"):
        if (value.is_string()) citation.url = Text::Of(value);
        break;
      case kFields("title"):
        if (value.is_string()) citation.title = Text::Of(value);
        break;
      case kFields("start_index"):
        if (value.is_number()) citation.start = Number::Of(value);
        break;
      case kFields("end_index"):
        if (value.is_number()) citation.end = Number::Of(value);
        break;
      default:
        break;
    }
  }
  citation.is_url = citation.url.present();
  if (citation.is_url) context.accounting.Use(citation.kind_node);
  return citation;
}

void WriteCitationMembers(const Citation& citation, std::int64_t start, std::int64_t end,
                          Writer& writer) {
  writer.Cover(citation.kind_node);
  writer.Cover(citation.start.node);
  writer.Cover(citation.end.node);
  writer.Member("url", citation.url);
  writer.Key("title");
  writer.String(citation.title);
  writer.Key("start_index");
  writer.Int(start);
  writer.Key("end_index");
  writer.Int(end);
}

}  // namespace aiproxy::openai
