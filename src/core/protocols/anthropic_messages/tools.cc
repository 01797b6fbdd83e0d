// Tools and the choice among them.
#include <string>

#include "core/json/field_names.h"
#include "core/model/claude_version.h"
#include "core/model/schema/schema.h"
#include "core/model/words.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy::anthropic_messages {

namespace {

using Kind = ToolDefinition::Kind;
using Mode = ToolChoice::Mode;

/// What a tool says that is so by default anyway.
void UseIfDefault(const Member& member, Taker& take) {
  constexpr FieldNames kFields("defer_loading", "eager_input_streaming", "allowed_callers");
  const Value& value = member.value;
  switch (kFields.Find(member.key)) {
    case kFields("defer_loading"):
    case kFields("eager_input_streaming"):
      if (value.kind() == JsonKind::kFalse) take.Use(value);
      break;
    case kFields("allowed_callers"):
      if (!value.is_array() || value.empty_container()) break;
      if (Value only = *value.items().begin();
          only.is_string() && only.Is("direct") &&
          value.document().node(only.id()).next == value.document().node(value.id()).next) {
        take.Use(value);
      }
      break;
    default:
      break;
  }
}

void DecodeFunction(const Value& object, CodecContext& context, ToolDefinition& tool) {
  constexpr FieldNames kFields("type", "name", "description", "input_schema", "strict",
                               "cache_control");
  Taker take(context);
  for (Member m : object.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("type"):
        take.Take(m, tool.type, tool.extras);
        if (!m.value.is_string()) break;
        take.Use(m.value);
        tool.style |= kTypeCustom;
        break;
      case kFields("name"):
        take.Take(m, tool.name, tool.extras);
        break;
      case kFields("description"):
        take.Take(m, tool.description, tool.extras);
        break;
      case kFields("input_schema"):
        take.TakeRaw(m, tool.parameters, tool.extras);
        break;
      case kFields("strict"):
        take.Take(m, tool.strict, tool.extras);
        break;
      case kFields("cache_control"):
        TakeCacheControl(m, take, tool.cache, tool.extras);
        break;
      default:
        take.Keep(m, tool.extras);
        UseIfDefault(m, take);
    }
  }
}

void DecodeWebSearch(const Value& object, CodecContext& context, ToolDefinition& tool) {
  tool.kind = Kind::kWebSearch;
  tool.value = Raw::Of(object);
  Taker take(context);
  for (Member m : object.members()) {
    if (m.key.Is("type")) {
      take.Use(m.value);
    } else if (m.key.Is("name") && m.value.is_string()) {
      tool.name = Text::Of(m.value);
      if (m.value.Is("web_search")) take.Use(m.value);
    } else if (m.key.Is("user_location") && m.value.is_object()) {
      tool.user_location = WithoutType(m.value, context);
    } else {
      UseIfDefault(m, take);
    }
  }
}

void WriteWireTool(const ToolDefinition& tool, Writer& writer) {
  if (tool.kind == Kind::kOpaque || tool.kind == Kind::kWebSearch) return writer.Value(tool.value);
  writer.BeginObject();
  if ((tool.style & kTypeCustom) != 0) {
    writer.Key("type");
    writer.Literal("\"custom\"");
  }
  writer.Member("name", tool.name);
  writer.Member("description", tool.description);
  writer.Member("input_schema", tool.parameters);
  writer.Member("strict", tool.strict);
  writer.Member("cache_control", tool.cache.wire);
  WriteExtras(tool.extras, writer);
  writer.EndObject();
}

void WriteNoParameters(const ToolDefinition& tool, Writer& writer) {
  if (tool.strict.Is(true))
    writer.Literal("{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}");
  else
    writer.Literal("{\"type\":\"object\",\"properties\":{}}");
}

void WriteFunction(const ToolDefinition& tool, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  writer.Member("name", AcceptedName(tool.name, context));
  writer.Member("description", tool.description);
  writer.Key("input_schema");
  if (tool.kind == Kind::kCustom) {
    writer.Literal(
        "{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},"
        "\"required\":[\"input\"]}");
    context.accounting.Report(FirstNode(tool.node, tool.name.node), kPartDegraded,
                              "a custom tool is carried as a function with one string 'input'");
  } else if (!tool.parameters.is_object()) {
    WriteNoParameters(tool, writer);
  } else if (tool.strict.Is(true)) {
    WriteClosedSchema(tool.parameters, tool.dialect, tool.node, context, writer);
  } else {
    WriteStandardSchema(tool.parameters, tool.dialect, tool.node, context, writer);
  }
  writer.Member("strict", tool.strict);
  WriteCacheMark(tool.cache, writer);
  writer.EndObject();
}

void WriteWebSearch(const ToolDefinition& tool, CodecContext& context, Writer& writer) {
  if (tool.node != kNoNode) context.accounting.Open(tool.node);
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"web_search_20250305\"");
  writer.Key("name");
  writer.Literal("\"web_search\"");
  if (tool.user_location.is_object()) {
    // The members of the inner object, with the type that this protocol wants before them.
    std::string json = "{\"type\":\"approximate\"";
    std::string_view inner = tool.user_location.json.substr(1);
    if (inner.find('"') != inner.npos) json += ',';
    json += inner;
    writer.Key("user_location");
    writer.Value(Raw{context.arena.Copy(json), tool.user_location.node});
  }
  WriteCacheMark(tool.cache, writer);
  writer.EndObject();
}

void WriteTool(const ToolDefinition& tool, CodecContext& context, Writer& writer) {
  switch (tool.kind) {
    case Kind::kFunction:
    case Kind::kCustom:
      return WriteFunction(tool, context, writer);
    case Kind::kWebSearch:
      if (tool.value.present() && tool.type.present() && IsAnthropicToolType(tool.type.bytes)) {
        return writer.Value(tool.value);
      }
      return WriteWebSearch(tool, context, writer);
    case Kind::kOpaque:
      return writer.Value(tool.value);
  }
}

/// The word of a choice; "" for one that this protocol does not have.
std::string_view Word(Mode mode) {
  switch (mode) {
    case Mode::kAuto:
      return "auto";
    case Mode::kNone:
      return "none";
    case Mode::kRequired:
      return "any";
    case Mode::kNamed:
      return "tool";
    case Mode::kUnset:
    case Mode::kOpaque:
      return "";
  }
  return "";
}

void WriteChoice(const ChatRequest& request, CodecContext& context, Writer& writer) {
  const ToolChoice& choice = request.tool_choice;
  Mode mode = choice.mode;
  writer.Cover(request.parallel_tool_calls.node);
  bool one_at_a_time = request.parallel_tool_calls.Is(false) && mode != Mode::kNone;
  if (mode == Mode::kOpaque) {
    DropAt(context, choice.node, kValueDropped, "this choice of tools has no place in {target}");
    mode = Mode::kUnset;
  }
  bool forced = mode == Mode::kRequired || mode == Mode::kNamed;
  if (forced && !ParseClaudeVersion(context.options.model).accepts_forced_tool()) {
    context.accounting.Report(choice.node, kValueDegraded, "the model takes no forced tool");
    writer.Cover(choice.name.node);
    mode = Mode::kAuto;
  }
  if (mode == Mode::kUnset && one_at_a_time) mode = Mode::kAuto;
  if (mode == Mode::kUnset) return;
  writer.Cover(FirstNode(choice.mode_node, choice.node));
  writer.Key("tool_choice");
  writer.BeginObject();
  writer.Key("type");
  writer.String(Text{Word(mode), kNoNode, Text::Spelling::kClean});
  if (mode == Mode::kNamed) writer.Member("name", AcceptedName(choice.name, context));
  if (one_at_a_time) {
    writer.Key("disable_parallel_tool_use");
    writer.Bool(true);
  }
  writer.EndObject();
}

/// Without tools there is nothing to choose from.
void LeaveOutChoice(const ChatRequest& request, CodecContext& context) {
  const ToolChoice& choice = request.tool_choice;
  if (request.parallel_tool_calls.node != kNoNode) {
    context.accounting.Use(request.parallel_tool_calls.node);
  }
  if (choice.node == kNoNode) return;
  if (request.tools.empty()) {
    context.accounting.Use(choice.node);
  } else {
    context.accounting.Drop(choice.node, kValueDropped, "there is no tool left to choose from");
  }
}

}  // namespace

Status DecodeTools(const Value& tools, CodecContext& context, ChatRequest& request) {
  request.tools_node = tools.id();
  UseIfEmpty(tools, context);
  for (Value item : tools.items()) {
    if (!item.is_object()) return Unexpected(item, "an object");
    request.tools.push_back(context.arena, ToolDefinition{});
    ToolDefinition& tool = request.tools.back();
    tool.node = item.id();
    Value type = item.Find("type");
    bool typed = type.valid() && type.is_string();
    if (!typed || type.Is("custom")) {
      DecodeFunction(item, context, tool);
      continue;
    }
    tool.type = Text::Of(type);
    if (tool.type.bytes.starts_with("web_search_")) {
      DecodeWebSearch(item, context, tool);
    } else {
      tool.kind = Kind::kOpaque;
      tool.protocol = kId;
      tool.value = Raw::Of(item);
    }
  }
  return Ok();
}

void DecodeToolChoice(const Member& member, Taker& take, ChatRequest& request) {
  constexpr FieldNames kFields("type", "name", "disable_parallel_tool_use");
  constexpr FieldNames kModes("auto", "any", "tool", "none");
  if (!member.value.is_object()) return take.Wrong(member, Expected::kObject, request.extras);
  ToolChoice choice;
  choice.node = member.value.id();
  choice.value = Raw::Of(member.value);
  request.parallel_tool_calls = {};
  Value type = member.value.Find("type");
  int mode = type.valid() && type.is_string() ? kModes.Find(type) : decltype(kModes)::kUnknown;
  switch (mode) {
    case kModes("auto"):
      choice.mode = Mode::kAuto;
      break;
    case kModes("any"):
      choice.mode = Mode::kRequired;
      break;
    case kModes("tool"):
      choice.mode = Mode::kNamed;
      break;
    case kModes("none"):
      choice.mode = Mode::kNone;
      break;
    default:
      choice.mode = Mode::kOpaque;
      request.tool_choice = choice;
      return;
  }
  choice.mode_node = type.id();
  for (Member m : member.value.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("type"):
        break;
      case kFields("name"):
        if (choice.mode == Mode::kNamed)
          take.Take(m, choice.name, choice.extras);
        else
          take.Keep(m, choice.extras);
        break;
      case kFields("disable_parallel_tool_use"):
        if (m.value.is_bool())
          request.parallel_tool_calls = {!m.value.is_true(), m.value.id()};
        else
          take.Wrong(m, Expected::kBoolean, choice.extras);
        break;
      default:
        take.Keep(m, choice.extras);
    }
  }
  request.tool_choice = choice;
}

void WriteWireTools(const ChatRequest& request, Writer& writer) {
  if (request.tools_node == kNoNode && request.tools.empty()) return;
  writer.Cover(request.tools.empty() ? request.tools_node : kNoNode);
  writer.Key("tools");
  writer.BeginArray();
  for (const ToolDefinition& tool : request.tools) WriteWireTool(tool, writer);
  writer.EndArray();
}

void WriteWireToolChoice(const ChatRequest& request, Writer& writer) {
  const ToolChoice& choice = request.tool_choice;
  if (choice.mode == Mode::kUnset) return;
  writer.Key("tool_choice");
  if (choice.mode == Mode::kOpaque) return writer.Value(choice.value);
  writer.Cover(choice.mode_node);
  writer.BeginObject();
  writer.Key("type");
  writer.String(Text{Word(choice.mode), kNoNode, Text::Spelling::kClean});
  writer.Member("name", choice.name);
  if (request.parallel_tool_calls.present()) {
    writer.Cover(request.parallel_tool_calls.node);
    writer.Key("disable_parallel_tool_use");
    writer.Bool(!request.parallel_tool_calls.value);
  }
  WriteExtras(choice.extras, writer);
  writer.EndObject();
}

Text AcceptedName(const Text& name, CodecContext& context) {
  constexpr std::size_t kMaxName = 128;
  if (!name.present()) return name;
  std::string_view decoded = name.Decode(context.arena);
  std::string_view accepted = ValidName(decoded, kMaxName, context.arena);
  if (accepted == decoded) return name;
  context.accounting.Report(name.node, kValueDegraded,
                            "{target} takes names of at most 128 letters, digits, '_' and '-'; "
                            "'{}' is changed",
                            name.bytes);
  return Text::Plain(accepted, name.node);
}

Text AcceptedId(const Text& id, CodecContext& context) {
  constexpr std::size_t kMaxId = 64;  // of those that are made here
  std::string_view decoded = id.Decode(context.arena);
  if (IsNameLike(decoded)) return id;
  context.accounting.Report(id.node, kValueDegraded,
                            "{target} takes ids of letters, digits, '_' and '-'; '{}' is changed",
                            id.bytes);
  return Text::Plain(ValidName(decoded, kMaxId, context.arena), id.node);
}

bool IsWritableTool(const ToolDefinition& tool) {
  if (tool.kind != Kind::kOpaque) return true;
  return tool.value.present() && (tool.protocol == kId || IsAnthropicToolType(tool.type.bytes));
}

void WriteTools(const ChatRequest& request, CodecContext& context, Writer& writer) {
  bool any = false;
  for (const ToolDefinition& tool : request.tools) {
    if (!IsWritableTool(tool)) {
      DropAt(context, tool.node, kPartDropped, "a tool of type '{}' has no place in {target}",
             tool.type.bytes);
      continue;
    }
    if (!any) {
      writer.Key("tools");
      writer.BeginArray();
      any = true;
    }
    WriteTool(tool, context, writer);
  }
  if (any) writer.EndArray();
  if (request.tools.empty()) writer.Cover(request.tools_node);
  if (any)
    WriteChoice(request, context, writer);
  else
    LeaveOutChoice(request, context);
}

}  // namespace aiproxy::anthropic_messages
