// Requests from another protocol: parameters in combinations that the target model accepts.
#include <algorithm>
#include <optional>

#include "core/model/claude_betas.h"
#include "core/model/claude_plan.h"
#include "core/model/defaults.h"
#include "core/model/metadata.h"
#include "core/model/repeats.h"
#include "core/model/response_format.h"
#include "core/model/schema/schema.h"
#include "core/model/words.h"
#include "core/protocols/bedrock_converse/cache_budget.h"
#include "core/protocols/bedrock_converse/foreign_messages.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

/// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
constexpr MetadataLimits kMetadataLimits{16, 256, 256, ":_@$#=/+,-."};

using Mode = Reasoning::Mode;

Text Clean(std::string_view word) { return {word, kNoNode, Text::Spelling::kClean}; }

/// Begins an object member at its first content, and ends it if it was begun.
class LazyObject {
 public:
  explicit LazyObject(Writer& writer) : writer_(writer) {}
  template <std::size_t N>
  void Begin(const char (&name)[N]) {
    if (begun_) return;
    begun_ = true;
    writer_.Key(name);
    writer_.BeginObject();
  }
  void End() {
    if (begun_) writer_.EndObject();
  }

 private:
  Writer& writer_;
  bool begun_ = false;
};

/// Whether a forced choice of tool is written.
bool ForcesTool(const ChatRequest& request) {
  using Choice = ToolChoice::Mode;
  Choice mode = request.tool_choice.mode;
  if (mode != Choice::kRequired && mode != Choice::kNamed) return false;
  return std::any_of(request.tools.begin(), request.tools.end(), IsWritableTool);
}

class Parameters {
 public:
  Parameters(const ChatRequest& request, Family family, CodecContext& context, Writer& writer)
      : request_(request), family_(family), context_(context), writer_(writer) {
    if (IsClaudeLike(family)) {
      plan_.emplace(request, context, ClaudePlan::Wire{.forces_tool = ForcesTool(request)});
      sampling_ = plan_->PlanSampling();
    } else {
      PlanOthers();
    }
  }

  void WriteInference();
  void WriteFields();
  void WriteOutput();
  /// In the place of WriteOutput, where there is none.
  void DropEffort() const;
  void WriteTier();

 private:
  void PlanOthers();
  void WriteMaxTokens(LazyObject& object);
  void WriteStop(LazyObject& object);
  void WriteNovaReasoning(LazyObject& object);
  void WriteOssReasoning(LazyObject& object);
  void WriteBetas(LazyObject& object);
  void DropReasoning();
  void UseReasoning();
  std::optional<Effort> WantedEffort(bool can_be_off);
  void WriteSchemaText();
  void WriteFormat();

  const ChatRequest& request_;
  Family family_;
  CodecContext& context_;
  Writer& writer_;
  std::optional<ClaudePlan> plan_;
  ClaudePlan::Sampling sampling_;
};

void Parameters::PlanOthers() {
  const Sampling& sampling = request_.sampling;
  sampling_.temperature = sampling.temperature.present();
  sampling_.top_p = sampling.top_p.present();
  bool nova = family_ == Family::kNova || family_ == Family::kNova2;
  if (nova && sampling_.temperature && sampling.temperature.Real() > 1) {
    sampling_.temperature_is_one = true;
    context_.accounting.Report(sampling.temperature.node, kValueDegraded,
                               "the highest temperature in {target} is 1");
  }
  sampling_.top_k = sampling.top_k.present() && nova;
  if (sampling.top_k.present() && !nova) {
    DropAt(context_, sampling.top_k.node, kValueDropped, "the model takes no top_k in {target}");
  }
}

void Parameters::WriteMaxTokens(LazyObject& object) {
  if (!plan_) {
    if (!request_.sampling.max_output_tokens.present()) return;
    object.Begin("inferenceConfig");
    writer_.Member("maxTokens", request_.sampling.max_output_tokens);
  } else if (plan_->has_max_tokens()) {
    object.Begin("inferenceConfig");
    writer_.Key("maxTokens");
    plan_->WriteMaxTokens(writer_);
  }
}

void Parameters::WriteStop(LazyObject& object) {
  const Sampling& sampling = request_.sampling;
  std::size_t most = IsClaudeLike(family_) ? sampling.stop.size() : 4;
  std::size_t written = 0;
  for (const Text& stop : sampling.stop) {
    if (IsBlank(stop)) {
      DropAt(context_, stop.node, kValueDropped,
             "a stop sequence of white space alone is refused by {target}");
      continue;
    }
    if (written == most) {
      DropAt(context_, stop.node, kValueDropped, "the model takes at most 4 stop sequences");
      continue;
    }
    if (written++ == 0) {
      object.Begin("inferenceConfig");
      writer_.Key("stopSequences");
      writer_.BeginArray();
    }
    writer_.String(stop);
  }
  if (written != 0) writer_.EndArray();
  if (sampling.stop.empty()) writer_.Cover(sampling.stop_node);
}

void Parameters::WriteInference() {
  const Sampling& sampling = request_.sampling;
  LazyObject object(writer_);
  WriteMaxTokens(object);
  if (sampling_.temperature) {
    object.Begin("inferenceConfig");
    writer_.Key("temperature");
    writer_.Cover(sampling.temperature.node);
    if (sampling_.temperature_is_one)
      writer_.Int(1);
    else
      writer_.Value(sampling.temperature);
  }
  if (sampling_.top_p) {
    object.Begin("inferenceConfig");
    writer_.Member("topP", sampling.top_p);
  }
  WriteStop(object);
  object.End();
  UseDefaults(sampling, context_);
}

void Parameters::UseReasoning() {
  const Reasoning& reasoning = request_.reasoning;
  for (NodeId node : {reasoning.effort.node, reasoning.budget.node, reasoning.mode.node}) {
    if (node != kNoNode) context_.accounting.Use(node);
  }
}

/// The effort that is asked for, among low, medium and high, and none where the model has that.
std::optional<Effort> Parameters::WantedEffort(bool can_be_off) {
  const Reasoning& reasoning = request_.reasoning;
  if (!reasoning.present()) return std::nullopt;
  NodeId node =
      FirstNode(reasoning.effort.node, FirstNode(reasoning.budget.node, reasoning.mode.node));
  bool off = reasoning.mode.Is(Mode::kDisabled) || reasoning.effort.Is(Effort::kNone);
  Effort wanted = Effort::kHigh;
  if (off)
    wanted = Effort::kNone;
  else if (reasoning.effort.present())
    wanted = reasoning.effort.value;
  else if (reasoning.budget.present())
    wanted = EffortOfBudget(reasoning.budget.Int().value_or(0));
  Effort effort =
      off && can_be_off ? Effort::kNone : std::clamp(wanted, Effort::kLow, Effort::kHigh);
  UseReasoning();
  bool exact = effort == wanted && (off || reasoning.effort.present());
  if (!exact) {
    context_.accounting.Report(node, kValueDegraded, "carried as the effort '{}'", Word(effort));
  }
  return effort;
}

void Parameters::WriteOssReasoning(LazyObject& object) {
  std::optional<Effort> effort = WantedEffort(false);
  if (!effort) return;
  object.Begin("additionalModelRequestFields");
  writer_.Key("reasoning_effort");
  writer_.String(Clean(Word(*effort)));
}

/// https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html
void Parameters::WriteNovaReasoning(LazyObject& object) {
  std::optional<Effort> effort = WantedEffort(true);
  if (!effort) return;
  object.Begin("additionalModelRequestFields");
  writer_.Key("reasoningConfig");
  writer_.BeginObject();
  writer_.Key("type");
  if (*effort == Effort::kNone) {
    writer_.Literal("\"disabled\"");
  } else {
    writer_.Literal("\"enabled\"");
    writer_.Key("maxReasoningEffort");
    writer_.String(Clean(Word(*effort)));
  }
  writer_.EndObject();
}

void Parameters::DropReasoning() {
  const Reasoning& reasoning = request_.reasoning;
  if (!reasoning.present()) return;
  bool off = reasoning.mode.Is(Mode::kDisabled) || reasoning.effort.Is(Effort::kNone);
  if (!off) {
    NodeId node =
        FirstNode(reasoning.effort.node, FirstNode(reasoning.budget.node, reasoning.mode.node));
    DropAt(context_, node, kValueDropped, "the model takes no such parameter in {target}");
  }
  UseReasoning();
}

void Parameters::WriteBetas(LazyObject& object) {
  List<Text> betas = BetasFor(Platform::kBedrock, request_, context_);
  if (betas.empty()) return;
  object.Begin("additionalModelRequestFields");
  writer_.Key("anthropic_beta");
  writer_.BeginArray();
  for (const Text& beta : betas) writer_.String(beta);
  writer_.EndArray();
}

void Parameters::WriteFields() {
  LazyObject object(writer_);
  if (plan_ && plan_->thinking() != ClaudePlan::Thinking::kOmitted) {
    object.Begin("additionalModelRequestFields");
    writer_.Key("thinking");
    plan_->WriteThinking(writer_);
  }
  if (sampling_.top_k) {
    object.Begin("additionalModelRequestFields");
    if (plan_) {
      writer_.Member("top_k", request_.sampling.top_k);
    } else {
      writer_.Key("inferenceConfig");
      writer_.BeginObject();
      writer_.Member("topK", request_.sampling.top_k);
      writer_.EndObject();
    }
  }
  if (plan_) WriteBetas(object);
  if (family_ == Family::kGptOss)
    WriteOssReasoning(object);
  else if (family_ == Family::kNova2)
    WriteNovaReasoning(object);
  else if (!plan_)
    DropReasoning();
  object.End();
}

/// JSON text in a string.
void Parameters::WriteSchemaText() {
  const ResponseFormat& format = request_.response_format;
  Output closed;
  Writer writer(closed, &context_.document());
  WriteClosedSchema(format.schema, format.dialect, format.node, context_, writer);
  writer_.BeginString();
  writer_.AppendJson({context_.arena.Copy(closed.ToString()), kNoNode});
  writer_.EndString();
}

void Parameters::WriteFormat() {
  const ResponseFormat& format = request_.response_format;
  writer_.Key("textFormat");
  writer_.BeginObject();
  writer_.Key("type");
  writer_.Cover(format.kind_node);
  writer_.Literal("\"json_schema\"");
  writer_.Key("structure");
  writer_.BeginObject();
  writer_.Key("jsonSchema");
  writer_.BeginObject();
  writer_.Key("schema");
  WriteSchemaText();
  writer_.Member("name", format.name);
  writer_.Member("description", format.description);
  if (format.strict.Is(true)) writer_.Cover(format.strict.node);
  writer_.EndObject();
  writer_.EndObject();
  writer_.EndObject();
}

void Parameters::WriteOutput() {
  LazyObject object(writer_);
  if (PlanSchema(request_.response_format, context_)) {
    object.Begin("outputConfig");
    WriteFormat();
  }
  if (plan_ && plan_->effort().present()) {
    object.Begin("outputConfig");
    writer_.Key("effort");
    writer_.String(Clean(Word(plan_->effort().value)));
  }
  object.End();
}

void Parameters::DropEffort() const {
  if (!plan_ || !plan_->effort().present()) return;
  DropAt(context_, plan_->effort().node, kValueDropped, "the counting of {target} takes no effort");
}

void Parameters::WriteTier() {
  const Sourced<ServiceTier>& tier = request_.service_tier;
  if (tier.Is(ServiceTier::kAuto)) return writer_.Cover(tier.node);
  WriteServiceTier(tier, context_, writer_);
}

}  // namespace

void EncodeForeignRequest(const ChatRequest& wanted, bool is_counted, CodecContext& context,
                          Writer& writer) {
  ChatRequest request = wanted;
  request.tools = DistinctTools(wanted.tools, context);
  request.messages = DistinctCalls(wanted.messages, context);
  Family family = FamilyOf(context.options.model);
  Parameters parameters(request, family, context, writer);
  CacheBudget cache(family, context);
  writer.BeginObject();
  // In the order of the prompt, which is the order in which cache points count.
  WriteToolConfig(request, family, cache, context, writer);
  ForeignMessages messages(request, family, cache, context, writer);
  messages.WriteSystem();
  messages.WriteMessages();
  if (request.messages.empty()) writer.Cover(request.messages_node);
  parameters.WriteInference();
  parameters.WriteFields();
  if (is_counted)
    parameters.DropEffort();
  else
    parameters.WriteOutput();
  parameters.WriteTier();
  WriteMetadata(request.metadata, "requestMetadata", kMetadataLimits, context, writer);
  writer.Cover(request.model.node);         // in the path
  writer.Cover(request.stream.node);        // in the path
  writer.Cover(request.stream_usage.node);  // usage always comes
  writer.EndObject();
}

}  // namespace aiproxy::bedrock_converse
