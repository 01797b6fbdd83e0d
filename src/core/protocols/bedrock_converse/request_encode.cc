// Requests, to the wire: exactly as they came when they came from this protocol.
#include <array>

#include "core/model/claude_thinking.h"
#include "core/model/counting.h"
#include "core/model/words.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

/// A prompt that AWS keeps brings the messages itself.
bool HasPrompt(const ChatRequest& request) {
  for (const ExtraMember& extra : request.extras) {
    if (extra.name.Is("promptVariables")) return true;
  }
  return request.model.bytes.find(":prompt/") != std::string_view::npos;
}

void WriteWireMessages(const ChatRequest& request, CodecContext& context, Writer& writer) {
  if (request.messages_node == kNoNode && HasPrompt(request)) return;
  writer.Key("messages");
  writer.BeginArray();
  for (const Message& message : request.messages) {
    if ((message.style & kTopLevelSystem) != 0) continue;
    writer.BeginObject();
    writer.Key("role");
    writer.Cover(message.role.node);
    if (message.role.value == Role::kAssistant)
      writer.Literal("\"assistant\"");
    else if (message.role.value == Role::kSystem)
      writer.Literal("\"system\"");
    else
      writer.Literal("\"user\"");
    writer.Key("content");
    writer.BeginArray();
    WriteWireBlocks(message.parts, context, writer);
    writer.EndArray();
    WriteExtras(message.extras, writer);
    writer.EndObject();
  }
  writer.EndArray();
}

void WriteWireInference(const Sampling& sampling, Writer& writer) {
  bool has_stop = sampling.stop_node != kNoNode || !sampling.stop.empty();
  bool any = sampling.max_output_tokens.present() || sampling.temperature.present() ||
             sampling.top_p.present() || has_stop || !sampling.extras.empty();
  if (!any) return;
  writer.Key("inferenceConfig");
  writer.BeginObject();
  writer.Member("maxTokens", sampling.max_output_tokens);
  writer.Member("temperature", sampling.temperature);
  writer.Member("topP", sampling.top_p);
  if (has_stop) {
    writer.Key("stopSequences");
    writer.BeginArray();
    for (const Text& stop : sampling.stop) writer.String(stop);
    writer.EndArray();
    if (sampling.stop.empty()) writer.Cover(sampling.stop_node);
  }
  WriteExtras(sampling.extras, writer);
  writer.EndObject();
}

void WriteEffort(const Sourced<Effort>& effort, Writer& writer) {
  writer.Cover(effort.node);
  writer.String(Text{Word(effort.value), kNoNode, Text::Spelling::kClean});
}

void WriteWireFields(const ChatRequest& request, Writer& writer) {
  const Reasoning& reasoning = request.reasoning;
  bool has_effort = reasoning.effort.present() && (request.style & kEffortInFields) != 0;
  if (!reasoning.mode.present() && !request.sampling.top_k.present() && !has_effort &&
      request.model_extras.empty())
    return;
  writer.Key("additionalModelRequestFields");
  writer.BeginObject();
  if (reasoning.mode.present()) {
    writer.Key("thinking");
    WriteClaudeThinking(reasoning, writer);
  }
  writer.Member("top_k", request.sampling.top_k);
  if (has_effort) {
    writer.Key("reasoning_effort");
    WriteEffort(reasoning.effort, writer);
  }
  for (const Text& beta : request.betas) writer.Cover(beta.node);  // in the extras
  WriteExtras(request.model_extras, writer);
  writer.EndObject();
}

void WriteWireOutput(const ChatRequest& request, Writer& writer) {
  const Sourced<Effort>& effort = request.reasoning.effort;
  bool has_effort = effort.present() && (request.style & kEffortInFields) == 0;
  bool has_format = request.response_format.kind != ResponseFormat::Kind::kUnset;
  if (!has_effort && !has_format && request.output_extras.empty()) return;
  writer.Key("outputConfig");
  writer.BeginObject();
  if (has_format) writer.Member("textFormat", request.response_format.value);
  if (has_effort) {
    writer.Key("effort");
    WriteEffort(effort, writer);
  }
  WriteExtras(request.output_extras, writer);
  writer.EndObject();
}

void EncodeWire(const ChatRequest& request, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  if ((request.style & kModelInBody) != 0) writer.Member("modelId", request.model);
  WriteWireMessages(request, context, writer);
  for (const Message& message : request.messages) {
    if ((message.style & kTopLevelSystem) == 0) continue;
    writer.Key("system");
    writer.BeginArray();
    WriteWireBlocks(message.parts, context, writer);
    writer.EndArray();
  }
  WriteWireInference(request.sampling, writer);
  WriteWireToolConfig(request, writer);
  WriteWireFields(request, writer);
  WriteWireOutput(request, writer);
  WriteServiceTier(request.service_tier, context, writer);
  writer.Member("requestMetadata", request.metadata);
  WriteExtras(request.extras, writer);
  writer.EndObject();
}

}  // namespace

Status EncodeRequest(const ChatRequest& request, CodecContext& context, Writer& writer) {
  if (request.protocol == kId)
    EncodeWire(request, context, writer);
  else
    EncodeForeignRequest(request, false, context, writer);
  return Ok();
}

void EncodeCounted(const ChatRequest& request, CodecContext& context, Writer& writer) {
  constexpr std::array<std::string_view, 9> kOnlyToAnswer{"additionalModelResponseFieldPaths",
                                                          "guardrailConfig",
                                                          "inferenceConfig",
                                                          "modelId",
                                                          "outputConfig",
                                                          "performanceConfig",
                                                          "promptVariables",
                                                          "requestMetadata",
                                                          "serviceTier"};
  ChatRequest counted = CountedPart(request, context);
  counted.response_format = {};
  if (request.protocol != kId) return EncodeForeignRequest(counted, true, context, writer);
  counted.style &= ~static_cast<std::uint32_t>(kModelInBody);
  writer.Cover(request.model.node);
  counted.sampling.top_k = request.sampling.top_k;
  if ((request.style & kEffortInFields) == 0) counted.reasoning.effort = {};
  counted.output_extras = {};
  counted.extras = Without(request.extras, kOnlyToAnswer, context);
  EncodeWire(counted, context, writer);
}

}  // namespace aiproxy::bedrock_converse
