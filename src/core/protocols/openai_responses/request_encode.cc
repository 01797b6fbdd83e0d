// Writing requests: the parameters. Items and tools have files of their own.
#include <array>

#include "core/model/counting.h"
#include "core/model/openai_parameters.h"
#include "core/model/words.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

/// Fewer output tokens are refused.
/// https://platform.openai.com/docs/api-reference/responses/create#responses-create-max_output_tokens
constexpr std::int64_t kLeastOutputTokens = 16;

class RequestEncoder {
 public:
  RequestEncoder(const ChatRequest& request, CodecContext& context, Writer& writer)
      : request_(request), context_(context), writer_(writer), own_(request.protocol == kId) {}

  void Run() {
    writer_.BeginObject();
    WriteCounted();
    WriteRequestMetadata();
    writer_.Member("user", request_.user_id);
    writer_.Member("safety_identifier", request_.safety_id);
    openai::WriteServiceTier(request_.service_tier, context_, writer_);
    WriteVendorMembers();
    if (!own_) WriteInclude();
    writer_.Member("stream", request_.stream);
    WriteStreamOptions();
    End();
  }

  /// Without what says only how the answer is made and sent.
  void RunCounted() {
    writer_.BeginObject();
    WriteCounted();
    End();
  }

 private:
  void WriteRequestMetadata() {
    if (own_) return writer_.Member("metadata", request_.metadata);
    WriteMetadata(request_.metadata, "metadata", openai::kMetadataLimits, context_, writer_);
  }

  /// What the model reads.
  void WriteCounted() {
    writer_.Member("model", request_.model);
    WriteInstructions();
    WriteInput(request_, context_, writer_);
    WriteTools(request_, context_, writer_);
    WriteSampling();
    WriteReasoning();
    WriteText();
  }

  void End() {
    if (own_) WriteExtras(request_.extras, writer_);
    writer_.EndObject();
  }

  const ExtraMember* VendorMember(std::string_view name) const {
    for (const ExtraMember& member : openai::SharedMembers(request_)) {
      if (member.name.Is(name)) return &member;
    }
    return nullptr;
  }

  void WriteInstructions() {
    const Message* message = InstructionsOf(request_);
    if (message == nullptr) return;
    writer_.Cover(message->role.node);
    const TextPart& text = std::get<TextPart>(message->parts[0].variant());
    writer_.Member("instructions", text.text);
  }

  void WriteSampling() {
    const Sampling& sampling = request_.sampling;
    const Number& most = sampling.max_output_tokens;
    std::optional<std::int64_t> tokens = most.Int();
    if (!own_ && tokens && *tokens < kLeastOutputTokens) {
      writer_.Cover(most.node);
      writer_.Key("max_output_tokens");
      writer_.Int(kLeastOutputTokens);
      context_.accounting.Report(most.node, kValueDegraded,
                                 "{target} takes no fewer than 16 output tokens");
    } else {
      writer_.Member("max_output_tokens", most);
    }
    writer_.Member("temperature", sampling.temperature);
    writer_.Member("top_p", sampling.top_p);
    writer_.Member("top_logprobs", sampling.top_logprobs);
  }

  void WriteReasoning() {
    const Reasoning& reasoning = request_.reasoning;
    if (own_) {
      if ((request_.style & kHasReasoning) == 0) return;
      effort_ = reasoning.effort;
    } else {
      openai::LeaveThinkingBetweenTools(request_, context_);
      effort_ = openai::ChosenEffort(reasoning, openai::AskedModel(request_, context_), context_);
    }
    bool summarized = reasoning.display.Is(Reasoning::Display::kSummarized);
    if (!own_ && !summarized) writer_.Cover(reasoning.display.node);
    if (!own_ && !effort_.present() && !summarized) return;
    writer_.Key("reasoning");
    writer_.BeginObject();
    if (effort_.present()) {
      writer_.Key("effort");
      writer_.String(openai::Word(Word(effort_.value), effort_.node));
    }
    if (own_) {
      if ((request_.style & kGenerateSummary) != 0)
        writer_.Member("generate_summary", reasoning.display_word);
      else
        writer_.Member("summary", reasoning.display_word);
      WriteExtras(reasoning.extras, writer_);
    } else if (summarized) {
      writer_.Key("summary");
      writer_.String(openai::Word("auto", reasoning.display.node));
    }
    writer_.EndObject();
  }

  void WriteText() {
    const ExtraMember* verbosity = VendorMember("verbosity");
    const ResponseFormat& format = request_.response_format;
    using Kind = ResponseFormat::Kind;
    bool formatted = format.kind != Kind::kUnset && (own_ || format.kind != Kind::kOpaque);
    bool open = own_ && (request_.style & kHasText) != 0;
    if (!formatted && verbosity == nullptr && !open) return;
    writer_.Key("text");
    writer_.BeginObject();
    if (formatted) {
      writer_.Key("format");
      if (own_)
        writer_.Value(format.value);
      else
        WriteFormat(format);
    }
    if (verbosity != nullptr) {
      writer_.Key("verbosity");
      writer_.Value(verbosity->value);
    }
    if (own_) WriteExtras(request_.output_extras, writer_);
    writer_.EndObject();
  }

  void WriteFormat(const ResponseFormat& format) {
    using Kind = ResponseFormat::Kind;
    writer_.Cover(format.kind_node);
    if (format.kind == Kind::kText) return writer_.Literal("{\"type\":\"text\"}");
    if (format.kind == Kind::kJsonObject) return writer_.Literal("{\"type\":\"json_object\"}");
    writer_.BeginObject();
    writer_.Key("type");
    writer_.Literal("\"json_schema\"");
    openai::WriteSchemaMembers(format, context_, writer_);
    writer_.EndObject();
  }

  /// What Chat Completions has too. This API keeps answers unless it is told not to; no other does.
  void WriteVendorMembers() {
    for (const ExtraMember& member : openai::SharedMembers(request_)) {
      if (member.name.Is("verbosity") || member.name.Is("include_obfuscation")) continue;
      if (member.name.Is("logit_bias")) continue;  // of Chat Completions only: it is reported
      writer_.Key(member.name);
      writer_.Value(member.value);
    }
    if (own_ || VendorMember("store") != nullptr) return;
    writer_.Key("store");
    writer_.Bool(false);
  }

  /// Without its encrypted form the reasoning could not come back to an API that keeps nothing.
  void WriteInclude() {
    bool logprobs = request_.sampling.logprobs.Is(true);
    bool reasons = effort_.present() && effort_.value != Effort::kNone;
    writer_.Cover(request_.sampling.logprobs.node);
    if (!logprobs && !reasons) return;
    writer_.Key("include");
    writer_.BeginArray();
    if (reasons) writer_.Literal("\"reasoning.encrypted_content\"");
    if (logprobs) writer_.Literal("\"message.output_text.logprobs\"");
    writer_.EndArray();
  }

  void WriteStreamOptions() {
    const ExtraMember* obfuscation = VendorMember("include_obfuscation");
    writer_.Cover(request_.stream_usage.node);
    bool open = own_ && (request_.style & kHasStreamOptions) != 0;
    if (!open && obfuscation == nullptr) return;
    writer_.Key("stream_options");
    writer_.BeginObject();
    if (obfuscation != nullptr) {
      writer_.Key("include_obfuscation");
      writer_.Value(obfuscation->value);
    }
    if (own_) WriteExtras(request_.stream_extras, writer_);
    writer_.EndObject();
  }

  const ChatRequest& request_;
  CodecContext& context_;
  Writer& writer_;
  bool own_;
  Sourced<Effort> effort_;
};

}  // namespace

Status EncodeRequest(const ChatRequest& request, CodecContext& context, Writer& writer) {
  RequestEncoder(request, context, writer).Run();
  return Ok();
}

Status EncodeCountedRequest(const ChatRequest& request, CodecContext& context, Writer& writer) {
  constexpr std::array<std::string_view, 14> kOnlyToAnswer{"background",     "context_management",
                                                           "include",        "max_output_tokens",
                                                           "max_tool_calls", "metadata",
                                                           "prompt",         "service_tier",
                                                           "stream",         "stream_options",
                                                           "temperature",    "top_logprobs",
                                                           "top_p",          "user"};
  ChatRequest counted = CountedPart(request, context);
  if (request.protocol == kId) counted.extras = Without(request.extras, kOnlyToAnswer, context);
  RequestEncoder(counted, context, writer).RunCounted();
  return Ok();
}

}  // namespace aiproxy::openai_responses
