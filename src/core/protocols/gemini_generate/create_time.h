// `createTime` of an answer (Vertex AI), which other protocols count in seconds.
#pragma once

#include "core/json/arena.h"
#include "core/json/value.h"
#include "core/json/writer.h"

namespace aiproxy::gemini_generate {

/// Seconds since 1970, with all digits of the fraction, of "2025-11-03T10:00:00.250Z": the form of
/// RFC 3339 that Google writes. Absent when it is anything else.
Number SecondsOf(const Value& time, Arena& arena);

/// The way back, as the member `createTime`; nothing for a number that is no such time.
void WriteCreateTime(const Number& seconds, Writer& writer);

}  // namespace aiproxy::gemini_generate
