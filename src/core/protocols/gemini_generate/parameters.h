// Writes what a request from another protocol asks for beside the conversation: generationConfig,
// tools and the choice among them.
#pragma once

#include <cstdint>

#include "core/protocols/gemini_generate/gemini_model.h"
#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy::gemini_generate {

class Parameters {
 public:
  Parameters(const ChatRequest& request, CodecContext& context, Writer& writer)
      : request_(request), context_(context), writer_(writer), model_(context.options.model) {}

  /// `tools` and `toolConfig`. First of the two.
  void WriteTools();
  /// `generationConfig`, if there is anything in it.
  void WriteConfig();

 private:
  void WriteFunctions();
  void WriteFunction(const ToolDefinition& tool);
  void WriteParameters(const ToolDefinition& tool);
  void LeaveOut(const Raw& schema);
  void WriteSearch(const ToolDefinition& tool);
  void BeginTools();
  void WriteChoice();
  void WriteAllowed(const ToolChoice& choice);

  void WriteSampling();
  void WriteLogprobs();
  void WriteStop();
  void WriteFormat();
  void WriteSchema(const ResponseFormat& format);
  void WriteThinking();
  void WriteNoThinking(NodeId node);
  void WriteEffort(Effort effort, NodeId node, bool of_budget);
  void WriteBudget(std::int64_t tokens, const Number* carried, NodeId node);
  void BeginThinking();

  template <std::size_t N>
  void Key(const char (&name)[N]) {
    if (!in_config_) {
      writer_.Key("generationConfig");
      writer_.BeginObject();
    }
    in_config_ = true;
    writer_.Key(name);
  }
  template <std::size_t N, class T>
  void Member(const char (&name)[N], const T& value) {
    if (!value.present()) return;
    Key(name);
    writer_.Value(value);
  }
  /// The most that the API takes, in the place of more.
  template <std::size_t N>
  void Bounded(const char (&name)[N], const Number& value, std::int64_t most);
  bool has_functions() const { return functions_ != 0; }

  const ChatRequest& request_;
  CodecContext& context_;
  Writer& writer_;
  GeminiModel model_;
  bool in_config_ = false;
  bool in_tools_ = false;
  std::size_t functions_ = 0;  // declared
};

}  // namespace aiproxy::gemini_generate
