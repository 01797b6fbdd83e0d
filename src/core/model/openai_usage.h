// Usage as Chat Completions and legacy completions tell it: {"prompt_tokens","completion_tokens",
// "total_tokens"} with details.
#pragma once

#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy::openai {

void DecodeUsage(const Value& object, CodecContext& context, Usage& usage);
/// `own`: it came from the protocol that is written. Extras are written then.
void WriteUsage(const Usage& usage, bool own, Writer& writer);

}  // namespace aiproxy::openai
