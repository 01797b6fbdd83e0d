// What citations of different protocols need to become each other.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/json/arena.h"
#include "core/model/model.h"

namespace aiproxy {

/// The part of the answer that the citation is about; "" when it does not say. `first` is the
/// number of code points before `text`, which is decoded.
Text CitedRange(const Citation& citation, std::string_view text, std::int64_t first);

/// What the citation quotes, or else the part of the answer that it stands for: of `text`, which
/// begins at the code point `first` of what the citation counts.
Text CoveredText(const Citation& citation, const Text& text, std::int64_t first, Arena& arena);

}  // namespace aiproxy
