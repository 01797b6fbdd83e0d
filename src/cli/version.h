// The version of the program, as meson.build says it.
#pragma once

#include <string_view>

namespace aiproxy {

std::string_view Version();

}  // namespace aiproxy
