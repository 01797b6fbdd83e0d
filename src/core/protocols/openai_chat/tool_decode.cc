// Requests, reading: tools and the choice among them.
#include "core/model/words.h"
#include "core/protocols/openai_chat/wire.h"

namespace aiproxy::openai_chat {

namespace {

constexpr FieldNames kFunctionFields("name", "description", "parameters", "strict", "format");

/// {"type":"text"}, the default, or {"type":"grammar","grammar":{"syntax","definition"}}.
/// https://platform.openai.com/docs/guides/function-calling#custom-tools
void TakeFormat(const Member& member, Taker& take, CustomFormat& format, Extras& extras) {
  if (!member.value.is_object()) return take.Wrong(member, Expected::kObject, extras);
  format = {};
  format.value = Raw::Of(member.value);
  if (Value type = member.value.Find("type"); IsString(type)) {
    format.kind = Text::Of(type);
    if (type.Is("text")) take.Use(type);
  }
  Value grammar = member.value.Find("grammar");
  if (!grammar.valid() || !grammar.is_object()) return;
  if (Value syntax = grammar.Find("syntax"); IsString(syntax)) format.syntax = Text::Of(syntax);
  if (Value definition = grammar.Find("definition"); IsString(definition)) {
    format.definition = Text::Of(definition);
  }
}

void DecodeFunction(const Value& object, Taker& take, ToolDefinition& tool) {
  UseIfEmpty(object, take.context());
  Extras& extras = tool.inner_extras;
  bool custom = tool.kind == ToolDefinition::Kind::kCustom;
  for (Member member : object.members()) {
    switch (kFunctionFields.Find(member.key)) {
      case kFunctionFields("name"):
        take.Take(member, tool.name, extras);
        break;
      case kFunctionFields("description"):
        take.Take(member, tool.description, extras);
        break;
      case kFunctionFields("parameters"):
        if (custom)
          take.Keep(member, extras);
        else
          take.TakeObject(member, tool.parameters, extras);
        break;
      case kFunctionFields("strict"):
        if (custom)
          take.Keep(member, extras);
        else
          take.Take(member, tool.strict, extras);
        break;
      case kFunctionFields("format"):
        if (custom)
          TakeFormat(member, take, tool.format, extras);
        else
          take.Keep(member, extras);
        break;
      default:
        take.Keep(member, extras);
    }
  }
}

/// A tool that is not a function: carried as it is, to whoever it belongs.
ToolDefinition OpaqueTool(const Value& value, const Value& type, CodecContext& context) {
  ToolDefinition tool;
  tool.kind = ToolDefinition::Kind::kOpaque;
  tool.protocol = kId;
  tool.value = Raw::Of(value);
  tool.node = value.id();
  if (!type.valid() || !type.is_string()) return tool;
  tool.type = Text::Of(type);
  if (IsAnthropicToolType(tool.type.Decode(context.arena))) tool.protocol = "anthropic-messages";
  Value name = value.Find("name");
  if (name.valid() && name.is_string()) tool.name = Text::Of(name);
  return tool;
}

bool IsNamedObject(const Value& value) {
  if (!value.valid() || !value.is_object()) return false;
  Value name = value.Find("name");
  return name.valid() && name.is_string();
}

/// {"type":"function","function":{"name"}}, {"type":"custom","custom":{"name"}}, or another tool.
AllowedTool DecodeAllowedTool(const Value& item) {
  AllowedTool tool;
  tool.value = Raw::Of(item);
  if (!item.is_object()) return tool;
  Value type = item.Find("type");
  if (!IsString(type)) return tool;
  tool.is_custom = type.Is("custom");
  if (!tool.is_custom && !type.Is("function")) return tool;
  Value named = item.Find(tool.is_custom ? "custom" : "function");
  if (IsNamedObject(named)) tool.name = Text::Of(named.Find("name"));
  return tool;
}

}  // namespace

void DecodeTool(const Value& value, CodecContext& context, List<ToolDefinition>& tools) {
  Taker take(context);
  Value type, function, custom;
  if (value.is_object()) {
    type = value.Find("type");
    function = value.Find("function");
    custom = value.Find("custom");
  }
  bool typed = type.valid() && type.is_string();
  bool is_function =
      function.valid() && function.is_object() && (!type.valid() || (typed && type.Is("function")));
  bool is_custom = custom.valid() && custom.is_object() && typed && type.Is("custom");
  if (!is_function && !is_custom) {
    tools.push_back(context.arena, OpaqueTool(value, type, context));
    return;
  }
  ToolDefinition tool;
  tool.kind = is_custom ? ToolDefinition::Kind::kCustom : ToolDefinition::Kind::kFunction;
  tool.node = value.id();
  if (typed) tool.type = Text::Of(type);
  if (typed)
    take.Use(type);
  else
    tool.style |= kNoType;
  for (Member member : value.members()) {
    if (member.value.id() == type.id() && typed) continue;
    if (member.value.id() == (is_custom ? custom.id() : function.id())) continue;
    if (member.key.Is("cache_control") && member.value.is_object()) {
      tool.cache = openai::CacheMarkOf(member);
      continue;
    }
    take.Keep(member, tool.extras);
  }
  DecodeFunction(is_custom ? custom : function, take, tool);
  tools.push_back(context.arena, tool);
}

void DecodeLegacyFunction(const Value& function, CodecContext& context,
                          List<ToolDefinition>& tools) {
  ToolDefinition tool;
  if (!function.is_object()) {
    tool = OpaqueTool(function, Value(), context);
  } else {
    Taker take(context);
    tool.node = function.id();
    DecodeFunction(function, take, tool);
  }
  tool.style |= kLegacy;
  tools.push_back(context.arena, tool);
}

void DecodeWebSearch(const Value& options, CodecContext& context, List<ToolDefinition>& tools) {
  Taker take(context);
  ToolDefinition tool;
  tool.kind = ToolDefinition::Kind::kWebSearch;
  tool.node = options.id();
  tool.value = Raw::Of(options);
  UseIfEmpty(options, context);
  for (Member member : options.members()) {
    if (!member.key.Is("search_context_size")) continue;
    tool.vendor_extras.vendor = Issuer::kOpenAi;
    KeepUsed(take, member, tool.vendor_extras.members,
             member.value.is_string() && member.value.Is("medium"));
  }
  Value location = options.Find("user_location");
  if (location.valid() && location.is_object()) {
    Value type = location.Find("type");
    Value approximate = location.Find("approximate");
    if (type.valid() && type.is_string() && type.Is("approximate") && approximate.valid() &&
        approximate.is_object()) {
      take.Use(type);
      tool.user_location = Raw::Of(approximate);
    }
  }
  tools.push_back(context.arena, tool);
}

void DecodeToolChoice(const Value& value, CodecContext& context, ToolChoice& choice) {
  using Mode = ToolChoice::Mode;
  Taker take(context);
  choice.mode = Mode::kOpaque;
  choice.node = value.id();
  choice.value = Raw::Of(value);
  if (value.is_string()) {
    if (value.Is("auto"))
      choice.mode = Mode::kAuto;
    else if (value.Is("none"))
      choice.mode = Mode::kNone;
    else if (value.Is("required"))
      choice.mode = Mode::kRequired;
    return;
  }
  Value type = value.Find("type");
  if (!type.valid() || !type.is_string()) return;
  Value function = value.Find("function");
  Value custom = value.Find("custom");
  Value allowed = value.Find("allowed_tools");
  Value named;
  if (type.Is("function") && IsNamedObject(function)) named = function;
  if (type.Is("custom") && IsNamedObject(custom)) named = custom;
  if (named.valid()) {
    choice.mode = Mode::kNamed;
    choice.is_custom = type.Is("custom");
    choice.name = Text::Of(named.Find("name"));
    choice.mode_node = type.id();
    take.Use(type);
  } else if (type.Is("allowed_tools") && allowed.valid() && allowed.is_object()) {
    Value mode = allowed.Find("mode");
    Value list = allowed.Find("tools");
    if (!mode.valid() || !mode.is_string() || !list.valid() || !list.is_array()) return;
    if (!mode.Is("auto") && !mode.Is("required")) return;
    choice.mode = mode.Is("auto") ? Mode::kAuto : Mode::kRequired;
    choice.mode_node = mode.id();
    choice.allowed_node = list.id();
    for (Value item : list.items()) {
      choice.allowed.push_back(context.arena, DecodeAllowedTool(item));
    }
    take.Use(type);
  }
}

bool DecodeLegacyToolChoice(const Value& value, CodecContext&, ToolChoice& choice) {
  using Mode = ToolChoice::Mode;
  Mode mode = Mode::kUnset;
  if (value.is_string() && value.Is("auto")) mode = Mode::kAuto;
  if (value.is_string() && value.Is("none")) mode = Mode::kNone;
  if (IsNamedObject(value)) mode = Mode::kNamed;
  if (mode == Mode::kUnset) return false;
  choice.mode = mode;
  choice.node = value.id();
  choice.value = Raw::Of(value);
  choice.style |= kLegacy;
  if (mode == Mode::kNamed) {
    choice.name = Text::Of(value.Find("name"));
    choice.mode_node = choice.name.node;
  }
  return true;
}

}  // namespace aiproxy::openai_chat
