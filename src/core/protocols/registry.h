// The list of all protocols. Adding one: its folder, a line in registry.cc and one in meson.build.
#pragma once

#include <span>
#include <string_view>

#include "core/protocols/protocol.h"

namespace aiproxy {

/// The chat protocols, in the order in which they are listed. The neutral form is not among them.
std::span<const Protocol* const> AllProtocols();

/// Those and what stands beside them: every wire of every capability.
std::span<const Protocol* const> AllWires();

/// The wire of that capability beside a chat protocol, or itself when it is one; the neutral form
/// in any case. nullptr when the vendor has none.
const Protocol* WireOf(const Protocol& protocol, Capability capability);
/// The chat protocol that a wire stands beside, or itself.
const Protocol& ChatOf(const Protocol& wire);

/// By id or alias, also "neutral", and a wire beside chat that has an id of its own; nullptr when
/// there is none.
const Protocol* FindProtocol(std::string_view name);

}  // namespace aiproxy
