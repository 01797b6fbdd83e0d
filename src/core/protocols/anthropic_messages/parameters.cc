#include "core/protocols/anthropic_messages/parameters.h"

#include <algorithm>

#include "core/model/defaults.h"
#include "core/model/response_format.h"
#include "core/model/schema/schema.h"
#include "core/model/words.h"

namespace aiproxy::anthropic_messages {

namespace {

/// Whether a forced choice of tool is written.
bool ForcesTool(const ChatRequest& request) {
  using Choice = ToolChoice::Mode;
  Choice mode = request.tool_choice.mode;
  if (mode != Choice::kRequired && mode != Choice::kNamed) return false;
  return std::any_of(request.tools.begin(), request.tools.end(), IsWritableTool);
}

}  // namespace

Parameters::Parameters(const ChatRequest& request, bool demands_max_tokens, CodecContext& context)
    : request_(request),
      context_(context),
      plan_(request, context,
            {.forces_tool = ForcesTool(request), .demands_max_tokens = demands_max_tokens}) {}

void Parameters::WriteMaxTokens(Writer& writer) const {
  writer.Key("max_tokens");
  plan_.WriteMaxTokens(writer);
}

void Parameters::WriteSampling(Writer& writer) {
  const Sampling& sampling = request_.sampling;
  ClaudePlan::Sampling plan = plan_.PlanSampling();
  if (plan.temperature_is_one) {
    writer.Key("temperature");
    writer.Cover(sampling.temperature.node);
    writer.Int(1);
  } else if (plan.temperature) {
    writer.Member("temperature", sampling.temperature);
  }
  if (plan.top_p) writer.Member("top_p", sampling.top_p);
  if (plan.top_k) writer.Member("top_k", sampling.top_k);
  if (!sampling.stop.empty() || sampling.stop_node != kNoNode) WriteStop(writer);
  UseDefaults(sampling, context_);
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

void Parameters::WriteReasoning(Writer& writer) {
  if (plan_.thinking() != ClaudePlan::Thinking::kOmitted) {
    writer.Key("thinking");
    plan_.WriteThinking(writer);
  }
  bool format = PlanSchema(request_.response_format, context_);
  if (!plan_.effort().present() && !format) return;
  writer.Key("output_config");
  writer.BeginObject();
  if (plan_.effort().present()) {
    writer.Key("effort");
    writer.String(Text{Word(plan_.effort().value), kNoNode, Text::Spelling::kClean});
  }
  if (format) {
    writer.Key("format");
    writer.BeginObject();
    writer.Key("type");
    writer.Cover(request_.response_format.kind_node);
    writer.Literal("\"json_schema\"");
    const ResponseFormat& wanted = request_.response_format;
    writer.Key("schema");
    WriteClosedSchema(wanted.schema, wanted.dialect, wanted.node, context_, writer);
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
