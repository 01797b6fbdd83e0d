// Parts and tools written exactly as they came.
#include "core/model/arguments.h"
#include "core/model/visit.h"
#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy::gemini_generate {

namespace {

class WireParts {
 public:
  WireParts(CodecContext& context, Writer& writer) : context_(context), writer_(writer) {}

  void WriteOne(const Part& part) {
    std::visit(Overloaded{
                   [&](const TextPart& p) { Write(p); },
                   [&](const MediaPart& p) { Write(p); },
                   [&](const ReasoningPart& p) { Write(p); },
                   [&](const ToolCallPart& p) { Write(p); },
                   [&](const ToolResultPart& p) { Write(p); },
                   [&](const OpaquePart& p) { writer_.Value(p.value); },
               },
               part.variant());
  }

  void Write(const List<Part>& parts, bool bare = false) {
    if (!bare) writer_.BeginArray();
    for (const Part& part : parts) WriteOne(part);
    // From a stream a signature may come last; it is a part of its own then.
    if (attached_ != nullptr) {
      writer_.BeginObject();
      writer_.Key("text");
      writer_.Literal("\"\"");
      End({});
    }
    if (!bare) writer_.EndArray();
  }

 private:
  void End(const Extras& extras) {
    if (attached_ != nullptr) {
      SpelledMember("thoughtSignature", (attached_->style & kSnakeSignature) != 0,
                    attached_->signature, writer_);
    }
    attached_ = nullptr;
    WriteExtras(extras, writer_);
    writer_.EndObject();
  }

  void Write(const TextPart& part) {
    writer_.BeginObject();
    writer_.Member("text", part.text);
    End(part.extras);
  }

  void Write(const ReasoningPart& part) {
    bool textless = !part.text.present() && !part.encrypted.present();
    bool attached = (part.style & (kAttached | kBareSignature)) == kAttached ||
                    (part.node == kNoNode && textless && part.signature.present() &&
                     (part.style & kBareSignature) == 0);
    if (attached && attached_ == nullptr) {
      attached_ = &part;
      return;
    }
    bool snake = (part.style & kSnakeSignature) != 0;
    writer_.BeginObject();
    writer_.Member("text", part.text);
    if ((part.style & kBareSignature) == 0 && !attached) {
      writer_.Key("thought");
      writer_.Bool(true);
    }
    if (attached) {
      writer_.Key("text");
      writer_.Literal("\"\"");
    }
    SpelledMember("thoughtSignature", snake, part.signature, writer_);
    SpelledMember("thoughtSignature", snake, part.encrypted, writer_);
    WriteExtras(part.extras, writer_);
    writer_.EndObject();
  }

  void Write(const MediaPart& part) {
    bool is_inline = part.source == MediaPart::Source::kBase64;
    writer_.BeginObject();
    SpelledKey(is_inline ? "inlineData" : "fileData", (part.style & kSnakePart) != 0, writer_);
    writer_.BeginObject();
    SpelledMember("mimeType", (part.style & kSnakeMimeType) != 0, part.media_type, writer_);
    if (is_inline) {
      if ((part.style & kDataInExtras) == 0)
        writer_.Member("data", part.data);
      else
        writer_.Cover(part.data.node);
    } else {
      SpelledMember("fileUri", (part.style & kSnakeFileUri) != 0, part.data, writer_);
    }
    SpelledMember("displayName", (part.style & kSnakeDisplayName) != 0, part.filename, writer_);
    WriteExtras(part.source_extras, writer_);
    writer_.EndObject();
    End(part.extras);
  }

  void Write(const ToolCallPart& part) {
    writer_.BeginObject();
    SpelledKey("functionCall", (part.style & kSnakePart) != 0, writer_);
    writer_.BeginObject();
    if ((part.style & kDerivedId) == 0) writer_.Member("id", part.id);
    writer_.Member("name", part.name);
    if (part.arguments.text.present()) {  // put together from a stream
      writer_.Key("args");
      WriteArgumentsAsObject(part.arguments, context_, writer_);
    } else {
      writer_.Member("args", part.arguments.json);
    }
    WriteExtras(part.inner_extras, writer_);
    writer_.EndObject();
    End(part.extras);
  }

  void WriteResponse(const ToolResultPart& part, const TextPart& text) {
    writer_.Key("response");
    if (text.json.present()) return writer_.Value(text.json);
    writer_.BeginObject();
    if ((part.style & kErrorShape) != 0)
      writer_.Member("error", text.text);
    else
      writer_.Member("output", text.text);
    writer_.EndObject();
  }

  void Write(const ToolResultPart& part) {
    writer_.Cover(part.is_error.node);
    writer_.BeginObject();
    SpelledKey("functionResponse", (part.style & kSnakePart) != 0, writer_);
    writer_.BeginObject();
    if ((part.style & kDerivedId) == 0) writer_.Member("id", part.call_id);
    writer_.Member("name", part.name);
    List<Part> rest;
    bool response = (part.style & kNoResponse) == 0;
    for (const Part& inner : part.content) {
      const TextPart* text = std::get_if<TextPart>(&inner.variant());
      if (response && text != nullptr)
        WriteResponse(part, *text);
      else
        rest.push_back(context_.arena, inner);
      response = false;
    }
    if (!rest.empty()) {
      writer_.Key("parts");
      WireParts(context_, writer_).Write(rest);
    }
    WriteExtras(part.inner_extras, writer_);
    writer_.EndObject();
    End(part.extras);
  }

  CodecContext& context_;
  Writer& writer_;
  const ReasoningPart* attached_ = nullptr;
};

void WriteWireFunction(const ToolDefinition& tool, Writer& writer) {
  writer.BeginObject();
  writer.Member("name", tool.name);
  writer.Member("description", tool.description);
  if ((tool.style & kJsonSchema) != 0)
    SpelledMember("parametersJsonSchema", (tool.style & kSnakeJsonSchema) != 0, tool.parameters,
                  writer);
  else
    writer.Member("parameters", tool.parameters);
  WriteExtras(tool.extras, writer);
  writer.EndObject();
}

}  // namespace

void WriteWireParts(const List<Part>& parts, CodecContext& context, Writer& writer, bool bare) {
  WireParts(context, writer).Write(parts, bare);
}

void WriteWirePart(const Part& part, CodecContext& context, Writer& writer) {
  WireParts(context, writer).WriteOne(part);
}

void WriteWireTools(const ChatRequest& request, Writer& writer) {
  if (request.tools_node == kNoNode && request.tools.empty()) return;
  bool in_tool = false;
  bool in_functions = false;
  bool bare = (request.style & kBareTools) != 0;
  writer.Key("tools");
  if (!bare) writer.BeginArray();
  auto end_functions = [&] {
    if (in_functions) writer.EndArray();
    in_functions = false;
  };
  for (const ToolDefinition& tool : request.tools) {
    if ((tool.style & kStartsTool) != 0 || !in_tool) {
      end_functions();
      if (in_tool) writer.EndObject();
      writer.BeginObject();
      in_tool = true;
    }
    if (tool.kind == ToolDefinition::Kind::kFunction) {
      if (!in_functions) {
        SpelledKey("functionDeclarations", (tool.style & kSnakeDeclarations) != 0, writer);
        writer.BeginArray();
        in_functions = true;
      }
      WriteWireFunction(tool, writer);
    } else if ((tool.style & kEmptyTool) == 0) {
      end_functions();
      writer.Key(tool.type);
      writer.Value(tool.value);
    }
  }
  end_functions();
  if (in_tool) writer.EndObject();
  if (!bare) writer.EndArray();
}

}  // namespace aiproxy::gemini_generate
