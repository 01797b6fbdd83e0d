// Counts of tokens as wires tell them that differ from the neutral form: without what was cached,
// and in a spelling that is to be kept.
#pragma once

#include <cstdint>

#include "core/json/writer.h"
#include "core/model/model.h"

namespace aiproxy {

/// Anthropic and Bedrock tell `input` without what was read from and written to the cache; this
/// makes it the sum.
void AddCachedInput(Usage& usage);
/// What was read afresh, without what came from or went to the cache.
std::int64_t FreshInput(const Usage& usage);

/// A count of that value, in the spelling in which it came if that says it.
void WriteSpelled(const Sourced<std::int64_t>& count, std::int64_t value, Writer& writer);

}  // namespace aiproxy
