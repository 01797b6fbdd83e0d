#include "core/protocols/registry.h"

#include <algorithm>
#include <array>

#include "core/protocols/anthropic_messages/codec.h"
#include "core/protocols/bedrock_converse/codec.h"
#include "core/protocols/gemini_generate/codec.h"
#include "core/protocols/neutral/codec.h"
#include "core/protocols/openai_chat/codec.h"
#include "core/protocols/openai_responses/codec.h"

namespace aiproxy {

std::span<const Protocol* const> AllProtocols() {
  static constexpr std::array kAll{&kOpenAiChat, &kOpenAiResponses, &kAnthropicMessages,
                                   &kGeminiGenerate, &kBedrockConverse};
  return kAll;
}

const Protocol* FindProtocol(std::string_view name) {
  auto is_named = [name](const Protocol& protocol) {
    return protocol.id == name || std::find(protocol.aliases.begin(), protocol.aliases.end(),
                                            name) != protocol.aliases.end();
  };
  for (const Protocol* protocol : AllProtocols()) {
    if (is_named(*protocol)) return protocol;
  }
  return is_named(kNeutral) ? &kNeutral : nullptr;
}

}  // namespace aiproxy
