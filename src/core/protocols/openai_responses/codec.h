// The protocol of OpenAI's Responses API.
#pragma once

#include "core/protocols/protocol.h"

namespace aiproxy {

/// https://platform.openai.com/docs/api-reference/responses
extern const Protocol kOpenAiResponses;
extern const Protocol kOpenAiInputTokens;

}  // namespace aiproxy
