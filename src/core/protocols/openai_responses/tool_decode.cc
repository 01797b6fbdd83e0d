// Reading tools, the choice among them, and the format of the answer.
#include <string>

#include "core/json/field_names.h"
#include "core/json/join.h"
#include "core/model/openai_parameters.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

constexpr FieldNames kFields("type", "name", "description", "parameters", "strict", "format",
                             "allowed_callers", "defer_loading", "cache_control");

enum class ToolType { kFunction, kCustom, kNamespace, kWebSearch, kOther };

ToolType TypeOf(const Value& tool) {
  Value type = tool.is_object() ? tool.Find("type") : Value();
  if (!IsString(type)) return ToolType::kOther;
  if (type.Is("function")) return ToolType::kFunction;
  if (type.Is("custom")) return ToolType::kCustom;
  if (type.Is("namespace")) return ToolType::kNamespace;
  bool search = type.body().starts_with("web_search") && !type.escaped();
  return search ? ToolType::kWebSearch : ToolType::kOther;
}

ToolDefinition OpaqueTool(const Value& value) {
  ToolDefinition tool;
  tool.kind = ToolDefinition::Kind::kOpaque;
  tool.protocol = kId;
  tool.value = Raw::Of(value);
  tool.node = value.id();
  if (!value.is_object()) return tool;
  if (Value type = value.Find("type"); IsString(type)) tool.type = Text::Of(type);
  if (Value name = value.Find("name"); IsString(name)) tool.name = Text::Of(name);
  return tool;
}

/// {"type":"text"}, the default, or {"type":"grammar","syntax","definition"}.
void TakeFormat(const Member& member, CodecContext& context, CustomFormat& format) {
  format = {};
  format.value = Raw::Of(member.value);
  if (Value type = member.value.Find("type"); IsString(type)) {
    format.kind = Text::Of(type);
    if (type.Is("text")) context.accounting.Use(type.id());
  }
  if (Value syntax = member.value.Find("syntax"); IsString(syntax)) {
    format.syntax = Text::Of(syntax);
  }
  if (Value definition = member.value.Find("definition"); IsString(definition)) {
    format.definition = Text::Of(definition);
  }
}

bool IsDirectOnly(const Value& callers) {
  if (!callers.is_array()) return false;
  for (Value caller : callers.items()) {
    if (!caller.is_string() || !caller.Is("direct")) return false;
  }
  return true;
}

class FunctionDecoder {
 public:
  FunctionDecoder(CodecContext& context, ToolDefinition& tool)
      : context_(context), take_(context), tool_(tool) {}

  /// `object` holds the members: the tool itself, or Chat's object inside of it.
  void Run(const Value& object) {
    for (Member member : object.members()) TakeMember(member);
  }

 private:
  bool custom() const { return tool_.kind == ToolDefinition::Kind::kCustom; }

  void TakeMember(const Member& member) {
    const Value& value = member.value;
    Extras& extras = tool_.extras;
    switch (kFields.Find(member.key)) {
      case kFields("type"):
        take_.Use(value);
        break;
      case kFields("name"):
        take_.Take(member, tool_.name, extras);
        break;
      case kFields("description"):
        take_.Take(member, tool_.description, extras);
        break;
      case kFields("parameters"):
        if (custom())
          take_.Keep(member, extras);
        else
          take_.TakeObject(member, tool_.parameters, extras);
        break;
      case kFields("strict"):
        if (custom())
          take_.Keep(member, extras);
        else
          take_.Take(member, tool_.strict, extras);
        break;
      case kFields("format"):
        if (custom() && value.is_object())
          TakeFormat(member, context_, tool_.format);
        else
          take_.Keep(member, extras);
        break;
      case kFields("allowed_callers"):
        KeepUsed(take_, member, extras, IsDirectOnly(value));
        break;
      case kFields("defer_loading"):
        KeepUsed(take_, member, extras, value.kind() == JsonKind::kFalse);
        break;
      case kFields("cache_control"):
        if (value.is_object() && !tool_.cache.present())
          tool_.cache = openai::CacheMarkOf(member);
        else
          take_.Keep(member, extras);
        break;
      default:
        take_.Keep(member, extras);
    }
  }

  CodecContext& context_;
  Taker take_;
  ToolDefinition& tool_;
};

ToolDefinition DecodeFunction(const Value& value, bool custom, CodecContext& context) {
  ToolDefinition tool;
  tool.kind = custom ? ToolDefinition::Kind::kCustom : ToolDefinition::Kind::kFunction;
  tool.node = value.id();
  Value type = value.Find("type");
  tool.type = Text::Of(type);
  Value inner = value.Find(custom ? "custom" : "function");
  bool nested = IsObject(inner) && !value.Find("name").valid();
  if (nested) {  // Chat's shape, which some clients send
    context.accounting.Use(type.id());
    tool.style |= kWholeValue;
    tool.value = Raw::Of(value);
    UseIfEmpty(inner, context);
  }
  FunctionDecoder(context, tool).Run(nested ? inner : value);
  return tool;
}

void DecodeNamespace(const Value& value, std::uint8_t style, CodecContext& context,
                     List<ToolDefinition>& tools) {
  Value space = value.Find("name");
  Value list = value.Find("tools");
  bool usable = IsString(space) && IsArray(list) && !list.empty_container();
  if (usable) {
    for (Value tool : list.items()) {
      ToolType type = TypeOf(tool);
      usable = usable && (type == ToolType::kFunction || type == ToolType::kCustom) &&
               IsString(tool.Find("name"));
    }
  }
  if (!usable) {
    ToolDefinition tool = OpaqueTool(value);
    tool.style |= style;
    return tools.push_back(context.arena, tool);
  }
  context.accounting.Use(value.Find("type").id());
  context.accounting.Use(space.id());
  std::string_view target = context.accounting.target();
  if (target != kId && target != "neutral") {
    context.accounting.Report(value.id(), kPartDegraded,
                              "{target} has no namespaces; the names of its tools begin with it");
  }
  bool first = true;
  for (Value item : list.items()) {
    ToolDefinition tool = DecodeFunction(item, TypeOf(item) == ToolType::kCustom, context);
    tool.name = JoinName(Text::Of(space), tool.name, context.arena);
    tool.style = style | kWholeValue | kInNamespace | (first ? 0 : kNoValue);
    tool.value = first ? Raw::Of(value) : Raw();
    first = false;
    tools.push_back(context.arena, tool);
  }
}

ToolDefinition DecodeWebSearch(const Value& value, CodecContext& context) {
  Taker take(context);
  ToolDefinition tool;
  tool.kind = ToolDefinition::Kind::kWebSearch;
  tool.node = value.id();
  tool.value = Raw::Of(value);
  tool.type = Text::Of(value.Find("type"));
  take.Use(value.Find("type"));
  for (Member member : value.members()) {
    if (member.key.Is("user_location") && member.value.is_object()) {
      tool.user_location = WithoutType(member.value, context);
    } else if (member.key.Is("search_context_size")) {
      tool.vendor_extras.vendor = Issuer::kOpenAi;
      KeepUsed(take, member, tool.vendor_extras.members,
               member.value.is_string() && member.value.Is("medium"));
    }
  }
  return tool;
}

bool IsNamed(const Value& object) { return IsObject(object) && IsString(object.Find("name")); }

AllowedTool DecodeAllowedTool(const Value& item) {
  AllowedTool tool;
  tool.value = Raw::Of(item);
  if (!IsNamed(item)) return tool;
  Value type = item.Find("type");
  if (!IsString(type) || !(type.Is("function") || type.Is("custom"))) return tool;
  tool.is_custom = type.Is("custom");
  tool.name = Text::Of(item.Find("name"));
  return tool;
}

void DecodeChoiceObject(const Value& value, CodecContext& context, ToolChoice& choice) {
  using Mode = ToolChoice::Mode;
  Value type = value.Find("type");
  if (!IsString(type)) return;
  bool custom = type.Is("custom");
  if (custom || type.Is("function")) {
    Value inner = value.Find(custom ? "custom" : "function");
    Value named = IsNamed(value) ? value : inner;
    if (!IsNamed(named)) return;
    choice.mode = Mode::kNamed;
    choice.is_custom = custom;
    choice.name = Text::Of(named.Find("name"));
    choice.mode_node = type.id();
    return context.accounting.Use(type.id());
  }
  Value mode = value.Find("mode");
  Value list = value.Find("tools");
  if (!type.Is("allowed_tools") || !IsString(mode) || !IsArray(list)) return;
  if (!mode.Is("auto") && !mode.Is("required")) return;
  choice.mode = mode.Is("auto") ? Mode::kAuto : Mode::kRequired;
  choice.mode_node = mode.id();
  choice.allowed_node = list.id();
  context.accounting.Use(type.id());
  for (Value item : list.items()) {
    choice.allowed.push_back(context.arena, DecodeAllowedTool(item));
  }
}

}  // namespace

Text JoinName(const Text& space, const Text& name, Arena& arena) {
  std::string_view between = space.bytes.ends_with("__") ? "" : "__";
  bool escaped =
      space.spelling == Text::Spelling::kEscaped || name.spelling == Text::Spelling::kEscaped;
  return {Joined({space.bytes, between, name.bytes}, arena), name.node,
          escaped ? Text::Spelling::kEscaped : Text::Spelling::kClean};
}

void DecodeTool(const Value& value, std::uint8_t style, CodecContext& context,
                List<ToolDefinition>& tools) {
  ToolType type = TypeOf(value);
  if (type == ToolType::kNamespace) return DecodeNamespace(value, style, context, tools);
  bool custom = type == ToolType::kCustom;
  ToolDefinition tool;
  if (custom || type == ToolType::kFunction)
    tool = DecodeFunction(value, custom, context);
  else if (type == ToolType::kWebSearch)
    tool = DecodeWebSearch(value, context);
  else
    tool = OpaqueTool(value);
  tool.style |= style;
  tools.push_back(context.arena, tool);
}

void DecodeToolChoice(const Value& value, CodecContext& context, ToolChoice& choice) {
  using Mode = ToolChoice::Mode;
  choice.mode = Mode::kOpaque;
  choice.node = value.id();
  choice.value = Raw::Of(value);
  if (value.is_object()) return DecodeChoiceObject(value, context, choice);
  if (value.Is("auto"))
    choice.mode = Mode::kAuto;
  else if (value.Is("none"))
    choice.mode = Mode::kNone;
  else if (value.Is("required"))
    choice.mode = Mode::kRequired;
}

void DecodeFormat(const Value& object, CodecContext& context, ResponseFormat& format) {
  format = {};
  Taker take(context);
  format.kind = ResponseFormat::Kind::kOpaque;
  format.value = Raw::Of(object);
  format.node = object.id();
  Value type = object.Find("type");
  if (!IsString(type)) return;
  format.kind_node = type.id();
  if (type.Is("text")) {
    format.kind = ResponseFormat::Kind::kText;
    take.Use(type);
  } else if (type.Is("json_object")) {
    format.kind = ResponseFormat::Kind::kJsonObject;
  } else if (type.Is("json_schema")) {
    format.kind = ResponseFormat::Kind::kJsonSchema;
    take.Use(type);
  } else {
    return;
  }
  for (Member member : object.members()) {
    if (!member.key.Is("type")) openai::TakeSchemaMember(member, take, format);
  }
}

}  // namespace aiproxy::openai_responses
