// What thinking, effort, sampling and the limit of tokens become for a Claude model, whoever hosts
// it: combinations that the model accepts.
#pragma once

#include <cstdint>

#include "core/model/claude_version.h"
#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// Decides first, because members depend on each other (a thinking budget raises the limit of
/// tokens), and reports what it decides against. How the decisions are spelled is the protocol's
/// matter.
class ClaudePlan {
 public:
  enum class Thinking : std::uint8_t { kOmitted, kDisabled, kBetweenTools, kAdaptive, kBudget };

  struct Wire {
    bool forces_tool = false;         // a forced choice of tool is written
    bool demands_max_tokens = false;  // the limit of tokens is required: without one it is made up
  };

  /// Which of the sampling parameters are written; the others are accounted for.
  struct Sampling {
    bool temperature = false;
    bool temperature_is_one = false;  // in the place of a higher one
    bool top_p = false;
    bool top_k = false;
  };

  ClaudePlan(const ChatRequest& request, CodecContext& context, const Wire& wire);

  const ClaudeVersion& version() const { return version_; }
  Thinking thinking() const { return thinking_; }
  bool thinks() const { return thinking_ == Thinking::kAdaptive || thinking_ == Thinking::kBudget; }
  /// The effort to write beside thinking; may be absent.
  const Sourced<Effort>& effort() const { return effort_; }
  /// Whether there is a limit of tokens to write.
  bool has_max_tokens() const { return max_tokens_ != 0 || max_tokens_is_carried_; }

  /// The value of the limit of tokens.
  void WriteMaxTokens(Writer& writer) const;
  /// The value of thinking: {"type":"enabled","budget_tokens":1024}. Not with kOmitted.
  void WriteThinking(Writer& writer) const;
  /// To be asked once: it reports.
  Sampling PlanSampling();

 private:
  void PlanThinking(bool forces_tool);
  void PlanEffort(Effort effort);
  void PlanBudget(std::int64_t budget);
  void PlanMaxTokens(bool demanded);
  void InventMaxTokens();
  void LimitBudget();
  void PlanNoThinking();
  bool WantsBudget() const;
  bool EndsWithAssistant() const;
  void UseReasoning() const;
  void DropThinking(std::string_view message);
  NodeId reasoning_node() const;
  bool Drop(const Number& value, std::string_view message);
  bool KeepTopP(bool beside_temperature);

  const ChatRequest& request_;
  CodecContext& context_;
  ClaudeVersion version_;
  Thinking thinking_ = Thinking::kOmitted;
  bool budget_is_carried_ = false;  // as the source spells it
  std::int64_t budget_ = 0;
  Sourced<Effort> effort_;
  bool max_tokens_is_carried_ = false;
  std::int64_t max_tokens_ = 0;
};

}  // namespace aiproxy
