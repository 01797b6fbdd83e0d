#include "core/protocols/gemini_generate/candidate_decode.h"

#include <string>

#include "core/model/words.h"

namespace aiproxy::gemini_generate {

namespace {

TokenLogprob DecodeToken(const Value& object) {
  constexpr FieldNames kFields("token", "logProbability");
  TokenLogprob token;
  token.wire = Raw::Of(object);
  for (Member m : object.members()) {
    switch (FindSpelled(kFields, m.key)) {
      case kFields("token"):
        if (m.value.is_string()) token.token = Text::Of(m.value);
        break;
      case kFields("logProbability"):
        if (m.value.is_number()) token.logprob = Number::Of(m.value);
        break;
      default:
        break;
    }
  }
  return token;
}

bool AreObjects(const Value& list) {
  if (!IsArray(list)) return false;
  for (Value item : list.items()) {
    if (!item.is_object()) return false;
  }
  return true;
}

/// {"candidates":[...]} and nothing else.
bool IsTop(const Value& top) {
  std::size_t members = 0;
  for (Member m : top.members()) {
    if (!m.key.Is("candidates") || !AreObjects(m.value) || m.value.empty_container()) return false;
    ++members;
  }
  return members == 1;
}

void TakeText(const Value& object, std::string_view name, Text& into) {
  if (Value text = FindSpelled(object, name); IsString(text)) into = Text::Of(text);
}

Value NumberIn(const Value& object, std::string_view name) {
  Value number = FindSpelled(object, name);
  return number.valid() && number.is_number() ? number : Value();
}

/// A position that is absent is 0, and npos one that is none.
std::size_t Position(const Value& bytes, std::string_view text) {
  std::int64_t at = bytes.valid() ? bytes.Int().value_or(-1) : 0;
  return at < 0 || static_cast<std::size_t>(at) > text.size() ? text.npos
                                                              : static_cast<std::size_t>(at);
}

/// The position in code points, with the node of the one in bytes.
Number CodePointsUntil(const Value& bytes, std::string_view text, std::size_t begin, Arena& arena) {
  std::size_t at = Position(bytes, text);
  if (at == text.npos || at < begin) return {};
  std::int64_t points = CodePoints(text.substr(begin, at - begin));
  Number number;
  number.json = arena.Copy(std::to_string(points));
  number.node = bytes.valid() ? bytes.id() : kNoNode;
  return number;
}

/// Of a chunk what names a page: {"uri","title"}, or of an image {"sourceUri","title"}.
Value SourceOf(const Value& chunk) {
  for (std::string_view kind : {"web", "maps", "retrievedContext"}) {
    Value source = FindSpelled(chunk, kind);
    Value uri = source.Find("uri");
    if (!IsString(uri)) continue;
    std::string_view body = uri.body();
    if (kind == "web" || body.starts_with("http://") || body.starts_with("https://")) return source;
  }
  Value image = chunk.Find("image");
  return IsString(FindSpelled(image, "sourceUri")) ? image : Value();
}

}  // namespace

void DecodeLogprobs(const Member& member, Taker& take, List<TokenLogprob>& tokens, Extras& rest,
                    Extras& extras) {
  const Value& result = member.value;
  Value chosen = FindSpelled(result, "chosenCandidates");
  Value tops = FindSpelled(result, "topCandidates");
  bool fits = AreObjects(chosen) && !chosen.empty_container();
  std::size_t count = 0;
  if (fits) {
    for (Value item : chosen.items()) count += item.is_object() ? 1 : 0;
  }
  if (fits && tops.valid()) {
    fits = AreObjects(tops);
    std::size_t top_count = 0;
    if (fits) {
      for (Value top : tops.items()) {
        fits &= IsTop(top);
        ++top_count;
      }
    }
    fits &= top_count == count;
  }
  if (!fits) return take.Keep(member, extras);
  constexpr FieldNames kFields("chosenCandidates", "topCandidates");
  for (Member m : result.members()) {
    if (FindSpelled(kFields, m.key) == kFields.kUnknown) take.Keep(m, rest);
  }
  Arena& arena = take.context().arena;
  std::size_t first = tokens.size();
  for (Value item : chosen.items()) tokens.push_back(arena, DecodeToken(item));
  if (!tops.valid()) return;
  for (Value top : tops.items()) {
    for (Value item : top.Find("candidates").items()) {
      tokens[first].top.push_back(arena, DecodeToken(item));
    }
    ++first;
  }
}

// https://ai.google.dev/api/generate-content#GroundingMetadata
List<WireCitation> DecodeGrounding(const Value& metadata, CodecContext& context) {
  List<WireCitation> citations;
  Value chunks = FindSpelled(metadata, "groundingChunks");
  Value supports = FindSpelled(metadata, "groundingSupports");
  if (!IsArray(chunks) || !IsArray(supports)) return citations;
  List<Value> sources;
  for (Value chunk : chunks.items()) sources.push_back(context.arena, SourceOf(chunk));
  for (Value support : supports.items()) {
    Value indices = FindSpelled(support, "groundingChunkIndices");
    Value segment = support.Find("segment");
    if (!IsArray(indices)) continue;
    for (Value index : indices.items()) {
      std::int64_t number = index.Int().value_or(-1);
      if (number < 0 || static_cast<std::size_t>(number) >= sources.size()) continue;
      const Value& source = sources[static_cast<std::size_t>(number)];
      if (!source.valid()) continue;
      WireCitation wire;
      Citation& citation = wire.citation;
      citation.is_url = true;
      citation.kind_node = index.id();
      TakeText(source, "uri", citation.url);
      if (!citation.url.present()) TakeText(source, "sourceUri", citation.url);
      TakeText(source, "title", citation.title);
      wire.text = FindSpelled(segment, "text");
      wire.start = NumberIn(segment, "startIndex");
      wire.end = NumberIn(segment, "endIndex");
      if (Value part = NumberIn(segment, "partIndex"); part.valid()) {
        wire.part = part.Int().value_or(0);
        context.accounting.Use(part.id());
      }
      citations.push_back(context.arena, wire);
    }
  }
  return citations;
}

List<WireCitation> DecodeCitations(const Value& metadata, CodecContext& context) {
  List<WireCitation> citations;
  Value list = FindSpelled(metadata, "citations");
  if (!IsArray(list)) list = FindSpelled(metadata, "citationSources");
  if (!IsArray(list)) return citations;
  for (Value item : list.items()) {
    if (!item.is_object() || !IsString(item.Find("uri"))) continue;
    WireCitation wire;
    wire.citation.is_url = true;
    TakeText(item, "uri", wire.citation.url);
    TakeText(item, "title", wire.citation.title);
    wire.start = NumberIn(item, "startIndex");
    wire.end = NumberIn(item, "endIndex");
    citations.push_back(context.arena, wire);
  }
  return citations;
}

bool IsMeant(const WireCitation& wire, std::string_view text) {
  std::size_t from = Position(wire.start, text);
  std::size_t to = wire.end.valid() ? Position(wire.end, text) : text.npos;
  if (from == text.npos || to == text.npos || from > to) return false;
  return IsString(wire.text) && wire.text.Is(text.substr(from, to - from));
}

Citation Placed(const WireCitation& wire, std::string_view text, std::size_t begin,
                CodecContext& context) {
  Citation citation = wire.citation;
  if (!wire.end.valid()) return citation;
  Number start = CodePointsUntil(wire.start, text, begin, context.arena);
  Number end = CodePointsUntil(wire.end, text, begin, context.arena);
  if (!start.present() || !end.present()) return citation;
  citation.start = start;
  citation.end = end;
  if (IsMeant(wire, text)) context.accounting.Use(wire.text.id());
  return citation;
}

}  // namespace aiproxy::gemini_generate
