// The OpenAI Chat Completions protocol.
#pragma once

#include "core/protocols/protocol.h"

namespace aiproxy {

/// https://platform.openai.com/docs/api-reference/chat and what the vendors that speak it add:
/// reasoning_content (DeepSeek, Qwen, Kimi), reasoning_details and cache_control (OpenRouter).
extern const Protocol kOpenAiChat;

}  // namespace aiproxy
