// Requests, writing: tools, the choice among them, and names that are too long.
#include "core/model/schema/schema.h"
#include "core/model/words.h"
#include "core/protocols/openai_chat/wire.h"

namespace aiproxy::openai_chat {

namespace {

class ToolsEncoder {
 public:
  ToolsEncoder(const ChatRequest& request, CodecContext& context, Writer& writer)
      : request_(request), context_(context), writer_(writer), own_(request.protocol == kId) {}

  void Run() {
    WriteList();
    WriteFunctions();
    WriteWebSearch();
    bool any = written_ > 0 || (own_ && request_.tools_node != kNoNode);
    if (any || own_) {
      WriteChoice();
      writer_.Member("parallel_tool_calls", request_.parallel_tool_calls);
    } else {
      openai::LeaveToolChoice(request_, context_);
    }
  }

 private:
  using Kind = ToolDefinition::Kind;

  static bool IsLegacy(const ToolDefinition& tool) { return (tool.style & kLegacy) != 0; }

  /// Whether the tool stands in the member "tools".
  bool IsListed(const ToolDefinition& tool) const {
    if (own_ && IsLegacy(tool)) return false;
    switch (tool.kind) {
      case Kind::kFunction:
      case Kind::kCustom:
        return true;
      case Kind::kWebSearch:
        return false;
      case Kind::kOpaque:
        return own_ || tool.protocol == kId;
    }
    return false;
  }

  void WriteList() {
    bool open = own_ && (request_.style & kHasTools) != 0;
    if (open) BeginTools();
    for (const ToolDefinition& tool : request_.tools) {
      if (!IsListed(tool)) {
        DropUnlessElsewhere(tool);
        continue;
      }
      if (!open) BeginTools();
      open = true;
      ++written_;
      WriteTool(tool);
    }
    if (open) writer_.EndArray();
    bool empty = request_.tools.empty() && request_.tools_node != kNoNode;
    if (!open && empty) writer_.Cover(request_.tools_node);
  }

  void BeginTools() {
    writer_.Key("tools");
    writer_.BeginArray();
  }

  void DropUnlessElsewhere(const ToolDefinition& tool) {
    if (tool.kind != Kind::kOpaque || own_ || tool.node == kNoNode) return;
    std::string_view what = tool.type.present() ? tool.type.bytes : tool.name.bytes;
    context_.accounting.Drop(tool.node, kPartDropped, "the tool '{}' has no place in {target}",
                             what);
  }

  void WriteTool(const ToolDefinition& tool) {
    if (tool.kind == Kind::kOpaque) return writer_.Value(tool.value);
    writer_.BeginObject();
    if (!own_ || (tool.style & kNoType) == 0) {
      if (tool.type.node != kNoNode) writer_.Cover(tool.type.node);
      writer_.Key("type");
      if (tool.kind == Kind::kCustom)
        writer_.Literal("\"custom\"");
      else
        writer_.Literal("\"function\"");
    }
    if (tool.kind == Kind::kCustom)
      writer_.Key("custom");
    else
      writer_.Key("function");
    WriteFunction(tool);
    if (own_) {
      if (tool.cache.present()) {
        writer_.Key("cache_control");
        writer_.Value(tool.cache.wire);
      }
      WriteExtras(tool.extras, writer_);
    }
    writer_.EndObject();
  }

  void WriteFunction(const ToolDefinition& tool) {
    writer_.BeginObject();
    writer_.Member("name", own_ ? tool.name : AcceptedName(tool.name, context_));
    writer_.Member("description", tool.description);
    WriteParameters(tool);
    WriteFormat(tool.format);
    writer_.Member("strict", tool.strict);
    if (own_) WriteExtras(tool.inner_extras, writer_);
    writer_.EndObject();
  }

  void WriteParameters(const ToolDefinition& tool) {
    if (!tool.parameters.present()) return;
    writer_.Key("parameters");
    WriteStandardSchema(tool.parameters, tool.dialect, tool.node, context_, writer_);
  }

  void WriteFormat(const CustomFormat& format) {
    if (!format.present()) return;
    writer_.Key("format");
    if (own_ || !format.definition.present()) return writer_.Value(format.value);
    if (format.kind.node != kNoNode) writer_.Cover(format.kind.node);
    writer_.BeginObject();
    writer_.Key("type");
    writer_.Literal("\"grammar\"");
    writer_.Key("grammar");
    writer_.BeginObject();
    writer_.Member("syntax", format.syntax);
    writer_.Member("definition", format.definition);
    writer_.EndObject();
    writer_.EndObject();
  }

  void WriteFunctions() {
    if (!own_ || (request_.style & kHasFunctions) == 0) return;
    writer_.Key("functions");
    writer_.BeginArray();
    for (const ToolDefinition& tool : request_.tools) {
      if (!IsLegacy(tool)) continue;
      if (tool.kind == Kind::kOpaque)
        writer_.Value(tool.value);
      else
        WriteFunction(tool);
    }
    writer_.EndArray();
  }

  void WriteWebSearch() {
    bool written = false;
    for (const ToolDefinition& tool : request_.tools) {
      if (tool.kind != Kind::kWebSearch) continue;
      if (written) {
        if (tool.node != kNoNode) {
          context_.accounting.Drop(tool.node, kPartDropped,
                                   "{target} searches the web with one set of options");
        }
        continue;
      }
      written = true;
      writer_.Key("web_search_options");
      if (own_) {
        writer_.Value(tool.value);
        continue;
      }
      if (tool.node != kNoNode) context_.accounting.Open(tool.node);
      if (tool.type.node != kNoNode) writer_.Cover(tool.type.node);
      if (tool.name.Is("web_search")) writer_.Cover(tool.name.node);
      writer_.BeginObject();
      if (tool.vendor_extras.vendor == Issuer::kOpenAi) {
        WriteExtras(tool.vendor_extras.members, writer_);
      }
      if (tool.user_location.present()) WriteLocation(tool.user_location);
      writer_.EndObject();
    }
  }

  void WriteLocation(const Raw& location) {
    writer_.Key("user_location");
    writer_.BeginObject();
    writer_.Key("type");
    writer_.Literal("\"approximate\"");
    writer_.Key("approximate");
    if (location.node == kNoNode || !location.is_object()) {
      writer_.Value(location);
    } else {
      writer_.BeginObject();
      openai::WritePlaceMembers(Value(context_.document(), location.node), writer_);
      writer_.EndObject();
    }
    writer_.EndObject();
  }

  void WriteChoice() {
    const ToolChoice& choice = request_.tool_choice;
    using Mode = ToolChoice::Mode;
    if (choice.mode == Mode::kUnset) return;
    if (own_) {
      if ((choice.style & kLegacy) != 0)
        writer_.Key("function_call");
      else
        writer_.Key("tool_choice");
      return writer_.Value(choice.value);
    }
    if (choice.mode == Mode::kOpaque) return;
    NodeId word = choice.mode_node != kNoNode ? choice.mode_node : choice.node;
    if (word != kNoNode) writer_.Cover(word);
    writer_.Key("tool_choice");
    if (openai::NamesAllAllowed(choice)) return WriteAllowed(choice);
    switch (choice.mode) {
      case Mode::kAuto:
        return writer_.Literal("\"auto\"");
      case Mode::kNone:
        return writer_.Literal("\"none\"");
      case Mode::kRequired:
        return writer_.Literal("\"required\"");
      case Mode::kNamed:
        return WriteNamed(choice.name, choice.is_custom);
      case Mode::kUnset:
      case Mode::kOpaque:
        return;
    }
  }

  void WriteNamed(const Text& name, bool custom) {
    writer_.BeginObject();
    writer_.Key("type");
    if (custom)
      writer_.Literal("\"custom\"");
    else
      writer_.Literal("\"function\"");
    if (custom)
      writer_.Key("custom");
    else
      writer_.Key("function");
    writer_.BeginObject();
    writer_.Member("name", AcceptedName(name, context_));
    writer_.EndObject();
    writer_.EndObject();
  }

  void WriteAllowed(const ToolChoice& choice) {
    writer_.BeginObject();
    writer_.Key("type");
    writer_.Literal("\"allowed_tools\"");
    writer_.Key("allowed_tools");
    writer_.BeginObject();
    writer_.Key("mode");
    if (choice.mode == ToolChoice::Mode::kRequired)
      writer_.Literal("\"required\"");
    else
      writer_.Literal("\"auto\"");
    writer_.Key("tools");
    writer_.BeginArray();
    for (const AllowedTool& tool : choice.allowed) {
      openai::CoverAllowedType(tool, context_);
      WriteNamed(tool.name, tool.is_custom);
    }
    writer_.EndArray();
    writer_.EndObject();
    writer_.EndObject();
  }

  const ChatRequest& request_;
  CodecContext& context_;
  Writer& writer_;
  bool own_;
  std::size_t written_ = 0;
};

}  // namespace

void EncodeTools(const ChatRequest& request, CodecContext& context, Writer& writer) {
  ToolsEncoder(request, context, writer).Run();
}

}  // namespace aiproxy::openai_chat
