#include "core/model/search_result.h"

namespace aiproxy {

bool TakeSearchResult(const Value& result, CodecContext& context, OpaquePart& part) {
  Value content = result.Find("content");
  if (!IsArray(content)) return false;
  Value title = result.Find("title");
  Value source = result.Find("source");
  SearchResult& search = part.search;
  if (IsString(title)) search.title = Text::Of(title);
  if (IsString(source)) search.source = Text::Of(source);
  for (const Text* line : {&search.title, &search.source}) {
    if (line->present()) part.rendition.push_back(context.arena, *line);
  }
  part.rendition.push_back(context.arena, Text{"", kNoNode, Text::Spelling::kClean});
  for (Value item : content.items()) {
    Value text = item.Find("text");
    if (!IsString(text)) continue;
    part.rendition.push_back(context.arena, Text::Of(text));
    search.texts.push_back(context.arena, Text::Of(text));
  }
  Value citations = result.Find("citations");
  Value enabled = citations.valid() ? citations.Find("enabled") : Value();
  if (!enabled.valid() || !enabled.is_bool()) return true;
  search.citations = {enabled.is_true(), enabled.id()};
  if (!enabled.is_true()) context.accounting.Use(enabled.id());
  return true;
}

void WriteSearchResult(const SearchResult& search, Typed typed, Writer& writer) {
  writer.BeginObject();
  if (typed == Typed::kYes) {
    writer.Key("type");
    writer.Literal("\"search_result\"");
  }
  writer.Key("source");
  writer.String(search.source);
  writer.Key("title");
  writer.String(search.title);
  writer.Key("content");
  writer.BeginArray();
  for (const Text& text : search.texts) {
    writer.BeginObject();
    if (typed == Typed::kYes) {
      writer.Key("type");
      writer.Literal("\"text\"");
    }
    writer.Key("text");
    writer.String(text);
    writer.EndObject();
  }
  writer.EndArray();
  if (search.citations.present()) {
    writer.Key("citations");
    writer.BeginObject();
    writer.Member("enabled", search.citations);
    writer.EndObject();
  }
  writer.EndObject();
}

}  // namespace aiproxy
