#include "core/model/arguments.h"

namespace aiproxy {

namespace {

/// Parses what is in context.buffer into context.scratch; false when it is not a JSON object.
bool ParseBuffer(CodecContext& context) {
  std::string& buffer = context.buffer;
  std::size_t size = buffer.size();
  buffer.append(Document::kPadding, '\0');
  if (!context.scratch.Parse(std::string_view(buffer).substr(0, size), context.limits.Body()))
    return false;
  return Value(context.scratch, 0).is_object();
}

/// Parses text into context.scratch; false when it is not a JSON object. `whole` becomes false
/// when a lone surrogate was replaced.
bool ParseObject(const Text& text, CodecContext& context, bool& whole) {
  context.buffer.clear();
  if (text.spelling == Text::Spelling::kEscaped)
    whole = DecodeString(text.bytes, context.buffer);
  else
    context.buffer.append(text.bytes);
  return ParseBuffer(context);
}

/// Whether it is worth a closer look: the wrapper has the name close to its start.
bool MayBeWrapped(std::string_view json) {
  constexpr std::size_t kSearched = 64;
  return json.substr(0, kSearched).find(kRawArguments) != json.npos;
}

/// The text in {"_raw_arguments": "..."}; absent when the object is another one.
Text Unwrapped(const Value& object) {
  if (!object.is_object() || object.empty_container()) return {};
  Value::Members members = object.members();
  Value::MemberIterator member = members.begin();
  Member first = *member;
  if (!first.key.Is(kRawArguments) || !first.value.is_string()) return {};
  if (++member != members.end()) return {};  // it has others
  return Text::Of(first.value);
}

/// The same of arguments in any form. What was parsed for it stands in scratch memory.
Text Unwrapped(const Arguments& arguments, CodecContext& context) {
  const Text& text = arguments.text;
  const Raw& json = arguments.json;
  if (!MayBeWrapped(text.present() ? text.bytes : json.json)) return {};
  if (!text.present() && json.node != kNoNode)
    return Unwrapped(Value(context.document(), json.node));
  bool whole = true;
  bool parsed = false;
  if (text.present()) {
    parsed = ParseObject(text, context, whole);
  } else {
    context.buffer.assign(json.json);
    parsed = ParseBuffer(context);
  }
  if (!parsed || !whole) return {};
  Text inner = Unwrapped(Value(context.scratch, 0));
  inner.node = kNoNode;
  return inner;
}

}  // namespace

void WriteArgumentsAsString(const Arguments& arguments, CodecContext& context, Writer& writer) {
  NodeId node = arguments.text.present() ? arguments.text.node : arguments.json.node;
  bool none = arguments.text.present() ? arguments.text.empty() : !arguments.json.present();
  if (none) {
    writer.Cover(node);
    return writer.Literal("\"{}\"");
  }
  if (Text inner = Unwrapped(arguments, context); inner.present()) {
    writer.Cover(node);
    return writer.String(inner);
  }
  if (arguments.text.present()) return writer.String(arguments.text);
  writer.BeginString();
  writer.AppendJson(arguments.json);
  writer.EndString();
}

bool WriteTextAsObject(const Text& text, CodecContext& context, Writer& writer) {
  bool whole = true;
  if (!ParseObject(text, context, whole)) return false;
  writer.Cover(text.node);
  if (!whole) {
    context.accounting.Report(text.node, kLoneSurrogate,
                              "a lone surrogate in the arguments became U+FFFD");
  }
  writer.Spliced(context.scratch.text());
  return true;
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
  if (WriteTextAsObject(arguments.text, context, writer)) return;
  writer.BeginObject();
  writer.Key("_raw_arguments");
  writer.String(arguments.text);
  writer.EndObject();
  context.accounting.Report(arguments.text.node, kArgumentsWrapped,
                            "the arguments are not a JSON object; carried as '_raw_arguments'");
}

void WriteInputAsObject(const ToolCallPart& call, CodecContext& context, Writer& writer) {
  if (!call.is_custom) return WriteArgumentsAsObject(call.arguments, context, writer);
  writer.BeginObject();
  writer.Key("input");
  writer.String(call.arguments.text);
  writer.EndObject();
  context.accounting.Report(FirstNode(call.node, call.name.node), kPartDegraded,
                            "the input of a custom tool is carried as the member 'input'");
}

}  // namespace aiproxy
