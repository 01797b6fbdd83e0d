// Requests, to the wire.
#include "core/protocols/gemini_generate/foreign_contents.h"
#include "core/protocols/gemini_generate/parameters.h"

namespace aiproxy::gemini_generate {

namespace {

// From this protocol: exactly as it came.

void WriteWireRole(const Message& message, Writer& writer) {
  if ((message.style & kNoRole) != 0) return;
  writer.Key("role");
  writer.Cover(message.role.node);
  if ((message.style & kFunctionRole) != 0)
    writer.Literal("\"function\"");
  else if (message.role.value == Role::kAssistant)
    writer.Literal("\"model\"");
  else if (message.role.value == Role::kSystem)
    writer.Literal("\"system\"");
  else
    writer.Literal("\"user\"");
}

void WriteWireContent(const Message& message, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  if ((message.style & kSystemInstruction) == 0) WriteWireRole(message, writer);
  if ((message.style & kNoParts) == 0) {
    writer.Key("parts");
    WriteWireParts(message.parts, context, writer);
  }
  WriteExtras(message.extras, writer);
  writer.EndObject();
}

void WriteWireSystem(const ChatRequest& request, CodecContext& context, Writer& writer) {
  for (const Message& message : request.messages) {
    if ((message.style & kSystemInstruction) == 0) continue;
    SpelledKey("systemInstruction", (request.style & kSnakeSystem) != 0, writer);
    const TextPart* text =
        message.parts.empty() ? nullptr : std::get_if<TextPart>(&message.parts[0].variant());
    if ((message.style & kSystemString) != 0 && text != nullptr)
      writer.String(text->text);
    else
      WriteWireContent(message, context, writer);
  }
}

void WriteWireModel(const ChatRequest& request, Writer& writer) {
  if ((request.style & kModelInBody) == 0) return;
  writer.Key("model");
  writer.BeginString();
  if ((request.style & kModelPrefix) != 0) writer.AppendLiteral("models/");
  writer.AppendText(request.model);
  writer.EndString();
}

void EncodeWire(const ChatRequest& request, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  WriteWireModel(request, writer);
  WriteWireSystem(request, context, writer);
  writer.Key("contents");
  writer.BeginArray();
  for (const Message& message : request.messages) {
    if ((message.style & kSystemInstruction) == 0) WriteWireContent(message, context, writer);
  }
  writer.EndArray();
  WriteWireTools(request, writer);
  SpelledMember("toolConfig", (request.style & kSnakeToolConfig) != 0, request.tool_choice.value,
                writer);
  SpelledMember("generationConfig", (request.style & kSnakeConfig) != 0, request.sampling.wire,
                writer);
  if (request.service_tier.present()) {
    SpelledKey("serviceTier", (request.style & kSnakeTier) != 0, writer);
    writer.Cover(request.service_tier.node);
    writer.String(TierWord(request.service_tier.value));
  }
  WriteExtras(request.extras, writer);
  writer.EndObject();
}

void EncodeForeign(const ChatRequest& request, CodecContext& context, Writer& writer) {
  ForeignContents contents(request, context, writer);
  Parameters parameters(request, context, writer);
  writer.BeginObject();
  contents.WriteSystem();
  contents.WriteContents();
  if (request.messages.empty()) writer.Cover(request.messages_node);
  parameters.WriteTools();
  parameters.WriteConfig();
  writer.Cover(request.model.node);  // in the path, as is the wish to stream
  writer.Cover(request.stream.node);
  writer.Cover(request.stream_usage.node);  // usage always comes
  writer.EndObject();
}

}  // namespace

Status EncodeRequest(const ChatRequest& request, CodecContext& context, Writer& writer) {
  if (request.protocol == kId)
    EncodeWire(request, context, writer);
  else
    EncodeForeign(request, context, writer);
  return Ok();
}

}  // namespace aiproxy::gemini_generate
