#include "core/model/claude_plan.h"

#include <algorithm>

#include "core/model/defaults.h"
#include "core/model/turns.h"
#include "core/model/words.h"

namespace aiproxy {

namespace {

using Mode = Reasoning::Mode;

constexpr std::int64_t kLeastBudget = 1024;

}  // namespace

ClaudePlan::ClaudePlan(const ChatRequest& request, CodecContext& context, const Wire& wire)
    : request_(request), context_(context), version_(ParseClaudeVersion(context.options.model)) {
  if (request.reasoning.present()) PlanThinking(wire.forces_tool);
  PlanMaxTokens(wire.demands_max_tokens);
}

NodeId ClaudePlan::reasoning_node() const {
  const Reasoning& reasoning = request_.reasoning;
  return FirstNode(reasoning.effort.node, FirstNode(reasoning.budget.node, reasoning.mode.node));
}

void ClaudePlan::DropThinking(std::string_view message) {
  DropAt(context_, reasoning_node(), kValueDropped, message);
  UseReasoning();
}

void ClaudePlan::UseReasoning() const {
  const Reasoning& reasoning = request_.reasoning;
  for (NodeId node : {reasoning.effort.node, reasoning.budget.node, reasoning.mode.node}) {
    if (node != kNoNode) context_.accounting.Use(node);
  }
}

void ClaudePlan::PlanThinking(bool forces_tool) {
  const Reasoning& reasoning = request_.reasoning;
  if (reasoning.mode.Is(Mode::kDisabled) || reasoning.effort.Is(Effort::kNone)) {
    return PlanNoThinking();
  }
  if (!version_.has_thinking()) return DropThinking("the model does not think");
  if (WantsBudget()) {
    if (forces_tool) {
      return DropThinking("a budget of thinking and a forced tool exclude each other in {target}");
    }
    if (reasoning.effort.present() && EndsWithAssistant()) {
      return DropThinking("with a budget of thinking, {target} continues no message of its own");
    }
  }
  if (reasoning.effort.present()) return PlanEffort(reasoning.effort.value);
  if (reasoning.budget.present()) return PlanBudget(reasoning.budget.Int().value_or(kLeastBudget));
  if (version_.has_adaptive_thinking()) {
    thinking_ = Thinking::kAdaptive;
    return;
  }
  thinking_ = Thinking::kBudget;
  budget_ = BudgetOf(Effort::kHigh);
  context_.accounting.Report(reasoning.mode.node, kValueDegraded,
                             "thinking without a budget gets the budget of high effort");
}

/// Off, or what is nearest to it: some models always think.
/// https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking
void ClaudePlan::PlanNoThinking() {
  using Off = ClaudeVersion::Off;
  const Reasoning& reasoning = request_.reasoning;
  if (!version_.has_thinking()) return UseReasoning();
  if (reasoning.mode.Is(Mode::kDisabled) && reasoning.effort.present() &&
      !reasoning.effort.Is(Effort::kNone)) {
    DropAt(context_, reasoning.effort.node, kValueDropped, "thinking is switched off");
  }
  NodeId node = FirstNode(reasoning.mode.Is(Mode::kDisabled) ? reasoning.mode.node : kNoNode,
                          reasoning_node());
  switch (version_.thinking_off()) {
    case Off::kDisabled:
      thinking_ = Thinking::kDisabled;
      return;
    case Off::kBetweenTools:
      thinking_ = Thinking::kBetweenTools;
      context_.accounting.Report(node, kValueDegraded, "the model still thinks between tools");
      return;
    case Off::kAlwaysOn:
      thinking_ = Thinking::kAdaptive;
      effort_ = {Effort::kLow, node};
      context_.accounting.Report(node, kValueDegraded,
                                 "the model always thinks; the least effort is 'low'");
      return;
  }
}

/// Whether thinking, if it is written, is written with a budget.
bool ClaudePlan::WantsBudget() const {
  const Reasoning& reasoning = request_.reasoning;
  if (!reasoning.effort.present() && reasoning.budget.present()) {
    return version_.has_thinking_budget();
  }
  return !version_.has_adaptive_thinking();
}

/// Whether the last message that says anything is the assistant's: the model continues it.
bool ClaudePlan::EndsWithAssistant() const {
  for (std::size_t i = request_.messages.size(); i > 0; --i) {
    const Message& message = request_.messages[i - 1];
    if (!IsEmpty(message)) return message.role.value == Role::kAssistant;
  }
  return false;
}

void ClaudePlan::PlanEffort(Effort effort) {
  NodeId node = request_.reasoning.effort.node;
  if (version_.has_adaptive_thinking()) {
    thinking_ = Thinking::kAdaptive;
    effort_ = request_.reasoning.effort;
    if (effort == Effort::kMinimal) {
      effort_.value = Effort::kLow;
      context_.accounting.Report(node, kValueDegraded, "the least effort in {target} is 'low'");
    } else if (effort == Effort::kXHigh && !version_.has_xhigh_effort()) {
      effort_.value = Effort::kHigh;
      context_.accounting.Report(node, kValueDegraded, "the model has no effort 'xhigh'");
    }
    return;
  }
  thinking_ = Thinking::kBudget;
  budget_ = BudgetOf(effort);
  context_.accounting.Report(node, kValueDegraded,
                             "the effort '{}' is carried as a budget of tokens", Word(effort));
}

void ClaudePlan::PlanBudget(std::int64_t budget) {
  const Number& carried = request_.reasoning.budget;
  if (!version_.has_thinking_budget()) {
    thinking_ = Thinking::kAdaptive;
    effort_ = {std::max(EffortOfBudget(budget), Effort::kLow), carried.node};
    context_.accounting.Report(carried.node, kValueDegraded,
                               "the budget is carried as the effort '{}'", Word(effort_.value));
    return;
  }
  thinking_ = Thinking::kBudget;
  budget_ = std::max(budget, kLeastBudget);
  budget_is_carried_ = budget == budget_;
  if (!budget_is_carried_) {
    context_.accounting.Report(carried.node, kValueDegraded, "the least budget is 1024 tokens");
  }
}

/// The limit is greater than the budget.
void ClaudePlan::PlanMaxTokens(bool demanded) {
  if (request_.sampling.max_output_tokens.present()) return LimitBudget();
  if (std::int64_t ceiling = version_.output_ceiling();
      ceiling != 0 && thinking_ == Thinking::kBudget && budget_ > ceiling - kLeastBudget) {
    budget_ = ceiling - kLeastBudget;
    if (budget_is_carried_) {
      context_.accounting.Report(request_.reasoning.budget.node, kValueDegraded,
                                 "lowered, because the model writes 32000 tokens at most");
    }
    budget_is_carried_ = false;
  }
  if (demanded) InventMaxTokens();
}

void ClaudePlan::InventMaxTokens() {
  max_tokens_ = version_.default_max_tokens();
  if (thinking_ == Thinking::kBudget && max_tokens_ <= budget_) max_tokens_ = budget_ + 4096;
  context_.accounting.Report(request_.node, kValueInvented,
                             "{target} demands a limit of tokens; a default is made up");
}

void ClaudePlan::LimitBudget() {
  const Number& given = request_.sampling.max_output_tokens;
  max_tokens_is_carried_ = true;
  if (thinking_ != Thinking::kBudget) return;
  std::optional<std::int64_t> limit = given.Int();
  if (!limit || budget_ < *limit) return;
  bool was_carried = budget_is_carried_;
  budget_is_carried_ = false;
  if (*limit >= 2 * kLeastBudget) {
    budget_ = std::max(kLeastBudget, *limit / 2);
  } else {
    budget_ = kLeastBudget;
    max_tokens_ = std::max<std::int64_t>(*limit, 1) + kLeastBudget;
    max_tokens_is_carried_ = false;
    context_.accounting.Report(given.node, kValueDegraded,
                               "raised, because it must leave room beside the thinking budget");
  }
  if (was_carried) {
    context_.accounting.Report(request_.reasoning.budget.node, kValueDegraded,
                               "lowered, because it must be less than the limit of tokens");
  }
}

void ClaudePlan::WriteMaxTokens(Writer& writer) const {
  const Number& given = request_.sampling.max_output_tokens;
  if (max_tokens_is_carried_) return writer.Value(given);
  writer.Cover(given.node);
  writer.Int(max_tokens_);
}

void ClaudePlan::WriteThinking(Writer& writer) const {
  UseReasoning();
  writer.BeginObject();
  writer.Key("type");
  switch (thinking_) {
    case Thinking::kOmitted:
    case Thinking::kDisabled:
      writer.Literal("\"disabled\"");
      break;
    case Thinking::kBetweenTools:
      writer.Literal("\"between_tools\"");
      break;
    case Thinking::kAdaptive:
      writer.Literal("\"adaptive\"");
      break;
    case Thinking::kBudget:
      writer.Literal("\"enabled\"");
      writer.Key("budget_tokens");
      if (budget_is_carried_)
        writer.Value(request_.reasoning.budget);
      else
        writer.Int(budget_);
      break;
  }
  if (const Sourced<Reasoning::Display>& display = request_.reasoning.display;
      thinks() && display.present()) {
    writer.Key("display");
    UseDisplay(request_.reasoning, context_);
    if (display.Is(Reasoning::Display::kOmitted))
      writer.Literal("\"omitted\"");
    else
      writer.Literal("\"summarized\"");
  }
  writer.EndObject();
}

bool ClaudePlan::Drop(const Number& value, std::string_view message) {
  DropAt(context_, value.node, kValueDropped, message);
  return false;
}

ClaudePlan::Sampling ClaudePlan::PlanSampling() {
  const aiproxy::Sampling& sampling = request_.sampling;
  Sampling plan;
  if (!version_.accepts_sampling()) {
    for (const Number* value : {&sampling.temperature, &sampling.top_p, &sampling.top_k}) {
      if (!value->present()) continue;
      bool is_default = value != &sampling.top_k && value->Real() == 1;
      if (!is_default)
        Drop(*value, "the model accepts no sampling parameters");
      else if (value->node != kNoNode)
        context_.accounting.Use(value->node);
    }
    return plan;
  }
  plan.temperature = sampling.temperature.present();
  if (plan.temperature && sampling.temperature.Real() > 1) {
    plan.temperature_is_one = true;
    context_.accounting.Report(sampling.temperature.node, kValueDegraded,
                               "the highest temperature in {target} is 1");
  } else if (plan.temperature && thinks() && sampling.temperature.Real() != 1) {
    plan.temperature =
        Drop(sampling.temperature, "with thinking, only the temperature 1 is accepted");
  }
  plan.top_p = sampling.top_p.present() && KeepTopP(plan.temperature);
  plan.top_k = sampling.top_k.present();
  if (plan.top_k && thinks()) {
    plan.top_k = Drop(sampling.top_k, "top_k is not accepted with thinking");
  }
  return plan;
}

bool ClaudePlan::KeepTopP(bool beside_temperature) {
  const Number& top_p = request_.sampling.top_p;
  if (thinks() && top_p.Real() < 0.95) {
    return Drop(top_p, "with thinking, top_p must be at least 0.95");
  }
  if (beside_temperature && !version_.accepts_temperature_and_top_p()) {
    return Drop(top_p, "the model does not accept top_p beside temperature");
  }
  return true;
}

}  // namespace aiproxy
