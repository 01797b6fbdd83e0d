// Tools and the choice among them, from other protocols.
#include "core/model/repeats.h"
#include "core/model/schema/schema.h"
#include "core/protocols/gemini_generate/foreign_parts.h"
#include "core/protocols/gemini_generate/parameters.h"

namespace aiproxy::gemini_generate {

namespace {

using Kind = ToolDefinition::Kind;

bool IsFunction(const ToolDefinition& tool) {
  return tool.kind == Kind::kFunction || tool.kind == Kind::kCustom;
}

}  // namespace

void Parameters::BeginTools() {
  if (in_tools_) return;
  writer_.Key("tools");
  writer_.BeginArray();
  in_tools_ = true;
}

void Parameters::WriteTools() {
  if (request_.tools.empty()) writer_.Cover(request_.tools_node);
  WriteFunctions();
  for (const ToolDefinition& tool : request_.tools) {
    if (IsFunction(tool)) continue;
    if (tool.kind == Kind::kWebSearch) {
      WriteSearch(tool);
    } else if (tool.protocol == kId && tool.value.present() && tool.type.present()) {
      BeginTools();
      writer_.BeginObject();
      writer_.Key(tool.type);
      writer_.Value(tool.value);
      writer_.EndObject();
    } else {
      DropAt(context_, tool.node, kPartDropped, "a tool of type '{}' has no place in {target}",
             tool.type.bytes);
    }
  }
  if (in_tools_) writer_.EndArray();
  WriteChoice();
}

void Parameters::WriteFunctions() {
  for (const ToolDefinition& tool : DistinctTools(request_.tools, context_)) {
    if (!IsFunction(tool)) continue;
    BeginTools();
    if (functions_++ == 0) {
      writer_.BeginObject();
      writer_.Key("functionDeclarations");
      writer_.BeginArray();
    }
    WriteFunction(tool);
  }
  if (!has_functions()) return;
  writer_.EndArray();
  writer_.EndObject();
}

void Parameters::WriteFunction(const ToolDefinition& tool) {
  writer_.BeginObject();
  writer_.Member("name", AcceptedName(tool.name, true, context_));
  writer_.Member("description", tool.description);
  if (tool.kind == Kind::kCustom) {
    writer_.Key("parameters");
    writer_.Literal(
        "{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},"
        "\"required\":[\"input\"]}");
    context_.accounting.Report(FirstNode(tool.node, tool.name.node), kPartDegraded,
                               "a custom tool is carried as a function with one string 'input'");
  } else if (tool.parameters.is_object()) {
    WriteParameters(tool);
  }
  if (tool.strict.Is(false)) writer_.Cover(tool.strict.node);
  writer_.EndObject();
}

/// An object without properties is said by leaving it out, but not what its members look like.
void Parameters::LeaveOut(const Raw& schema) {
  writer_.Cover(schema.node);
  if (schema.node == kNoNode) return;
  Value members = Value(context_.document(), schema.node).Find("additionalProperties");
  if (!IsObject(members) || members.empty_container()) return;
  context_.accounting.Drop(members.id(), kFieldDropped,
                           "a function takes named parameters only in {target}");
}

void Parameters::WriteParameters(const ToolDefinition& tool) {
  if (IsEmptyObjectSchema(tool.parameters, context_)) return LeaveOut(tool.parameters);
  writer_.Key("parameters");
  if (tool.dialect == SchemaDialect::kGoogle) return writer_.Value(tool.parameters);
  GoogleSchemaOptions options;
  options.is_parameters = true;
  options.owner = tool.node;
  WriteGoogleSchema(tool.parameters, options, context_, writer_);
}

void Parameters::WriteSearch(const ToolDefinition& tool) {
  if (has_functions() && !model_.takes_search_with_functions()) {
    return DropAt(context_, tool.node, kValueDropped, "the model does not search beside functions");
  }
  BeginTools();
  writer_.BeginObject();
  writer_.Key("googleSearch");
  writer_.Literal("{}");
  writer_.EndObject();
  writer_.Cover(tool.name.node);
  writer_.Cover(tool.type.node);
}

void Parameters::WriteAllowed(const ToolChoice& choice) {
  writer_.Key("allowedFunctionNames");
  writer_.BeginArray();
  if (choice.mode == ToolChoice::Mode::kNamed) {
    writer_.String(AcceptedName(choice.name, true, context_));
  }
  for (const AllowedTool& tool : choice.allowed) {
    if (tool.name.present()) {
      writer_.String(AcceptedName(tool.name, true, context_));
    } else {
      DropAt(context_, tool.value.node, kPartDropped, "only functions can be allowed in {target}");
    }
    if (tool.value.node == kNoNode) continue;
    // Its type is said by standing in this list.
    Value type = Value(context_.document(), tool.value.node).Find("type");
    if (type.valid()) writer_.Cover(type.id());
  }
  writer_.EndArray();
}

void Parameters::WriteChoice() {
  using Mode = ToolChoice::Mode;
  const ToolChoice& choice = request_.tool_choice;
  const Sourced<bool>& parallel = request_.parallel_tool_calls;
  if (parallel.present()) {
    if (parallel.value || request_.tools.empty())
      writer_.Cover(parallel.node);
    else
      DropAt(context_, parallel.node, kValueDropped, "{target} cannot forbid parallel calls");
  }
  if (choice.mode == Mode::kUnset) return;
  if (choice.mode == Mode::kOpaque) {
    return DropAt(context_, choice.node, kValueDropped, "this choice has no place in {target}");
  }
  if (!has_functions()) {
    if (request_.tools.empty() || choice.mode == Mode::kAuto) return writer_.Cover(choice.node);
    return DropAt(context_, choice.node, kValueDropped, "there is no function to choose from");
  }
  writer_.Cover(FirstNode(choice.mode_node, choice.node));
  writer_.Key("toolConfig\":{\"functionCallingConfig");
  writer_.BeginObject();
  writer_.Key("mode");
  bool limited = choice.mode == Mode::kNamed || !choice.allowed.empty();
  if (choice.mode == Mode::kNone)
    writer_.Literal("\"NONE\"");
  else if (choice.mode != Mode::kAuto)
    writer_.Literal("\"ANY\"");
  else if (limited)
    writer_.Literal("\"VALIDATED\"");
  else
    writer_.Literal("\"AUTO\"");
  if (limited) WriteAllowed(choice);
  writer_.EndObject();
  writer_.output().Append('}');
}

}  // namespace aiproxy::gemini_generate
