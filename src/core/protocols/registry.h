// The list of all protocols. Adding one: its folder, a line in registry.cc and one in meson.build.
#pragma once

#include <span>
#include <string_view>

#include "core/protocols/protocol.h"

namespace aiproxy {

/// The wire protocols, in the order in which they are listed. The neutral form is not among them.
std::span<const Protocol* const> AllProtocols();

/// By id or alias, also "neutral"; nullptr when there is none.
const Protocol* FindProtocol(std::string_view name);

}  // namespace aiproxy
