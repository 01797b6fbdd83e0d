// Tools and the choice among them, from the wire.
#include <string>

#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy::gemini_generate {

namespace {

using Kind = ToolDefinition::Kind;

constexpr FieldNames kTools("functionDeclarations", "googleSearch", "googleSearchRetrieval",
                            "enterpriseWebSearch");

void DecodeFunction(const Value& object, CodecContext& context, ToolDefinition& tool) {
  constexpr FieldNames kFields("name", "description", "parameters", "parametersJsonSchema",
                               "behavior");
  tool.node = object.id();
  Taker take(context);
  UseIfEmpty(object, context);
  bool has_json_schema = FindSpelled(object, "parametersJsonSchema").valid();
  for (Member m : object.members()) {
    switch (FindSpelled(kFields, m.key)) {
      case kFields("name"):
        take.Take(m, tool.name, tool.extras);
        break;
      case kFields("description"):
        take.Take(m, tool.description, tool.extras);
        break;
      case kFields("parameters"):
        if (has_json_schema) {
          take.Keep(m, tool.extras);
          break;
        }
        tool.dialect = SchemaDialect::kGoogle;
        take.TakeRaw(m, tool.parameters, tool.extras);
        break;
      case kFields("parametersJsonSchema"):
        take.TakeRaw(m, tool.parameters, tool.extras);
        tool.style |= kJsonSchema;
        if (IsSnake(m.key)) tool.style |= kSnakeJsonSchema;
        break;
      case kFields("behavior"):
        KeepUsed(take, m, tool.extras,
                 IsUnset(m.value) || (m.value.is_string() && m.value.Is("BLOCKING")));
        break;
      default:
        take.Keep(m, tool.extras);
    }
  }
}

/// What is off anyway.
void UseIfFalse(const Value& flag, CodecContext& context) {
  if (flag.valid() && flag.kind() == JsonKind::kFalse) context.accounting.Use(flag.id());
}

/// Whether the member is a list of functions; anything else is kept whole.
bool HasFunctions(const Value& list) {
  if (!list.is_array() || list.empty_container()) return false;
  for (Value item : list.items()) {
    if (!item.is_object()) return false;
  }
  return true;
}

void DecodeMember(const Member& m, std::uint8_t style, CodecContext& context,
                  ChatRequest& request) {
  int kind = FindSpelled(kTools, m.key);
  ToolDefinition tool;
  tool.style = style;
  if (kind == kTools("functionDeclarations") && HasFunctions(m.value)) {
    if (IsSnake(m.key)) tool.style |= kSnakeDeclarations;
    for (Value item : m.value.items()) {
      request.tools.push_back(context.arena, tool);
      DecodeFunction(item, context, request.tools.back());
      tool.style = static_cast<std::uint8_t>(tool.style & ~kStartsTool);
    }
    return;
  }
  bool search = kind != kTools.kUnknown && kind != kTools("functionDeclarations");
  tool.kind = search && m.value.is_object() ? Kind::kWebSearch : Kind::kOpaque;
  tool.protocol = tool.kind == Kind::kOpaque ? kId : std::string_view();
  tool.type = Text::Of(m.key);
  tool.value = Raw::Of(m.value);
  tool.node = m.value.id();
  if (tool.kind == Kind::kWebSearch) UseIfEmpty(m.value, context);
  request.tools.push_back(context.arena, tool);
}

void TakeAllowed(const Value& names, CodecContext& context, ToolChoice& choice) {
  using Mode = ToolChoice::Mode;
  bool strings = names.is_array() && !names.empty_container();
  if (strings) {
    for (Value name : names.items()) strings &= name.is_string();
  }
  if (!strings) {
    if (names.is_array()) UseIfEmpty(names, context);
    return;
  }
  Value first = *names.items().begin();
  bool single = names.document().node(first.id()).next == names.document().node(names.id()).next;
  if (single && choice.mode == Mode::kRequired) {
    choice.mode = Mode::kNamed;
    choice.name = Text::Of(first);
    return;
  }
  choice.allowed_node = names.id();
  for (Value name : names.items()) {
    choice.allowed.push_back(context.arena, {Text::Of(name), false, {}});
  }
}

void DecodeTool(const Value& object, CodecContext& context, ChatRequest& request) {
  if (object.empty_container()) {
    ToolDefinition tool;
    tool.kind = Kind::kOpaque;
    tool.protocol = kId;
    tool.style = kStartsTool | kEmptyTool;
    tool.node = object.id();
    request.tools.push_back(context.arena, tool);
    return;
  }
  std::uint8_t style = kStartsTool;
  for (Member m : object.members()) {
    DecodeMember(m, style, context, request);
    style = 0;
  }
}

}  // namespace

Status DecodeTools(const Value& tools, CodecContext& context, ChatRequest& request) {
  request.tools_node = tools.id();
  if (tools.is_object()) {
    request.style |= kBareTools;
    DecodeTool(tools, context, request);
    return Ok();
  }
  UseIfEmpty(tools, context);
  for (Value item : tools.items()) {
    if (!item.is_object()) return Unexpected(item, "an object as the tool");
    DecodeTool(item, context, request);
  }
  return Ok();
}

// The object stays whole in ToolChoice::value; what is not found in it here is unmarked.
void DecodeToolConfig(const Value& config, CodecContext& context, ChatRequest& request) {
  using Mode = ToolChoice::Mode;
  constexpr FieldNames kModes("MODE_UNSPECIFIED", "AUTO", "NONE", "ANY", "VALIDATED");
  ToolChoice& choice = request.tool_choice;
  choice = {};
  choice.value = Raw::Of(config);
  UseIfEmpty(config, context);
  UseIfFalse(FindSpelled(config, "includeServerSideToolInvocations"), context);
  Value calling = FindSpelled(config, "functionCallingConfig");
  if (!IsObject(calling)) return;
  UseIfEmpty(calling, context);
  UseIfFalse(FindSpelled(calling, "streamFunctionCallArguments"), context);
  Value mode = calling.Find("mode");
  Value names = FindSpelled(calling, "allowedFunctionNames");
  if (!IsString(mode)) return;
  std::string word = mode.Decoded();
  for (char& c : word) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  choice.node = calling.id();
  choice.mode_node = mode.id();
  switch (kModes.Find(std::string_view(word))) {
    case kModes("AUTO"):
      choice.mode = Mode::kAuto;
      return;
    case kModes("NONE"):
      choice.mode = Mode::kNone;
      return;
    case kModes("ANY"):
      choice.mode = Mode::kRequired;
      break;
    case kModes("VALIDATED"):
      choice.mode = Mode::kAuto;
      choice.node = kNoNode;  // that calls fit the declarations is promised by no other API
      choice.mode_node = kNoNode;
      break;
    case kModes("MODE_UNSPECIFIED"):
      choice.node = kNoNode;
      context.accounting.Use(mode.id());
      return;
    default:
      choice.mode = Mode::kOpaque;
      return;
  }
  if (names.valid()) TakeAllowed(names, context, choice);
}

}  // namespace aiproxy::gemini_generate
