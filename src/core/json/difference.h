// What two JSON documents do not have in common, by pointer.
#pragma once

#include <string>
#include <vector>

#include "core/json/value.h"

namespace aiproxy {

struct JsonDifference {
  std::string pointer;  // of `before`, or of `after` where there is no `before`
  Value before;         // invalid: added
  Value after;          // invalid: removed
};

/// Whether two values say the same: strings by what they decode to, numbers by their spelling,
/// objects whatever the order of their members is (of several of one name the last counts).
bool SameJson(const Value& a, const Value& b);

/// The smallest values that differ, in the order of `before`, what was added to a container behind
/// the others. Of two arrays, the items that agree at both ends are left out before the others are
/// compared one by one.
std::vector<JsonDifference> DifferencesOf(const Value& before, const Value& after);

}  // namespace aiproxy
