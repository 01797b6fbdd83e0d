// The gemini-generate protocol: https://ai.google.dev/api/generate-content
#pragma once

#include "core/protocols/protocol.h"

namespace aiproxy {

extern const Protocol kGeminiGenerate;
extern const Protocol kGeminiCountTokens;

}  // namespace aiproxy
