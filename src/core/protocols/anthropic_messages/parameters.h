// The parameters of a request from another protocol, in combinations that the target model accepts.
#pragma once

#include "core/model/claude_plan.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy::anthropic_messages {

class Parameters {
 public:
  /// `demands_max_tokens`: without a limit of tokens, one is made up.
  Parameters(const ChatRequest& request, bool demands_max_tokens, CodecContext& context);

  void WriteMaxTokens(Writer& writer) const;
  /// temperature, top_p, top_k, stop_sequences.
  void WriteSampling(Writer& writer);
  /// thinking, output_config.
  void WriteReasoning(Writer& writer);
  /// metadata, service_tier.
  void WriteRest(Writer& writer);

  const ClaudeVersion& version() const { return plan_.version(); }

 private:
  void WriteStop(Writer& writer);

  const ChatRequest& request_;
  CodecContext& context_;
  ClaudePlan plan_;
};

}  // namespace aiproxy::anthropic_messages
