#include "core/protocols/gemini_generate/parameters.h"

#include <algorithm>
#include <limits>

#include "core/model/defaults.h"
#include "core/model/schema/schema.h"
#include "core/model/words.h"

namespace aiproxy::gemini_generate {

template <std::size_t N>
void Parameters::Bounded(const char (&name)[N], const Number& value, std::int64_t most) {
  if (!value.present()) return;
  if (value.Real() <= static_cast<double>(most)) return Member(name, value);
  Key(name);
  writer_.Cover(value.node);
  writer_.Int(most);
  context_.accounting.Report(value.node, kValueDegraded, "lowered to the most that {target} takes");
}

void Parameters::WriteConfig() {
  WriteSampling();
  WriteFormat();
  if (request_.reasoning.present()) WriteThinking();
  if (in_config_) writer_.EndObject();
  if (!request_.service_tier.present()) return;
  const Sourced<ServiceTier>& tier = request_.service_tier;
  if (tier.Is(ServiceTier::kAuto)) return writer_.Cover(tier.node);
  if (std::string_view word = TierWord(tier.value); !word.empty()) {
    writer_.Key("serviceTier");
    writer_.Cover(tier.node);
    writer_.String(word);
  } else {
    DropAt(context_, tier.node, kValueDropped, "this service tier has no place in {target}");
  }
}

void Parameters::WriteSampling() {
  const Sampling& sampling = request_.sampling;
  Bounded("temperature", sampling.temperature, 2);
  Member("topP", sampling.top_p);
  Member("topK", sampling.top_k);
  Member("maxOutputTokens", sampling.max_output_tokens);
  WriteStop();
  if (sampling.candidates.present() && sampling.candidates.Real() == 1)
    writer_.Cover(sampling.candidates.node);
  else
    Bounded("candidateCount", sampling.candidates, 8);
  Member("presencePenalty", sampling.presence_penalty);
  Member("frequencyPenalty", sampling.frequency_penalty);
  if (sampling.seed.present()) {
    std::optional<std::int64_t> seed = sampling.seed.Int();
    using Int32 = std::numeric_limits<std::int32_t>;
    if (seed && *seed >= Int32::min() && *seed <= Int32::max())
      Member("seed", sampling.seed);
    else
      DropAt(context_, sampling.seed.node, kValueDropped, "{target} takes seeds of 32 bits");
  }
  WriteLogprobs();
}

void Parameters::WriteLogprobs() {
  const Sampling& sampling = request_.sampling;
  if (sampling.logprobs.Is(true)) {
    Member("responseLogprobs", sampling.logprobs);
    Bounded("logprobs", sampling.top_logprobs, 20);
    return;
  }
  writer_.Cover(sampling.logprobs.node);
  if (sampling.top_logprobs.present() && sampling.top_logprobs.Real() == 0) {
    writer_.Cover(sampling.top_logprobs.node);
  }
}

void Parameters::WriteStop() {
  constexpr std::size_t kMost = 5;
  const List<Text>& stop = request_.sampling.stop;
  if (stop.empty()) return writer_.Cover(request_.sampling.stop_node);
  Key("stopSequences");
  writer_.BeginArray();
  for (std::size_t i = 0; i < stop.size(); ++i) {
    if (i < kMost)
      writer_.String(stop[i]);
    else
      DropAt(context_, stop[i].node, kValueDropped, "{target} takes at most 5 stop sequences");
  }
  writer_.EndArray();
}

void Parameters::WriteFormat() {
  using Kind = ResponseFormat::Kind;
  const ResponseFormat& format = request_.response_format;
  NodeId node = FirstNode(format.node, format.kind_node);
  if (format.kind == Kind::kUnset) return;
  if (format.kind == Kind::kText) return writer_.Cover(FirstNode(format.kind_node, format.node));
  if (format.kind == Kind::kOpaque) {
    return DropAt(context_, node, kValueDropped, "this response format has no place in {target}");
  }
  if (has_functions() && !model_.takes_json_with_functions()) {
    return DropAt(context_, node, kValueDropped,
                  "the model does not take a response format beside functions");
  }
  Key("responseMimeType");
  writer_.Cover(format.kind_node);
  writer_.Literal("\"application/json\"");
  if (format.kind == Kind::kJsonSchema && format.schema.is_object()) WriteSchema(format);
}

void Parameters::WriteSchema(const ResponseFormat& format) {
  GoogleSchemaOptions options;
  options.owner = format.node;
  if (model_.takes_json_schema()) {
    options.level = SchemaLevel::kJsonSubset;
    Key("responseJsonSchema");
  } else {
    Key("responseSchema");
  }
  WriteGoogleSchema(format.schema, options, context_, writer_);
  if (format.strict.Is(true)) writer_.Cover(format.strict.node);
}

void Parameters::BeginThinking() {
  Key("thinkingConfig");
  writer_.BeginObject();
}

/// What thinks is asked to show it, because that is what clients of other protocols expect.
void Parameters::WriteThinking() {
  const Reasoning& reasoning = request_.reasoning;
  NodeId node =
      FirstNode(reasoning.effort.node, FirstNode(reasoning.budget.node, reasoning.mode.node));
  for (NodeId used : {reasoning.effort.node, reasoning.mode.node}) writer_.Cover(used);
  bool off = reasoning.mode.Is(Reasoning::Mode::kDisabled) || reasoning.effort.Is(Effort::kNone);
  if (!model_.thinks()) {
    writer_.Cover(reasoning.budget.node);
    if (!off) DropAt(context_, node, kValueDropped, "the model does not think");
    return;
  }
  if (off) return WriteNoThinking(node);
  BeginThinking();
  if (reasoning.effort.present()) {
    WriteEffort(reasoning.effort.value, reasoning.effort.node, false);
  } else if (reasoning.budget.present()) {
    std::int64_t tokens = reasoning.budget.Int().value_or(0);
    if (model_.has_levels())
      WriteEffort(EffortOfBudget(tokens), reasoning.budget.node, true);
    else
      WriteBudget(tokens, &reasoning.budget, reasoning.budget.node);
  } else if (!model_.has_levels()) {
    writer_.Key("thinkingBudget");
    writer_.Int(-1);
  }
  writer_.Key("includeThoughts");
  UseDisplay(reasoning, context_);
  writer_.Bool(!reasoning.display.Is(Reasoning::Display::kOmitted));
  writer_.EndObject();
}

void Parameters::WriteNoThinking(NodeId node) {
  BeginThinking();
  if (model_.has_levels()) {
    writer_.Key("thinkingLevel");
    if (model_.has_minimal_level())
      writer_.Literal("\"MINIMAL\"");
    else
      writer_.Literal("\"LOW\"");
    context_.accounting.Report(node, kValueDegraded, "the model always thinks, at least a little");
  } else {
    writer_.Key("thinkingBudget");
    writer_.Int(model_.is_pro ? model_.least_budget() : 0);
    if (model_.is_pro) {
      context_.accounting.Report(node, kValueDegraded,
                                 "the model always thinks; the least budget is 128 tokens");
    }
  }
  writer_.EndObject();
}

/// https://ai.google.dev/gemini-api/docs/thinking#levels-budgets
void Parameters::WriteEffort(Effort effort, NodeId node, bool of_budget) {
  if (!model_.has_levels()) {
    std::int64_t tokens = BudgetOf(effort);
    writer_.Key("thinkingBudget");
    writer_.Int(std::clamp(tokens, model_.least_budget(), model_.most_budget()));
    context_.accounting.Report(node, kValueDegraded,
                               "the effort '{}' is carried as a budget of tokens", Word(effort));
    return;
  }
  writer_.Cover(node);
  bool exact = !of_budget;
  writer_.Key("thinkingLevel");
  if (effort == Effort::kMinimal && model_.has_minimal_level()) {
    writer_.Literal("\"MINIMAL\"");
  } else if (effort == Effort::kMinimal || effort == Effort::kLow) {
    exact &= effort == Effort::kLow;
    writer_.Literal("\"LOW\"");
  } else if (effort == Effort::kMedium && !model_.is_pro) {
    writer_.Literal("\"MEDIUM\"");
  } else {
    exact &= effort == Effort::kHigh;
    writer_.Literal("\"HIGH\"");
  }
  if (exact) return;
  if (of_budget)
    context_.accounting.Report(node, kValueDegraded, "the budget is carried as a level");
  else
    context_.accounting.Report(node, kValueDegraded, "the model has no level '{}'", Word(effort));
}

void Parameters::WriteBudget(std::int64_t tokens, const Number* carried, NodeId node) {
  std::int64_t fits = std::clamp(tokens, model_.least_budget(), model_.most_budget());
  writer_.Key("thinkingBudget");
  if (fits == tokens) return writer_.Value(*carried);
  writer_.Cover(node);
  writer_.Int(fits);
  context_.accounting.Report(node, kValueDegraded, "moved to the nearest budget of the model");
}

}  // namespace aiproxy::gemini_generate
