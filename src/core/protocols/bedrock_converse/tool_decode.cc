// Tools and the choice among them, from the wire and exactly as they came.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html
#include "core/json/field_names.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

using Kind = ToolDefinition::Kind;
using Mode = ToolChoice::Mode;

/// {"json":{...}}: the schema.
void TakeSchema(const Member& member, Taker& take, ToolDefinition& tool) {
  if (!member.value.is_object()) return take.Wrong(member, Expected::kObject, tool.extras);
  for (Member m : member.value.members()) {
    if (m.key.Is("json"))
      take.TakeRaw(m, tool.parameters, tool.inner_extras);
    else
      take.Keep(m, tool.inner_extras);
  }
  if (tool.parameters.present() || !tool.inner_extras.empty()) return;
  UseIfEmpty(member.value, take.context());
  take.Keep(member, tool.extras);
}

void DecodeToolSpec(const Value& spec, CodecContext& context, ToolDefinition& tool) {
  constexpr FieldNames kFields("name", "description", "inputSchema", "strict");
  Taker take(context);
  for (Member m : spec.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("name"):
        take.Take(m, tool.name, tool.extras);
        break;
      case kFields("description"):
        take.Take(m, tool.description, tool.extras);
        break;
      case kFields("inputSchema"):
        TakeSchema(m, take, tool);
        break;
      case kFields("strict"):
        take.Take(m, tool.strict, tool.extras);
        break;
      default:
        take.Keep(m, tool.extras);
    }
  }
}

/// A tool of the list, or a cache point, which marks the tool before it.
void DecodeTool(const Value& item, CodecContext& context, ChatRequest& request) {
  Member only{};
  if (IsSingle(item)) only = *item.members().begin();
  bool is_object = only.value.valid() && only.value.is_object();
  if (is_object && only.key.Is("cachePoint") && !request.tools.empty() &&
      request.tools.back().kind == Kind::kFunction && !request.tools.back().cache.present()) {
    request.tools.back().cache = DecodeCachePoint(only.value, context);
    return;
  }
  request.tools.push_back(context.arena, ToolDefinition{});
  ToolDefinition& tool = request.tools.back();
  tool.node = item.id();
  if (is_object && only.key.Is("toolSpec")) {
    DecodeToolSpec(only.value, context, tool);
    return;
  }
  UseIfEmpty(item, context);
  tool.kind = Kind::kOpaque;
  tool.protocol = kId;
  tool.value = Raw::Of(item);
  if (!item.empty_container()) tool.type = Text::Of((*item.members().begin()).key);
  tool.type.node = kNoNode;
}

/// One of {"auto":{}}, {"any":{}}, {"tool":{"name"}}.
void DecodeChoice(const Member& member, Taker& take, ChatRequest& request) {
  constexpr FieldNames kModes("auto", "any", "tool");
  if (!member.value.is_object()) return take.Wrong(member, Expected::kObject, request.tool_extras);
  ToolChoice choice;
  choice.node = member.value.id();
  choice.value = Raw::Of(member.value);
  choice.mode = Mode::kOpaque;
  if (IsSingle(member.value)) {
    Member only = *member.value.members().begin();
    choice.mode_node = only.value.id();
    Value name = only.value.Find("name");
    int mode = only.value.is_object() ? kModes.Find(only.key) : decltype(kModes)::kUnknown;
    if (mode == kModes("auto")) {
      choice.mode = Mode::kAuto;
    } else if (mode == kModes("any")) {
      choice.mode = Mode::kRequired;
    } else if (mode == kModes("tool") && IsString(name)) {
      choice.mode = Mode::kNamed;
      choice.name = Text::Of(name);
      choice.mode_node = name.id();
    }
  }
  request.tool_choice = choice;
}

void WriteToolSpec(const ToolDefinition& tool, Writer& writer) {
  writer.BeginObject();
  writer.Key("toolSpec");
  writer.BeginObject();
  writer.Member("name", tool.name);
  writer.Member("description", tool.description);
  if (tool.parameters.present() || !tool.inner_extras.empty()) {
    writer.Key("inputSchema");
    writer.BeginObject();
    writer.Member("json", tool.parameters);
    WriteExtras(tool.inner_extras, writer);
    writer.EndObject();
  }
  writer.Member("strict", tool.strict);
  WriteExtras(tool.extras, writer);
  writer.EndObject();
  writer.EndObject();
  if (!tool.cache.present()) return;
  writer.BeginObject();
  writer.Member("cachePoint", tool.cache.wire);
  writer.EndObject();
}

}  // namespace

Status DecodeToolConfig(const Member& member, CodecContext& context, ChatRequest& request) {
  Taker take(context);
  Value tools = member.value.Find("tools");
  if (!IsArray(tools)) {
    if (!member.value.is_object()) {
      take.Wrong(member, Expected::kObject, request.extras);
    } else {
      UseIfEmpty(member.value, context);
      take.Keep(member, request.extras);
    }
    return Ok();
  }
  request.tools_node = tools.id();
  UseIfEmpty(tools, context);
  for (Value item : tools.items()) {
    if (!item.is_object()) return Expect(context, item, "an object");
    DecodeTool(item, context, request);
  }
  for (Member m : member.value.members()) {
    if (m.key.Is("tools")) continue;
    if (m.key.Is("toolChoice"))
      DecodeChoice(m, take, request);
    else
      take.Keep(m, request.tool_extras);
  }
  return Ok();
}

void WriteWireToolConfig(const ChatRequest& request, Writer& writer) {
  if (request.tools_node == kNoNode && request.tools.empty()) return;
  writer.Cover(request.tools.empty() ? request.tools_node : kNoNode);
  writer.Key("toolConfig");
  writer.BeginObject();
  writer.Key("tools");
  writer.BeginArray();
  for (const ToolDefinition& tool : request.tools) {
    if (tool.kind == Kind::kOpaque)
      writer.Value(tool.value);
    else
      WriteToolSpec(tool, writer);
  }
  writer.EndArray();
  if (request.tool_choice.mode != Mode::kUnset) {
    writer.Member("toolChoice", request.tool_choice.value);
  }
  WriteExtras(request.tool_extras, writer);
  writer.EndObject();
}

}  // namespace aiproxy::bedrock_converse
