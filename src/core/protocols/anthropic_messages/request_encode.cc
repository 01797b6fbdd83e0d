// Requests, to the wire.
#include <algorithm>
#include <array>

#include "core/model/claude_thinking.h"
#include "core/model/counting.h"
#include "core/model/repeats.h"
#include "core/model/words.h"
#include "core/protocols/anthropic_messages/foreign_messages.h"
#include "core/protocols/anthropic_messages/parameters.h"
#include "core/protocols/anthropic_messages/platform.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy::anthropic_messages {

namespace {

// From this protocol: exactly as it came. Nothing is merged, moved, trimmed or left out.

void WriteWireSystem(const Message& message, CodecContext& context, Writer& writer) {
  writer.Key("system");
  const TextPart* only =
      message.parts.size() == 1 ? std::get_if<TextPart>(&message.parts[0].variant()) : nullptr;
  if ((message.style & kContentString) != 0 && only != nullptr) return writer.Value(only->text);
  writer.BeginArray();
  for (const Part& part : message.parts) WriteWireBlock(part, context, writer);
  writer.EndArray();
}

void WriteWireMessages(const ChatRequest& request, CodecContext& context, Writer& writer) {
  writer.Key("messages");
  writer.BeginArray();
  for (const Message& message : request.messages) {
    if ((message.style & kTopLevelSystem) != 0) continue;
    writer.BeginObject();
    writer.Key("role");
    writer.Cover(message.role.node);
    switch (message.role.value) {
      case Role::kAssistant:
        writer.Literal("\"assistant\"");
        break;
      case Role::kSystem:
      case Role::kDeveloper:
        writer.Literal("\"system\"");
        break;
      case Role::kUser:
      case Role::kTool:
      case Role::kFunction:
        writer.Literal("\"user\"");
        break;
    }
    WriteWireContent(message.parts, message.style, context, writer);
    WriteExtras(message.extras, writer);
    writer.EndObject();
  }
  writer.EndArray();
}

void WriteWireOutput(const ChatRequest& request, Writer& writer) {
  const Sourced<Effort>& effort = request.reasoning.effort;
  bool old_format = (request.style & kOldOutputFormat) != 0;
  bool format = request.response_format.kind != ResponseFormat::Kind::kUnset;
  if (format && old_format) writer.Member("output_format", request.response_format.value);
  if (!effort.present() && !(format && !old_format) && request.output_extras.empty()) return;
  writer.Key("output_config");
  writer.BeginObject();
  if (effort.present()) {
    writer.Key("effort");
    writer.Cover(effort.node);
    writer.String(Text{Word(effort.value), kNoNode, Text::Spelling::kClean});
  }
  if (format && !old_format) writer.Member("format", request.response_format.value);
  WriteExtras(request.output_extras, writer);
  writer.EndObject();
}

void WriteWireSampling(const Sampling& sampling, Writer& writer) {
  writer.Member("temperature", sampling.temperature);
  writer.Member("top_p", sampling.top_p);
  writer.Member("top_k", sampling.top_k);
  if (sampling.stop_node == kNoNode && sampling.stop.empty()) return;
  writer.Key("stop_sequences");
  writer.BeginArray();
  for (const Text& stop : sampling.stop) writer.String(stop);
  writer.EndArray();
}

void WriteWireRest(const ChatRequest& request, Writer& writer) {
  if (request.user_id.present() || !request.metadata_extras.empty()) {
    writer.Key("metadata");
    writer.BeginObject();
    writer.Member("user_id", request.user_id);
    WriteExtras(request.metadata_extras, writer);
    writer.EndObject();
  }
  if (request.service_tier.present()) {
    writer.Key("service_tier");
    writer.Cover(request.service_tier.node);
    if (request.service_tier.Is(ServiceTier::kAuto))
      writer.Literal("\"auto\"");
    else
      writer.Literal("\"standard_only\"");
  }
}

void WriteWireExtras(const ChatRequest& request, CodecContext& context, Writer& writer) {
  if (!IsMoved(request, context)) {
    // What the list says stands in the neutral form twice.
    bool has_list =
        std::any_of(request.extras.begin(), request.extras.end(), [](const ExtraMember& extra) {
          return extra.name.Is("betas") || extra.name.Is("anthropic_beta");
        });
    for (const Text& beta : request.betas) {
      if (has_list) writer.Cover(beta.node);
    }
    return WriteExtras(request.extras, writer);
  }
  WritePlatformMembers(request, context, writer);
  for (const ExtraMember& extra : request.extras) {
    if (IsOfPlatform(extra.name)) continue;
    writer.Key(extra.name);
    writer.Value(extra.value);
  }
}

void EncodeWire(const ChatRequest& request, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  WriteModel(request, context, writer);
  writer.Member("max_tokens", request.sampling.max_output_tokens);
  for (const Message& message : request.messages) {
    if ((message.style & kTopLevelSystem) != 0) WriteWireSystem(message, context, writer);
  }
  WriteWireMessages(request, context, writer);
  WriteWireTools(request, writer);
  WriteWireToolChoice(request, writer);
  WriteWireSampling(request.sampling, writer);
  WriteStream(request, context, writer);
  if (request.reasoning.mode.present()) {
    writer.Key("thinking");
    WriteClaudeThinking(request.reasoning, writer);
  }
  WriteWireOutput(request, writer);
  WriteWireRest(request, writer);
  WriteWireExtras(request, context, writer);
  writer.EndObject();
}

void EncodeForeign(const ChatRequest& wanted, bool is_counted, CodecContext& context,
                   Writer& writer) {
  ChatRequest request = wanted;
  request.tools = DistinctTools(wanted.tools, context);
  request.messages = DistinctCalls(wanted.messages, context);
  Parameters parameters(request, !is_counted, context);
  ForeignMessages messages(request, parameters.version(), context, writer);
  writer.BeginObject();
  WriteModel(request, context, writer);
  if (!is_counted) parameters.WriteMaxTokens(writer);
  messages.WriteSystem();
  messages.WriteMessages();
  if (request.messages.empty()) writer.Cover(request.messages_node);
  WriteTools(request, context, writer);
  parameters.WriteSampling(writer);
  WriteStream(request, context, writer);
  writer.Cover(request.stream_usage.node);  // usage always comes
  parameters.WriteReasoning(writer);
  parameters.WriteRest(writer);
  WritePlatformMembers(request, context, writer);
  writer.EndObject();
}

}  // namespace

Status EncodeRequest(const ChatRequest& request, CodecContext& context, Writer& writer) {
  if (request.protocol == kId)
    EncodeWire(request, context, writer);
  else
    EncodeForeign(request, false, context, writer);
  return Ok();
}

Status EncodeCountedRequest(const ChatRequest& request, CodecContext& context, Writer& writer) {
  constexpr std::array<std::string_view, 11> kOnlyToAnswer{
      "max_tokens", "temperature",  "top_p",     "top_k",         "stop_sequences", "stream",
      "metadata",   "service_tier", "container", "inference_geo", "diagnostics"};
  ChatRequest counted = CountedPart(request, context);
  if (request.protocol == kId) {
    counted.extras = Without(request.extras, kOnlyToAnswer, context);
    EncodeWire(counted, context, writer);
  } else {
    EncodeForeign(counted, true, context, writer);
  }
  return Ok();
}

}  // namespace aiproxy::anthropic_messages
