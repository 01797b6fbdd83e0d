#include "core/protocols/anthropic_messages/parameters.h"

#include <algorithm>

#include "core/model/words.h"
#include "core/protocols/anthropic_messages/foreign_messages.h"

namespace aiproxy::anthropic_messages {

namespace {

using Mode = Reasoning::Mode;

constexpr std::int64_t kLeastBudget = 1024;

/// Marks a value that says "off", which is also what leaving it out says.
void CoverIfZero(const Number& value, Writer& writer) {
  if (value.present() && value.Real() == 0) writer.Cover(value.node);
}

}  // namespace

Parameters::Parameters(const ChatRequest& request, CodecContext& context)
    : request_(request), context_(context), version_(ParseClaudeVersion(context.options.model)) {
  if (request.reasoning.present()) PlanThinking();
  PlanMaxTokens();
}

bool Parameters::IsForced() const {
  using Choice = ToolChoice::Mode;
  Choice mode = request_.tool_choice.mode;
  if (mode != Choice::kRequired && mode != Choice::kNamed) return false;
  return std::any_of(request_.tools.begin(), request_.tools.end(), IsWritableTool);
}

NodeId Parameters::reasoning_node() const {
  const Reasoning& reasoning = request_.reasoning;
  return FirstNode(reasoning.effort.node, FirstNode(reasoning.budget.node, reasoning.mode.node));
}

void Parameters::DropThinking(std::string_view message) {
  DropAt(context_, reasoning_node(), kValueDropped, message);
  UseReasoning();
}

void Parameters::UseReasoning() {
  const Reasoning& reasoning = request_.reasoning;
  for (NodeId node : {reasoning.effort.node, reasoning.budget.node, reasoning.mode.node}) {
    if (node != kNoNode) context_.accounting.Use(node);
  }
}

void Parameters::PlanThinking() {
  const Reasoning& reasoning = request_.reasoning;
  if (reasoning.mode.Is(Mode::kDisabled) || reasoning.effort.Is(Effort::kNone)) {
    return PlanNoThinking();
  }
  if (!version_.has_thinking()) return DropThinking("the model does not think");
  if (WantsBudget()) {
    if (IsForced()) {
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
void Parameters::PlanNoThinking() {
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
bool Parameters::WantsBudget() const {
  const Reasoning& reasoning = request_.reasoning;
  if (!reasoning.effort.present() && reasoning.budget.present()) {
    return version_.has_thinking_budget();
  }
  return !version_.has_adaptive_thinking();
}

/// Whether the last message that says anything is the assistant's: the model continues it.
bool Parameters::EndsWithAssistant() const {
  for (std::size_t i = request_.messages.size(); i > 0; --i) {
    const Message& message = request_.messages[i - 1];
    if (!IsEmpty(message)) return message.role.value == Role::kAssistant;
  }
  return false;
}

void Parameters::PlanEffort(Effort effort) {
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

void Parameters::PlanBudget(std::int64_t budget) {
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

/// max_tokens is required, and must be greater than the budget.
void Parameters::PlanMaxTokens() {
  const Number& given = request_.sampling.max_output_tokens;
  bool budgeted = thinking_ == Thinking::kBudget;
  if (!given.present()) {
    max_tokens_ = version_.default_max_tokens();
    if (std::int64_t ceiling = version_.output_ceiling(); ceiling != 0) {
      if (budgeted && budget_ > ceiling - kLeastBudget) {
        budget_ = ceiling - kLeastBudget;
        if (budget_is_carried_) {
          context_.accounting.Report(request_.reasoning.budget.node, kValueDegraded,
                                     "lowered, because the model writes 32000 tokens at most");
        }
        budget_is_carried_ = false;
      }
    } else if (budgeted && max_tokens_ <= budget_) {
      max_tokens_ = budget_ + 4096;
    }
    context_.accounting.Report(request_.node, kValueInvented,
                               "{target} demands a limit of tokens; a default is made up");
    return;
  }
  max_tokens_is_carried_ = true;
  if (!budgeted) return;
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

void Parameters::WriteMaxTokens(Writer& writer) const {
  const Number& given = request_.sampling.max_output_tokens;
  writer.Key("max_tokens");
  if (max_tokens_is_carried_) return writer.Value(given);
  writer.Cover(given.node);
  writer.Int(max_tokens_);
}

bool Parameters::DropValue(const Number& value, std::string_view message) {
  DropAt(context_, value.node, kValueDropped, message);
  return false;
}

void Parameters::WriteSampling(Writer& writer) {
  const Sampling& sampling = request_.sampling;
  if (!version_.accepts_sampling()) {
    for (const Number* value : {&sampling.temperature, &sampling.top_p, &sampling.top_k}) {
      if (!value->present()) continue;
      bool is_default = value != &sampling.top_k && value->Real() == 1;
      if (is_default)
        writer.Cover(value->node);
      else
        DropValue(*value, "the model accepts no sampling parameters");
    }
  } else {
    WriteTemperature(writer);
  }
  if (!sampling.stop.empty() || sampling.stop_node != kNoNode) WriteStop(writer);
  if (sampling.candidates.present() && sampling.candidates.Real() == 1) {
    writer.Cover(sampling.candidates.node);
  }
  CoverIfZero(sampling.presence_penalty, writer);
  CoverIfZero(sampling.frequency_penalty, writer);
  CoverIfZero(sampling.top_logprobs, writer);
  if (sampling.logprobs.Is(false)) writer.Cover(sampling.logprobs.node);
}

void Parameters::WriteTemperature(Writer& writer) {
  const Sampling& sampling = request_.sampling;
  const Number& temperature = sampling.temperature;
  bool written = temperature.present();
  if (written && temperature.Real() > 1) {
    writer.Key("temperature");
    writer.Cover(temperature.node);
    writer.Int(1);
    context_.accounting.Report(temperature.node, kValueDegraded,
                               "the highest temperature in {target} is 1");
  } else if (written && thinks() && temperature.Real() != 1) {
    written = DropValue(temperature, "with thinking, only the temperature 1 is accepted");
  } else {
    writer.Member("temperature", temperature);
  }
  WriteTopP(writer, written);
  if (sampling.top_k.present() && thinks()) {
    DropValue(sampling.top_k, "top_k is not accepted with thinking");
  } else {
    writer.Member("top_k", sampling.top_k);
  }
}

void Parameters::WriteTopP(Writer& writer, bool beside_temperature) {
  const Number& top_p = request_.sampling.top_p;
  if (!top_p.present()) return;
  if (thinks() && top_p.Real() < 0.95) {
    DropValue(top_p, "with thinking, top_p must be at least 0.95");
  } else if (beside_temperature && !version_.accepts_temperature_and_top_p()) {
    DropValue(top_p, "the model does not accept top_p beside temperature");
  } else {
    writer.Member("top_p", top_p);
  }
}

void Parameters::WriteStop(Writer& writer) {
  bool any = false;
  for (const Text& stop : request_.sampling.stop) {
    if (IsBlank(stop)) {
      DropAt(context_, stop.node, kValueDropped,
             "a stop sequence of white space alone is refused by {target}");
      continue;
    }
    if (!any) {
      writer.Key("stop_sequences");
      writer.BeginArray();
      any = true;
    }
    writer.String(stop);
  }
  if (any) writer.EndArray();
  if (request_.sampling.stop.empty()) writer.Cover(request_.sampling.stop_node);
}

/// Whether there is a format to write; accounts for what cannot be written.
bool Parameters::PlanFormat() {
  using Kind = ResponseFormat::Kind;
  const ResponseFormat& format = request_.response_format;
  NodeId kind = FirstNode(format.kind_node, format.node);
  switch (format.kind) {
    case Kind::kUnset:
      return false;
    case Kind::kText:
      if (kind != kNoNode) context_.accounting.Use(kind);
      return false;
    case Kind::kJsonSchema:
      if (format.schema.is_object()) return true;
      break;
    case Kind::kJsonObject:
    case Kind::kOpaque:
      break;
  }
  DropAt(context_, FirstNode(format.node, kind), kValueDropped,
         "a response format without a schema has no place in {target}");
  return false;
}

void Parameters::WriteReasoning(Writer& writer) {
  const Reasoning& reasoning = request_.reasoning;
  if (thinking_ != Thinking::kOmitted) {
    for (NodeId node : {reasoning.mode.node, reasoning.effort.node, reasoning.budget.node}) {
      if (node != kNoNode) context_.accounting.Use(node);
    }
    writer.Key("thinking");
    writer.BeginObject();
    writer.Key("type");
    if (thinking_ == Thinking::kDisabled) {
      writer.Literal("\"disabled\"");
    } else if (thinking_ == Thinking::kBetweenTools) {
      writer.Literal("\"between_tools\"");
    } else if (thinking_ == Thinking::kAdaptive) {
      writer.Literal("\"adaptive\"");
    } else {
      writer.Literal("\"enabled\"");
      writer.Key("budget_tokens");
      if (budget_is_carried_)
        writer.Value(reasoning.budget);
      else
        writer.Int(budget_);
    }
    if (thinks() && reasoning.display.present()) {
      writer.Key("display");
      writer.Cover(reasoning.display.node);
      if (reasoning.display.Is(Reasoning::Display::kOmitted))
        writer.Literal("\"omitted\"");
      else
        writer.Literal("\"summarized\"");
    }
    writer.EndObject();
  }
  bool format = request_.response_format.kind != ResponseFormat::Kind::kUnset && PlanFormat();
  if (!effort_.present() && !format) return;
  writer.Key("output_config");
  writer.BeginObject();
  if (effort_.present()) {
    writer.Key("effort");
    writer.String(Text{Word(effort_.value), kNoNode, Text::Spelling::kClean});
  }
  if (format) {
    writer.Key("format");
    writer.BeginObject();
    writer.Key("type");
    writer.Cover(request_.response_format.kind_node);
    writer.Literal("\"json_schema\"");
    writer.Member("schema", request_.response_format.schema);
    if (request_.response_format.strict.Is(true))
      writer.Cover(request_.response_format.strict.node);
    writer.EndObject();
  }
  writer.EndObject();
}

void Parameters::WriteRest(Writer& writer) {
  const Text& user = request_.safety_id.present() ? request_.safety_id : request_.user_id;
  if (user.present()) {
    writer.Key("metadata");
    writer.BeginObject();
    writer.Member("user_id", user);
    writer.EndObject();
  }
  if (request_.safety_id.present() && request_.user_id.present()) {
    DropAt(context_, request_.user_id.node, kValueDropped,
           "the safety identifier is carried in its place");
  }
  const Sourced<ServiceTier>& tier = request_.service_tier;
  if (!tier.present()) return;
  if (tier.value == ServiceTier::kAuto || tier.value == ServiceTier::kStandard) {
    writer.Cover(tier.node);
    writer.Key("service_tier");
    if (tier.value == ServiceTier::kAuto)
      writer.Literal("\"auto\"");
    else
      writer.Literal("\"standard_only\"");
  } else {
    DropAt(context_, tier.node, kValueDropped, "this service tier has no place in {target}");
  }
}

}  // namespace aiproxy::anthropic_messages
