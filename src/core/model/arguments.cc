#include "core/model/arguments.h"

namespace aiproxy {

namespace {

/// Parses text into context.scratch; false when it is not a JSON object. `whole` becomes false
/// when a lone surrogate was replaced.
bool ParseObject(const Text& text, CodecContext& context, bool& whole) {
  std::string& buffer = context.buffer;
  buffer.clear();
  if (text.spelling == Text::Spelling::kEscaped)
    whole = DecodeString(text.bytes, buffer);
  else
    buffer.append(text.bytes);
  std::size_t size = buffer.size();
  buffer.append(Document::kPadding, '\0');
  JsonLimits limits{context.limits.max_depth, context.limits.max_body_bytes};
  if (!context.scratch.Parse(std::string_view(buffer).substr(0, size), limits)) return false;
  return Value(context.scratch, 0).is_object();
}

}  // namespace

void WriteArgumentsAsString(const Arguments& arguments, CodecContext& context, Writer& writer) {
  if (arguments.text.present()) {
    if (arguments.text.empty()) {
      writer.Cover(arguments.text.node);
      return writer.Literal("\"{}\"");
    }
    return writer.String(arguments.text);
  }
  if (!arguments.json.present()) return writer.Literal("\"{}\"");
  if (arguments.json.node != kNoNode) {
    Value object(context.document(), arguments.json.node);
    if (object.is_object() && !object.empty_container()) {
      Member first = *object.members().begin();
      bool only = context.document().node(first.value.id()).next ==
                  context.document().node(object.id()).next;
      if (only && first.key.Is(kRawArguments) && first.value.is_string()) {
        writer.Cover(object.id());
        return writer.String(Text::Of(first.value));
      }
    }
  }
  writer.BeginString();
  writer.AppendJson(arguments.json);
  writer.EndString();
}

void WriteArgumentsAsObject(const Arguments& arguments, CodecContext& context, Writer& writer) {
  if (arguments.json.is_object()) return writer.Value(arguments.json);
  if (arguments.json.present()) {  // another kind of JSON: told as text
    writer.BeginObject();
    writer.Key("_raw_arguments");
    writer.BeginString();
    writer.AppendJson(arguments.json);
    writer.EndString();
    writer.EndObject();
    context.accounting.Report(arguments.json.node, kArgumentsWrapped,
                              "the arguments are not a JSON object; carried as '_raw_arguments'");
    return;
  }
  if (!arguments.text.present() || arguments.text.empty()) {
    writer.Cover(arguments.text.node);
    return writer.Literal("{}");
  }
  bool whole = true;
  if (ParseObject(arguments.text, context, whole)) {
    writer.Cover(arguments.text.node);
    if (!whole) {
      context.accounting.Report(arguments.text.node, kLoneSurrogate,
                                "a lone surrogate in the arguments became U+FFFD");
    }
    writer.Spliced(context.scratch.text());
    return;
  }
  writer.BeginObject();
  writer.Key("_raw_arguments");
  writer.String(arguments.text);
  writer.EndObject();
  context.accounting.Report(arguments.text.node, kArgumentsWrapped,
                            "the arguments are not a JSON object; carried as '_raw_arguments'");
}

}  // namespace aiproxy
