// What citations of different protocols need to become each other.
#pragma once

#include <string_view>

#include "core/json/arena.h"
#include "core/model/model.h"

namespace aiproxy {

/// What the citation is about, of the text of its part (decoded); "" when it does not say.
Text CitedRange(const Citation& citation, std::string_view text);

/// What the citation quotes, or else what it is about of the text of its part.
Text CoveredText(const Citation& citation, const Text& text, Arena& arena);

}  // namespace aiproxy
