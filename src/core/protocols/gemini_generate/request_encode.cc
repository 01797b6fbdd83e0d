// Requests, to the wire.
#include <string>

#include "core/model/counting.h"
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
    const bool is_bare = (message.style & kBareParts) != 0 && message.parts.size() == 1;
    WriteWireParts(message.parts, context, writer, is_bare);
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
  bool bare = (request.style & kBareContents) != 0;
  writer.Key("contents");
  if (!bare) writer.BeginArray();
  for (const Message& message : request.messages) {
    if ((message.style & kSystemInstruction) == 0) WriteWireContent(message, context, writer);
  }
  if (!bare) writer.EndArray();
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

/// The name of the model as a body wants it.
void WriteModelName(const ChatRequest& request, Writer& writer) {
  if (!request.model.present()) return;
  const std::string name = request.model.Decode();
  writer.Key("model");
  writer.BeginString();
  if (!IsResourceName(name) && !name.starts_with("models/")) writer.AppendLiteral("models/");
  writer.AppendText(request.model);
  writer.EndString();
}

/// `with_model`: in the body, where there is one.
void EncodeForeign(const ChatRequest& request, bool with_model, CodecContext& context,
                   Writer& writer) {
  ForeignContents contents(request, context, writer);
  Parameters parameters(request, context, writer);
  writer.BeginObject();
  if (with_model) WriteModelName(request, writer);
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

/// Whether there is nothing to be read but the turns of the conversation.
bool HasOnlyContents(const ChatRequest& request) {
  for (const Message& message : request.messages) {
    if (message.role.value == Role::kSystem || message.role.value == Role::kDeveloper) return false;
  }
  const Sampling& sampling = request.sampling;
  for (const Number* number :
       {&sampling.max_output_tokens, &sampling.temperature, &sampling.top_p, &sampling.top_k,
        &sampling.seed, &sampling.candidates, &sampling.presence_penalty,
        &sampling.frequency_penalty, &sampling.top_logprobs}) {
    if (number->present()) return false;
  }
  bool is_plain = sampling.stop.empty() && !sampling.logprobs.present() && !sampling.wire.present();
  bool has_tools = !request.tools.empty() || request.tool_choice.value.present() ||
                   request.tool_choice.mode != ToolChoice::Mode::kUnset;
  bool is_formed = request.response_format.kind != ResponseFormat::Kind::kUnset;
  bool has_more = request.reasoning.present() || request.service_tier.present() ||
                  (request.protocol == kId && !request.extras.empty());
  return is_plain && !has_tools && !is_formed && !has_more;
}

/// A request of chat says its model in the path; one that is counted as a whole, in the body.
void NameModel(bool in_body, ChatRequest& request, Writer& writer) {
  request.style &= ~static_cast<std::uint32_t>(kModelInBody | kModelPrefix);
  writer.Cover(request.model.node);
  if (!in_body || !request.model.present()) return;
  request.style |= kModelInBody;
  const std::string name = request.model.Decode();
  if (!IsResourceName(name) && !name.starts_with("models/")) request.style |= kModelPrefix;
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
  const bool own = request.protocol == kId;
  const bool was_counted = own && (request.style & kCounted) != 0;
  const bool is_whole =
      was_counted ? (request.style & kCountedWhole) != 0 : !HasOnlyContents(request);
  ChatRequest counted = WithoutStream(request, context);
  if (own && !was_counted) NameModel(is_whole, counted, writer);
  if (is_whole) {
    writer.BeginObject();
    SpelledKey("generateContentRequest", was_counted && (request.style & kSnakeCounted) != 0,
               writer);
  }
  if (own)
    EncodeWire(counted, context, writer);
  else
    EncodeForeign(counted, is_whole, context, writer);
  if (!is_whole) return Ok();
  if (own) WriteExtras(request.wrapper_extras, writer);
  writer.EndObject();
  return Ok();
}

}  // namespace aiproxy::gemini_generate
