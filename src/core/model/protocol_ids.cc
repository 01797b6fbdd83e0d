#include "core/model/protocol_ids.h"

#include <array>

namespace aiproxy {

namespace {

constexpr std::array<std::string_view, 17> kIds{
    "openai-chat",
    "openai-completions",
    "openai-responses",
    "anthropic-messages",
    "gemini-generate",
    "bedrock-converse",
    "cohere-chat",
    "ollama-chat",
    "dashscope-generation",
    "hunyuan-chat",
    "minimax-pro",
    "spark-chat",
    "dify-chat",
    "deepl-translate",
    "triton-generate",
    "coze-chat",
    "neutral",
};

}  // namespace

std::span<const std::string_view> ProtocolIds() { return kIds; }

std::string_view InternProtocolId(std::string_view id) {
  for (std::string_view known : kIds) {
    if (known == id) return known;
  }
  return {};
}

}  // namespace aiproxy
