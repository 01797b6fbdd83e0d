// Ids that a target demands and the input lacks: the same for the same input, in every run.
#pragma once

#include <string_view>

#include "core/json/arena.h"
#include "core/json/text.h"
#include "core/model/context.h"

namespace aiproxy {

/// `prefix` (at most 16 bytes of plain ASCII, "resp_") and 16 hexadecimal digits of a hash of
/// `seed`.
Text DerivedId(std::string_view prefix, std::string_view seed, Arena& arena);
/// Of the document at hand: a whole answer, or the frame that begins a stream.
Text DerivedId(std::string_view prefix, CodecContext& context);

}  // namespace aiproxy
