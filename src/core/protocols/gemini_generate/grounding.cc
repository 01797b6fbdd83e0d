#include "core/protocols/gemini_generate/grounding.h"

namespace aiproxy::gemini_generate {

namespace {

constexpr std::int64_t kMaxQuote = 1024;  // bytes; longer ranges go without their text

/// The byte before which `points` code points stand; -1 when the text is shorter.
std::int64_t ByteOf(std::int64_t points, std::string_view text) {
  std::size_t at = 0;
  for (; points > 0 && at < text.size(); --points) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  }
  return points == 0 ? static_cast<std::int64_t>(at) : -1;
}

void WriteToken(const TokenLogprob& token, bool own, Writer& writer) {
  if (own && token.wire.present()) {
    writer.Value(token.wire);
    writer.Cover(token.token.node);
    return writer.Cover(token.logprob.node);
  }
  writer.BeginObject();
  writer.Member("token", token.token);
  writer.Member("logProbability", token.logprob);
  writer.EndObject();
  writer.Cover(token.wire.node);  // what else OpenAI says of a token is its spelling in bytes
}

}  // namespace

void Grounding::Add(const Citation& citation, const Place& place, Writer& marks) {
  if (!citation.is_url || !citation.url.present()) return;
  for (NodeId node : {citation.kind_node, citation.url.node, citation.title.node,
                      citation.start.node, citation.end.node}) {
    marks.Cover(node);
  }
  std::string url = citation.url.Decode();
  std::size_t index = by_url_.try_emplace(url, sources_.size()).first->second;
  if (index == sources_.size()) {
    bytes_ += sizeof(Source) + 2 * url.size();
    sources_.push_back({std::move(url), citation.title.Decode()});
  }
  Support support{index, place.part, 0, -1, {}};
  std::optional<std::int64_t> start = citation.start.Int();
  std::optional<std::int64_t> end = citation.end.Int();
  if (start && end && *start <= *end) {
    std::int64_t from = ByteOf(*start, place.text);
    std::int64_t to = from < 0 ? -1 : ByteOf(*end, place.text);
    if (to >= 0) SetRange(place, from, to, support);
  } else {
    support.open = true;
  }
  // What the source says is no part of the answer, unless the answer says the same.
  if (citation.cited_text.present() && citation.cited_text.Decode() == support.text) {
    marks.Cover(citation.cited_text.node);
  }
  bytes_ += sizeof(Support) + support.text.size();
  supports_.push_back(std::move(support));
}

void Grounding::SetRange(const Place& place, std::int64_t from, std::int64_t to, Support& support) {
  auto offset = static_cast<std::int64_t>(place.offset);
  support.start = offset + from;
  support.end = offset + to;
  if (to - from > kMaxQuote) return;
  support.text =
      place.text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
}

void Grounding::EndText(const Place& place) {
  for (std::size_t i = supports_.size(); i > 0 && supports_[i - 1].open; --i) {
    Support& support = supports_[i - 1];
    support.open = false;
    SetRange(place, 0, static_cast<std::int64_t>(place.text.size()), support);
    bytes_ += support.text.size();
  }
}

void Grounding::Write(Writer& writer) const {
  writer.Key("groundingMetadata");
  writer.BeginObject();
  writer.Key("groundingChunks");
  writer.BeginArray();
  for (const Source& source : sources_) {
    writer.BeginObject();
    writer.Key("web");
    writer.BeginObject();
    writer.Key("uri");
    writer.String(source.url);
    if (!source.title.empty()) {
      writer.Key("title");
      writer.String(source.title);
    }
    writer.EndObject();
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("groundingSupports");
  writer.BeginArray();
  for (const Support& support : supports_) {
    writer.BeginObject();
    writer.Key("segment");
    writer.BeginObject();
    if (support.part > 0) {
      writer.Key("partIndex");
      writer.Int(support.part);
    }
    if (support.end >= 0) {
      writer.Key("startIndex");
      writer.Int(support.start);
      writer.Key("endIndex");
      writer.Int(support.end);
    }
    if (!support.text.empty()) {
      writer.Key("text");
      writer.String(support.text);
    }
    writer.EndObject();
    writer.Key("groundingChunkIndices");
    writer.BeginArray();
    writer.Int(static_cast<std::int64_t>(support.source));
    writer.EndArray();
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
}

void WriteLogprobs(const List<TokenLogprob>& tokens, bool own, const Extras& rest, Writer& writer) {
  writer.BeginObject();
  writer.Key("chosenCandidates");
  writer.BeginArray();
  bool tops = false;
  for (const TokenLogprob& token : tokens) {
    WriteToken(token, own, writer);
    tops |= !token.top.empty();
  }
  writer.EndArray();
  if (tops) {
    writer.Key("topCandidates");
    writer.BeginArray();
    for (const TokenLogprob& token : tokens) {
      writer.BeginObject();
      writer.Key("candidates");
      writer.BeginArray();
      for (const TokenLogprob& other : token.top) WriteToken(other, own, writer);
      writer.EndArray();
      writer.EndObject();
    }
    writer.EndArray();
  }
  WriteExtras(rest, writer);
  writer.EndObject();
}

}  // namespace aiproxy::gemini_generate
