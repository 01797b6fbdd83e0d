// The Anthropic Messages protocol: https://platform.claude.com/docs/en/api/messages
#pragma once

#include "core/protocols/protocol.h"

namespace aiproxy {

extern const Protocol kAnthropicMessages;
extern const Protocol kAnthropicCountTokens;

}  // namespace aiproxy
