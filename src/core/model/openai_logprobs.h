// Log probabilities of tokens in the form that OpenAI's protocols share.
#pragma once

#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/model/model.h"

namespace aiproxy {

/// {"token","logprob","bytes","top_logprobs":[...]}; of another shape, `wire` is all there is.
TokenLogprob ReadOpenAiLogprob(const Value& value, Arena& arena);

/// An array of tokens. `own`: read from the protocol that is written, so each goes back whole.
/// `bytes` spells the token again: it is null when it did not come.
void WriteOpenAiLogprobs(const List<TokenLogprob>& tokens, bool own, Writer& writer);

}  // namespace aiproxy
