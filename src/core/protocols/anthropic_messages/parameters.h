// The parameters of a request from another protocol, in combinations that the target model accepts.
#pragma once

#include <cstdint>

#include "core/protocols/anthropic_messages/claude_version.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy::anthropic_messages {

/// Decides first, because members depend on each other (a thinking budget raises max_tokens, which
/// is written long before `thinking`), and reports what it decides against.
class Parameters {
 public:
  Parameters(const ChatRequest& request, CodecContext& context);

  void WriteMaxTokens(Writer& writer) const;
  /// temperature, top_p, top_k, stop_sequences.
  void WriteSampling(Writer& writer);
  /// thinking, output_config.
  void WriteReasoning(Writer& writer);
  /// metadata, service_tier.
  void WriteRest(Writer& writer);

  const ClaudeVersion& version() const { return version_; }

 private:
  enum class Thinking { kOmitted, kDisabled, kBetweenTools, kAdaptive, kBudget };

  void PlanThinking();
  void PlanEffort(Effort effort);
  void PlanBudget(std::int64_t budget);
  void PlanMaxTokens();
  void PlanNoThinking();
  bool WantsBudget() const;
  bool EndsWithAssistant() const;
  void UseReasoning();
  void DropThinking(std::string_view message);
  bool IsForced() const;
  bool thinks() const { return thinking_ == Thinking::kAdaptive || thinking_ == Thinking::kBudget; }
  NodeId reasoning_node() const;
  void WriteTemperature(Writer& writer);
  void WriteTopP(Writer& writer, bool beside_temperature);
  void WriteStop(Writer& writer);
  bool PlanFormat();
  bool DropValue(const Number& value, std::string_view message);

  const ChatRequest& request_;
  CodecContext& context_;
  ClaudeVersion version_;
  Thinking thinking_ = Thinking::kOmitted;
  bool budget_is_carried_ = false;  // as the source spells it
  std::int64_t budget_ = 0;
  Sourced<Effort> effort_;  // of output_config, when it is written
  bool max_tokens_is_carried_ = false;
  std::int64_t max_tokens_ = 0;
};

}  // namespace aiproxy::anthropic_messages
