// Signatures and encrypted reasoning inside of a wire that has no name for vendors: what says
// itself whose it is.
#pragma once

#include "core/json/arena.h"
#include "core/model/model.h"

namespace aiproxy {

/// "openai-responses-v1:<id>:<encrypted>". Only of vendors that encrypt whole items.
bool CanCarry(Issuer issuer);
Text CarriedReasoning(const Text& encrypted, const Text& id, Issuer issuer, Arena& arena);

/// Takes such a text apart; false when it is none.
bool SplitCarriedReasoning(const Text& carried, Text& encrypted, Text& id, Issuer& issuer);

/// Whose a signature or encrypted reasoning is by its first bytes; kUnknown when they do not show
/// it. Anthropic's and Google's are base64 of protocol buffers whose first field is a header of
/// numbers (Anthropic) or a ciphertext with a version byte (Google); OpenAI's are Fernet tokens.
/// Google's documentation has two more words, which stand for a signature.
Issuer IssuerOfSecret(const Text& secret);

}  // namespace aiproxy
