// Encrypted reasoning of a vendor inside of a wire that has no name for vendors: it says itself
// whose it is.
#pragma once

#include "core/json/arena.h"
#include "core/model/model.h"

namespace aiproxy {

/// "openai-responses-v1:<id>:<encrypted>". Only of vendors that encrypt whole items.
bool CanCarry(Issuer issuer);
Text CarriedReasoning(const Text& encrypted, const Text& id, Issuer issuer, Arena& arena);

/// Takes such a text apart; false when it is none.
bool SplitCarriedReasoning(const Text& carried, Text& encrypted, Text& id, Issuer& issuer);

}  // namespace aiproxy
