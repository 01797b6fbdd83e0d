// Writing tools and the choice among them.
#include "core/model/schema/schema.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

using Kind = ToolDefinition::Kind;

class ToolsEncoder {
 public:
  ToolsEncoder(const ChatRequest& request, CodecContext& context, Writer& writer)
      : request_(request), context_(context), writer_(writer), own_(request.protocol == kId) {}

  void Run() {
    WriteList();
    if (written_ > 0 || own_) {
      WriteChoice();
      writer_.Member("parallel_tool_calls", request_.parallel_tool_calls);
    } else {
      openai::LeaveToolChoice(request_, context_);
    }
  }

 private:
  /// Whether the tool stands in the member "tools".
  bool IsListed(const ToolDefinition& tool) const {
    if (own_) return (tool.style & (kFromItem | kNoValue)) == 0;
    return tool.kind != Kind::kOpaque || tool.protocol == kId;
  }

  void WriteList() {
    bool open = own_ && (request_.style & kHasTools) != 0;
    if (open) Begin();
    for (const ToolDefinition& tool : request_.tools) {
      if (!IsListed(tool)) {
        DropForeign(tool);
        continue;
      }
      if (!open) Begin();
      open = true;
      ++written_;
      WriteTool(tool);
    }
    if (open) writer_.EndArray();
    if (!open && request_.tools.empty()) writer_.Cover(request_.tools_node);
  }

  void Begin() {
    writer_.Key("tools");
    writer_.BeginArray();
  }

  void DropForeign(const ToolDefinition& tool) {
    if (own_ || tool.node == kNoNode) return;
    std::string_view what = tool.type.present() ? tool.type.bytes : tool.name.bytes;
    context_.accounting.Drop(tool.node, kPartDropped, "the tool '{}' has no place in {target}",
                             what);
  }

  void WriteTool(const ToolDefinition& tool) {
    bool whole = own_ && ((tool.style & kWholeValue) != 0 || tool.kind == Kind::kWebSearch);
    if (whole || tool.kind == Kind::kOpaque) return writer_.Value(tool.value);
    writer_.Cover(tool.type.node);
    writer_.BeginObject();
    writer_.Key("type");
    switch (tool.kind) {
      case Kind::kFunction:
        writer_.Literal("\"function\"");
        WriteFunction(tool);
        break;
      case Kind::kCustom:
        writer_.Literal("\"custom\"");
        WriteNames(tool);
        WriteFormat(tool.format);
        break;
      case Kind::kWebSearch:
        writer_.Literal("\"web_search\"");
        WriteWebSearch(tool);
        break;
      case Kind::kOpaque:
        break;
    }
    if (own_) {
      if (tool.cache.present()) openai::WriteCacheMark(tool.cache, true, writer_);
      WriteExtras(tool.extras, writer_);
    }
    writer_.EndObject();
  }

  void WriteNames(const ToolDefinition& tool) {
    writer_.Member("name", own_ ? tool.name : openai::AcceptedName(tool.name, context_));
    writer_.Member("description", tool.description);
  }

  /// Where `strict` is absent this API tries to be strict, which no other does.
  /// https://platform.openai.com/docs/guides/migrate-to-responses
  void WriteFunction(const ToolDefinition& tool) {
    WriteNames(tool);
    if (tool.parameters.present()) {
      writer_.Key("parameters");
      WriteStandardSchema(tool.parameters, tool.dialect, tool.node, context_, writer_);
    } else if (!own_) {
      writer_.Key("parameters");
      writer_.Literal("{\"type\":\"object\",\"properties\":{}}");
    }
    writer_.Member("strict", tool.strict);
    if (!own_ && !tool.strict.present()) {
      writer_.Key("strict");
      writer_.Bool(false);
    }
  }

  void WriteFormat(const CustomFormat& format) {
    if (!format.present()) return;
    writer_.Key("format");
    if (own_ || !format.definition.present()) return writer_.Value(format.value);
    writer_.Cover(format.kind.node);
    writer_.BeginObject();
    writer_.Key("type");
    writer_.Literal("\"grammar\"");
    writer_.Member("syntax", format.syntax);
    writer_.Member("definition", format.definition);
    writer_.EndObject();
  }

  void WriteWebSearch(const ToolDefinition& tool) {
    if (!own_ && tool.node != kNoNode) context_.accounting.Open(tool.node);
    if (tool.name.Is("web_search")) writer_.Cover(tool.name.node);
    if (tool.vendor_extras.vendor == Issuer::kOpenAi) {
      WriteExtras(tool.vendor_extras.members, writer_);
    }
    const Raw& location = tool.user_location;
    if (!location.present()) return;
    writer_.Key("user_location");
    writer_.BeginObject();
    writer_.Key("type");
    writer_.Literal("\"approximate\"");
    if (location.node != kNoNode && location.is_object()) {
      openai::WritePlaceMembers(Value(context_.document(), location.node), writer_);
    }
    writer_.EndObject();
  }

  void WriteChoice() {
    const ToolChoice& choice = request_.tool_choice;
    using Mode = ToolChoice::Mode;
    if (choice.mode == Mode::kUnset || (choice.mode == Mode::kOpaque && !own_)) return;
    writer_.Key("tool_choice");
    if (own_) return writer_.Value(choice.value);
    writer_.Cover(FirstNode(choice.mode_node, choice.node));
    bool required = choice.mode == Mode::kRequired;
    if (choice.mode == Mode::kNamed) return WriteNamed(choice.name, choice.is_custom);
    if (openai::NamesAllAllowed(choice)) return WriteAllowed(choice, required);
    if (choice.mode == Mode::kNone)
      writer_.Literal("\"none\"");
    else if (required)
      writer_.Literal("\"required\"");
    else
      writer_.Literal("\"auto\"");
  }

  void WriteNamed(const Text& name, bool custom) {
    writer_.BeginObject();
    writer_.Key("type");
    if (custom)
      writer_.Literal("\"custom\"");
    else
      writer_.Literal("\"function\"");
    writer_.Member("name", openai::AcceptedName(name, context_));
    writer_.EndObject();
  }

  void WriteAllowed(const ToolChoice& choice, bool required) {
    writer_.BeginObject();
    writer_.Key("type");
    writer_.Literal("\"allowed_tools\"");
    writer_.Key("mode");
    if (required)
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
  }

  const ChatRequest& request_;
  CodecContext& context_;
  Writer& writer_;
  bool own_;
  std::size_t written_ = 0;
};

}  // namespace

void WriteTools(const ChatRequest& request, CodecContext& context, Writer& writer) {
  ToolsEncoder(request, context, writer).Run();
}

}  // namespace aiproxy::openai_responses
