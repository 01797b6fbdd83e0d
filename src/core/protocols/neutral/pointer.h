// JSON pointers inside one value: built for a node, and followed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/json/value.h"

namespace aiproxy::neutral {

/// Bounds the work on references of one document: each step is one member or item looked at.
using Steps = std::size_t;
inline constexpr Steps kMaxSteps = std::size_t{1} << 24;

/// Appends '/' and the decoded member name, escaped as RFC 6901 wants.
void AppendToken(std::string_view decoded_name, std::string& out);

/// Appends the pointer from `from` down to `to`, which is `from` or below it. False (and nothing
/// appended) when the pointer would lead elsewhere, to a later member of the same name, or when
/// the steps run out.
bool AppendPointerBelow(Document& document, NodeId from, NodeId to, Steps& steps, std::string& out);

/// The value that `pointer` leads to: the last member of a name counts. Invalid when there is
/// none, or when the steps run out (they are 0 then). `parent`: the container it is in.
Value Follow(Value from, std::string_view pointer, Steps& steps, Value* parent = nullptr);

}  // namespace aiproxy::neutral
