// Writing a response's envelope: clients demand all of it, also what repeats an unknown request.
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

/// Members that always stand in their place.
constexpr FieldNames kPlaced("background", "instructions", "max_output_tokens",
                             "parallel_tool_calls", "previous_response_id", "reasoning", "store",
                             "temperature", "text", "tool_choice", "tools", "top_p", "truncation",
                             "user", "metadata", "object", "status", "error", "incomplete_details",
                             "output_text");

/// What stands for the unknown request, or what the wire said of a known one.
template <std::size_t N, std::size_t M>
void Constant(const EnvelopeParts& parts, Writer& writer, const char (&name)[N],
              const char (&json)[M]) {
  writer.Key(name);
  if (parts.extras != nullptr) {
    for (const ExtraMember& extra : *parts.extras) {
      if (extra.name.Is(std::string_view(name, N - 1))) return writer.Value(extra.value);
    }
  }
  writer.Literal(json);
}

}  // namespace

void WriteEnvelopeHead(const EnvelopeParts& parts, std::string_view status,
                       std::string_view incomplete, const ApiError* error, CodecContext& context,
                       Writer& writer) {
  writer.Key("id");
  writer.String(parts.id.present() ? parts.id : openai::Word("resp_0"));
  writer.Key("object");
  writer.Literal("\"response\"");
  writer.Key("created_at");
  if (parts.created.present())
    writer.Value(parts.created);
  else
    writer.Int(context.options.unix_time);
  writer.Key("status");
  writer.String(openai::Word(status));
  Constant(parts, writer, "background", "false");
  writer.Key("error");
  if (error != nullptr)
    WriteFailure(*error, writer);
  else
    writer.Null();
  writer.Key("incomplete_details");
  if (incomplete.empty()) {
    writer.Null();
  } else {
    writer.BeginObject();
    writer.Key("reason");
    writer.String(openai::Word(incomplete));
    writer.EndObject();
  }
  Constant(parts, writer, "instructions", "null");
  Constant(parts, writer, "max_output_tokens", "null");
  writer.Key("model");
  writer.String(parts.model);
  writer.Key("output");
}

void WriteEnvelopeTail(const EnvelopeParts& parts, CodecContext& context, Writer& writer) {
  Constant(parts, writer, "parallel_tool_calls", "true");
  Constant(parts, writer, "previous_response_id", "null");
  Constant(parts, writer, "reasoning", "{\"effort\":null,\"summary\":null}");
  openai::WriteServiceTier(parts.tier, context, writer);
  Constant(parts, writer, "store", "false");
  Constant(parts, writer, "temperature", "null");
  Constant(parts, writer, "text", "{\"format\":{\"type\":\"text\"}}");
  Constant(parts, writer, "tool_choice", "\"auto\"");
  Constant(parts, writer, "tools", "[]");
  Constant(parts, writer, "top_p", "null");
  Constant(parts, writer, "truncation", "\"disabled\"");
}

void WriteEnvelopeEnd(const EnvelopeParts& parts, Writer& writer) {
  Constant(parts, writer, "user", "null");
  Constant(parts, writer, "metadata", "{}");
  if (parts.extras == nullptr) return;
  for (const ExtraMember& extra : *parts.extras) {
    if (kPlaced.Find(extra.name.bytes) == kPlaced.kUnknown) {
      writer.Key(extra.name);
      writer.Value(extra.value);
    } else {
      writer.Cover(extra.value.node);
    }
  }
}

}  // namespace aiproxy::openai_responses
