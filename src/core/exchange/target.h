// Which wire is written: the capability of the target follows from the input's and from what was
// asked for.
#pragma once

#include "core/exchange/options.h"
#include "core/exchange/recognise.h"

namespace aiproxy {

/// The wire that something recognised is written in. `options.to` is the one when it is not a chat
/// protocol; else the capability decides:
///  - none given: the input's, where the target's vendor has it; completions become chat elsewhere.
///  - chat: chat.
///  - count-tokens: both sides count; a request of chat is one that is counted.
///  - completions: between the two, completions become chat, and chat becomes completions.
/// What cannot be meant is an error (kUnsupported) that says what to do.
Result<const Protocol*> TargetOf(const Recognised& from, const ExchangeOptions& options);

/// "anthropic-messages, gemini-generate": the chat protocols beside which there is one.
std::string ProtocolsWith(Capability capability);

}  // namespace aiproxy
