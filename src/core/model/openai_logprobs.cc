#include "core/model/openai_logprobs.h"

#include "core/json/field_names.h"

namespace aiproxy {

namespace {

void WriteToken(const TokenLogprob& token, bool with_top, Writer& writer) {
  writer.BeginObject();
  writer.Key("token");
  writer.String(token.token);
  writer.Key("logprob");
  if (token.logprob.present())
    writer.Value(token.logprob);
  else
    writer.Literal("0");
  writer.Key("bytes");
  writer.Null();
  if (with_top) {
    writer.Key("top_logprobs");
    writer.BeginArray();
    for (const TokenLogprob& other : token.top) WriteToken(other, false, writer);
    writer.EndArray();
  }
  writer.EndObject();
}

void CoverToken(const TokenLogprob& token, Writer& writer) {
  writer.Cover(token.token.node);
  writer.Cover(token.logprob.node);
  for (const TokenLogprob& other : token.top) {
    writer.Cover(other.wire.node);
    CoverToken(other, writer);
  }
}

}  // namespace

TokenLogprob ReadOpenAiLogprob(const Value& value, Arena& arena) {
  constexpr FieldNames kFields("token", "logprob", "top_logprobs");
  TokenLogprob token;
  token.wire = Raw::Of(value);
  if (!value.is_object()) return token;
  for (Member m : value.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("token"):
        if (m.value.is_string()) token.token = Text::Of(m.value);
        break;
      case kFields("logprob"):
        if (m.value.is_number()) token.logprob = Number::Of(m.value);
        break;
      case kFields("top_logprobs"):
        if (!m.value.is_array()) break;
        token.top.clear();
        for (Value item : m.value.items()) {
          if (!item.is_object()) continue;
          TokenLogprob other;
          other.wire = Raw::Of(item);
          if (Value text = item.Find("token"); IsString(text)) other.token = Text::Of(text);
          if (Value number = item.Find("logprob"); number.valid() && number.is_number()) {
            other.logprob = Number::Of(number);
          }
          token.top.push_back(arena, other);
        }
        break;
      default:
        break;
    }
  }
  return token;
}

void WriteOpenAiLogprobs(const List<TokenLogprob>& tokens, bool own, Writer& writer) {
  writer.BeginArray();
  for (const TokenLogprob& token : tokens) {
    if (own && token.wire.present()) {
      writer.Value(token.wire);
      CoverToken(token, writer);
    } else {
      WriteToken(token, true, writer);
    }
  }
  writer.EndArray();
}

}  // namespace aiproxy
