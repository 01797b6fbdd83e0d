#include "core/protocols/registry.h"

#include <algorithm>
#include <array>

#include "core/protocols/anthropic_messages/codec.h"
#include "core/protocols/bedrock_converse/codec.h"
#include "core/protocols/gemini_generate/codec.h"
#include "core/protocols/neutral/codec.h"
#include "core/protocols/openai_chat/codec.h"
#include "core/protocols/openai_completions/codec.h"
#include "core/protocols/openai_responses/codec.h"

namespace aiproxy {

std::span<const Protocol* const> AllProtocols() {
  static constexpr std::array kAll{&kOpenAiChat, &kOpenAiResponses, &kAnthropicMessages,
                                   &kGeminiGenerate, &kBedrockConverse};
  return kAll;
}

std::span<const Protocol* const> AllWires() {
  static constexpr std::array kAll{
      &kOpenAiChat,         &kOpenAiResponses,   &kAnthropicMessages,    &kGeminiGenerate,
      &kBedrockConverse,    &kOpenAiInputTokens, &kAnthropicCountTokens, &kGeminiCountTokens,
      &kBedrockCountTokens, &kOpenAiCompletions};
  return kAll;
}

const Protocol* WireOf(const Protocol& protocol, Capability capability) {
  if (protocol.capability == capability || &protocol == &kNeutral) return &protocol;
  for (const Protocol* wire : AllWires()) {
    if (wire->capability == capability && wire->beside == protocol.id) return wire;
  }
  return nullptr;
}

const Protocol& ChatOf(const Protocol& wire) {
  for (const Protocol* protocol : AllProtocols()) {
    if (protocol->id == wire.beside) return *protocol;
  }
  return wire;
}

const Protocol* FindProtocol(std::string_view name) {
  auto is_named = [name](const Protocol& protocol) {
    return protocol.id == name || std::find(protocol.aliases.begin(), protocol.aliases.end(),
                                            name) != protocol.aliases.end();
  };
  for (const Protocol* protocol : AllProtocols()) {
    if (is_named(*protocol)) return protocol;
  }
  // Beside chat, with a name of their own.
  for (const Protocol* wire : AllWires()) {
    if (wire->id != wire->beside && is_named(*wire)) return wire;
  }
  return is_named(kNeutral) ? &kNeutral : nullptr;
}

}  // namespace aiproxy
