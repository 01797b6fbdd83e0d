// Tools and the choice among them, from another protocol.
#include <algorithm>
#include <string>
#include <tuple>

#include "core/model/claude_version.h"
#include "core/model/schema/schema.h"
#include "core/model/words.h"
#include "core/protocols/bedrock_converse/cache_budget.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

using Kind = ToolDefinition::Kind;
using Mode = ToolChoice::Mode;

constexpr std::size_t kMaxName = 64;

void BeginToolSpec(const Text& name, Writer& writer) {
  writer.BeginObject();
  writer.Key("toolSpec");
  writer.BeginObject();
  writer.Key("name");
  writer.String(name);
}

void EndToolSpec(Writer& writer) {
  writer.EndObject();
  writer.EndObject();
}

bool HasMembers(const Raw& object) {
  return object.is_object() &&
         object.json.find_first_not_of(" \t\r\n", 1) != object.json.size() - 1;
}

void WriteSchema(const ToolDefinition& tool, CodecContext& context, Writer& writer) {
  writer.Key("inputSchema");
  writer.BeginObject();
  writer.Key("json");
  if (tool.kind == Kind::kCustom) {
    writer.Literal(
        "{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},"
        "\"required\":[\"input\"]}");
    context.accounting.Report(FirstNode(tool.node, tool.name.node), kPartDegraded,
                              "a custom tool is carried as a function with one string 'input'");
  } else if (!HasMembers(tool.parameters)) {  // anything at all: the API wants it to be an object
    writer.Cover(tool.parameters.node);
    if (tool.strict.Is(true))
      writer.Literal("{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}");
    else
      writer.Literal("{\"type\":\"object\",\"properties\":{}}");
  } else if (tool.strict.Is(true)) {
    WriteClosedSchema(tool.parameters, tool.dialect, tool.node, context, writer);
  } else {
    WriteStandardSchema(tool.parameters, tool.dialect, tool.node, context, writer);
  }
  writer.EndObject();
}

void WriteTool(const ToolDefinition& tool, CodecContext& context, Writer& writer) {
  BeginToolSpec(AcceptedName(tool.name, context), writer);
  if (tool.description.present() && !tool.description.empty())
    writer.Member("description", tool.description);
  else
    writer.Cover(tool.description.node);
  WriteSchema(tool, context, writer);
  writer.Member("strict", tool.strict);
  EndToolSpec(writer);
}

struct Called {
  std::string_view name;
  std::size_t order;
};

/// The names of all calls, or of all results; `first` is where the first of them stands.
template <class CallOrResult>
List<Called> NamesOf(const ChatRequest& request, CodecContext& context, NodeId& first) {
  List<Called> names;
  for (const Message& message : request.messages) {
    for (const Part& part : message.parts) {
      const auto* one = std::get_if<CallOrResult>(&part.variant());
      if (one == nullptr) continue;
      if (first == kNoNode) first = FirstNode(one->node, one->name.node);
      if (!one->name.present()) continue;
      names.push_back(context.arena, {one->name.Decode(context.arena), names.size()});
    }
  }
  return names;
}

/// The names of the calls in the conversation, each once, in the order of their first call; those
/// of results where there is no call.
void WriteOrphanTools(const ChatRequest& request, CodecContext& context, Writer& writer) {
  NodeId first = kNoNode;
  List<Called> calls = NamesOf<ToolCallPart>(request, context, first);
  if (calls.empty()) calls = NamesOf<ToolResultPart>(request, context, first);
  if (calls.empty()) calls.push_back(context.arena, {"tool", 0});
  auto by_name = [](const Called& a, const Called& b) {
    return std::tie(a.name, a.order) < std::tie(b.name, b.order);
  };
  auto same_name = [](const Called& a, const Called& b) { return a.name == b.name; };
  std::sort(calls.begin(), calls.end(), by_name);
  Called* end = std::unique(calls.begin(), calls.end(), same_name);
  std::sort(calls.begin(), end, [](const Called& a, const Called& b) { return a.order < b.order; });
  for (const Called* call = calls.begin(); call != end; ++call) {
    BeginToolSpec(Text::Plain(ValidToolName(call->name, context.arena)), writer);
    writer.Key("inputSchema");
    writer.Literal("{\"json\":{\"type\":\"object\",\"properties\":{}}}");
    EndToolSpec(writer);
  }
  context.accounting.Report(first, kValueInvented,
                            "{target} demands the tools of the calls; they are made up");
}

bool HasToolParts(const ChatRequest& request) {
  for (const Message& message : request.messages) {
    for (const Part& part : message.parts) {
      if (std::holds_alternative<ToolCallPart>(part.variant()) ||
          std::holds_alternative<ToolResultPart>(part.variant()))
        return true;
    }
  }
  return false;
}

/// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolChoice.html
bool TakesForcedTool(Family family, const CodecContext& context) {
  switch (family) {
    case Family::kUnknown:
    case Family::kClaude:
      return ParseClaudeVersion(context.options.model).accepts_forced_tool();
    case Family::kNova:
    case Family::kNova2:
    case Family::kMistral:
      return true;
    case Family::kGptOss:
    case Family::kOther:
      return false;
  }
  return false;
}

void WriteChoice(const ChatRequest& request, Family family, CodecContext& context, Writer& writer) {
  const ToolChoice& choice = request.tool_choice;
  Mode mode = choice.mode;
  if (mode == Mode::kUnset) return;
  if (mode == Mode::kOpaque) {
    return DropAt(context, choice.node, kValueDropped,
                  "this choice of tools has no place in {target}");
  }
  bool forced = mode == Mode::kRequired || mode == Mode::kNamed;
  if (forced && !TakesForcedTool(family, context)) {
    context.accounting.Report(choice.node, kValueDegraded, "the model takes no forced tool");
    writer.Cover(choice.name.node);
    mode = Mode::kAuto;
  }
  writer.Cover(FirstNode(choice.mode_node, choice.node));
  writer.Key("toolChoice");
  if (mode == Mode::kNamed) {
    writer.BeginObject();
    writer.Key("tool");
    writer.BeginObject();
    writer.Member("name", AcceptedName(choice.name, context));
    writer.EndObject();
    writer.EndObject();
  } else if (mode == Mode::kRequired) {
    writer.Literal("{\"any\":{}}");
  } else {
    writer.Literal("{\"auto\":{}}");
  }
}

/// There is no such choice; without tools none is called.
bool LeavesOutTools(const ChatRequest& request, bool in_use, CodecContext& context,
                    Writer& writer) {
  const ToolChoice& choice = request.tool_choice;
  if (choice.mode != Mode::kNone) return false;
  if (in_use) {
    DropAt(context, choice.node, kValueDropped,
           "{target} cannot forbid the tools that the conversation has used");
    return false;
  }
  writer.Cover(FirstNode(choice.mode_node, choice.node));
  context.accounting.Report(choice.node, kValueDegraded,
                            "{target} cannot forbid tools; they are left out");
  return true;  // the tools stay unmarked: they are reported
}

void LeaveOutChoice(const ChatRequest& request, CodecContext& context) {
  const ToolChoice& choice = request.tool_choice;
  if (choice.node == kNoNode) return;
  if (request.tools.empty() || choice.mode == Mode::kNone)
    context.accounting.Use(choice.node);
  else
    context.accounting.Drop(choice.node, kValueDropped, "there is no tool left to choose from");
}

void PlanParallel(const ChatRequest& request, bool any, CodecContext& context) {
  const Sourced<bool>& parallel = request.parallel_tool_calls;
  if (!parallel.present()) return;
  if (any && !parallel.value)
    DropAt(context, parallel.node, kValueDropped, "{target} cannot forbid parallel calls");
  else if (parallel.node != kNoNode)
    context.accounting.Use(parallel.node);
}

bool AnyWritable(const ChatRequest& request, CodecContext& context) {
  bool any = false;
  for (const ToolDefinition& tool : request.tools) {
    if (IsWritableTool(tool))
      any = true;
    else
      DropAt(context, tool.node, kPartDropped, "a tool of type '{}' has no place in {target}",
             tool.type.bytes);
  }
  return any;
}

}  // namespace

std::string_view ValidToolName(std::string_view name, Arena& arena) {
  char first = name.empty() ? '_' : name.front();
  bool starts_well = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  if (starts_well) return ValidName(name, kMaxName, arena);
  std::string prefixed = "t";
  prefixed += ValidName(name, kMaxName - 1, arena);
  return arena.Copy(prefixed);
}

Text AcceptedName(const Text& name, CodecContext& context) {
  if (!name.present()) return Text::Plain("tool");
  std::string_view decoded = name.Decode(context.arena);
  std::string_view accepted = ValidToolName(decoded, context.arena);
  if (accepted == decoded) return name;
  context.accounting.Report(name.node, kValueDegraded,
                            "{target} takes names of at most 64 letters, digits, '_' and '-' that "
                            "start with a letter; '{}' is changed",
                            name.bytes);
  return Text::Plain(accepted, name.node);
}

Text AcceptedId(const Text& id, CodecContext& context) {
  std::string_view decoded = id.Decode(context.arena);
  std::string_view accepted = ValidName(decoded, kMaxName, context.arena);
  if (accepted == decoded) return id;
  context.accounting.Report(
      id.node, kValueDegraded,
      "{target} takes ids of at most 64 letters, digits, '_' and '-'; '{}' is changed", id.bytes);
  return Text::Plain(accepted, id.node);
}

bool IsWritableTool(const ToolDefinition& tool) {
  return tool.kind == Kind::kFunction || tool.kind == Kind::kCustom;
}

void WriteToolConfig(const ChatRequest& request, Family family, CacheBudget& cache,
                     CodecContext& context, Writer& writer) {
  bool any = AnyWritable(request, context);
  bool in_use = HasToolParts(request);
  PlanParallel(request, any, context);
  if (request.tools.empty()) writer.Cover(request.tools_node);
  if (any && LeavesOutTools(request, in_use, context, writer)) return;
  if (!any) LeaveOutChoice(request, context);
  if (!any && !in_use) return;
  writer.Key("toolConfig");
  writer.BeginObject();
  writer.Key("tools");
  writer.BeginArray();
  if (any) {
    for (const ToolDefinition& tool : request.tools) {
      if (!IsWritableTool(tool)) continue;
      WriteTool(tool, context, writer);
      cache.WritePoint(tool.cache, writer);
    }
  } else {
    WriteOrphanTools(request, context, writer);
  }
  writer.EndArray();
  if (any && request.tool_choice.mode != Mode::kNone) WriteChoice(request, family, context, writer);
  writer.EndObject();
}

}  // namespace aiproxy::bedrock_converse
