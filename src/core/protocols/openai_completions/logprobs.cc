// Log probabilities: lists side by side, one entry for each token.
#include <string>

#include "core/model/words.h"
#include "core/protocols/openai_completions/wire.h"

namespace aiproxy::openai_completions {

namespace {

/// {" the":-0.1," a":-2.3}, or null where there is nothing to choose from.
void DecodeTop(const Value& object, CodecContext& context, TokenLogprob& token) {
  UseIfEmpty(object, context);
  for (Member member : object.members()) {
    TokenLogprob other;
    other.token = Text::Of(member.key);
    other.token.node = kNoNode;  // names are accounted for with their values
    if (member.value.is_number()) other.logprob = Number::Of(member.value);
    token.top.push_back(context.arena, other);
  }
}

/// One item after the other; invalid behind the last one, and of what is no list.
class Walk {
 public:
  explicit Walk(const Value& list) {
    if (!IsArray(list)) return;
    at_ = list.items().begin();
    end_ = list.items().end();
  }
  Value Next() {
    if (!(at_ != end_)) return {};
    Value item = *at_;
    ++at_;
    return item;
  }

 private:
  Value::ItemIterator at_{nullptr, 0};
  Value::ItemIterator end_{nullptr, 0};
};

void WriteTop(const TokenLogprob& token, Writer& writer) {
  if (token.top.empty()) return writer.Null();
  writer.BeginObject();
  for (const TokenLogprob& other : token.top) {
    writer.Key(other.token);
    writer.Cover(other.token.node);
    if (other.logprob.present())
      writer.Value(other.logprob);
    else
      writer.Null();
  }
  writer.EndObject();
}

void Cover(const TokenLogprob& token, Writer& writer) {
  // "bytes" spells the token again.
  writer.Cover(token.wire.node);
  writer.Cover(token.token.node);
  writer.Cover(token.logprob.node);
  for (const TokenLogprob& other : token.top) Cover(other, writer);
}

}  // namespace

void DecodeLogprobs(const Value& object, CodecContext& context, List<TokenLogprob>& tokens) {
  Value texts = object.Find("tokens");
  Value numbers = object.Find("token_logprobs");
  Value tops = object.Find("top_logprobs");
  if (!IsArray(texts) || !IsArray(numbers)) return;
  for (Value list : {texts, numbers, tops}) {
    if (IsArray(list)) UseIfEmpty(list, context);
  }
  Walk numbers_walk(numbers);
  Walk tops_walk(tops);
  for (Value text : texts.items()) {
    Value number = numbers_walk.Next();
    Value top = tops_walk.Next();
    // The first token of an echoed prompt has no probability, and no entry in other protocols.
    if (!text.is_string() || !number.valid() || !number.is_number()) continue;
    TokenLogprob token;
    token.token = Text::Of(text);
    token.logprob = Number::Of(number);
    if (IsObject(top)) DecodeTop(top, context, token);
    tokens.push_back(context.arena, token);
  }
  if (Value offsets = object.Find("text_offset"); IsArray(offsets))
    context.accounting.Use(offsets.id());
}

void WriteLogprobs(const List<TokenLogprob>& tokens, std::int64_t& offset, Writer& writer) {
  if (tokens.empty()) return writer.Null();
  writer.BeginObject();
  writer.Key("tokens");
  writer.BeginArray();
  bool has_top = false;
  for (const TokenLogprob& token : tokens) {
    has_top = has_top || !token.top.empty();
    writer.String(token.token);
  }
  writer.EndArray();
  writer.Key("token_logprobs");
  writer.BeginArray();
  for (const TokenLogprob& token : tokens) {
    if (token.logprob.present())
      writer.Value(token.logprob);
    else
      writer.Null();
  }
  writer.EndArray();
  writer.Key("top_logprobs");
  if (has_top) {
    writer.BeginArray();
    for (const TokenLogprob& token : tokens) WriteTop(token, writer);
    writer.EndArray();
  } else {
    writer.Null();
  }
  writer.Key("text_offset");
  writer.BeginArray();
  for (const TokenLogprob& token : tokens) {
    writer.Int(offset);
    if (token.token.present()) offset += CodePointsOf(token.token);
  }
  writer.EndArray();
  writer.EndObject();
  for (const TokenLogprob& token : tokens) Cover(token, writer);
}

void CoverLogprobs(const List<TokenLogprob>& tokens, Writer& writer) {
  for (const TokenLogprob& token : tokens) Cover(token, writer);
}

}  // namespace aiproxy::openai_completions
