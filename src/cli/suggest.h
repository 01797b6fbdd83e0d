// The nearest name for one that is misspelled.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace aiproxy {

/// The candidate that is fewest edits away (insertions, deletions, changes, swaps of neighbours;
/// upper and lower case alike), or "" when none is near enough to be meant.
std::string_view Nearest(std::string_view word, std::span<const std::string_view> candidates);

/// "; did you mean 'X'?", or "" when nothing is near.
std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates);

/// "a, b or c".
std::string OneOf(std::span<const std::string_view> words);

}  // namespace aiproxy
