// Amazon Bedrock's Converse API: requests, responses, errors and streams, both ways.
#pragma once

#include "core/protocols/protocol.h"

namespace aiproxy {

extern const Protocol kBedrockConverse;
extern const Protocol kBedrockCountTokens;

}  // namespace aiproxy
