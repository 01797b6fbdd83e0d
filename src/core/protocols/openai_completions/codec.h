// OpenAI's legacy completions: https://platform.openai.com/docs/api-reference/completions
#pragma once

#include "core/protocols/protocol.h"

namespace aiproxy {

extern const Protocol kOpenAiCompletions;

}  // namespace aiproxy
