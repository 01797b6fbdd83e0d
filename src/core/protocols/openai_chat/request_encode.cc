// Requests, writing: the parameters. Messages and tools have files of their own.
#include "core/model/openai_parameters.h"
#include "core/model/words.h"
#include "core/protocols/openai_chat/wire.h"

namespace aiproxy::openai_chat {

namespace {

class ParametersEncoder {
 public:
  ParametersEncoder(const ChatRequest& request, CodecContext& context, Writer& writer)
      : request_(request), context_(context), writer_(writer), own_(request.protocol == kId) {}

  void Run() {
    WriteSampling();
    const Sampling& sampling = request_.sampling;
    openai::WriteStop(sampling, own_, (sampling.style & kStopString) != 0, context_, writer_);
    writer_.Member("stream", request_.stream);
    openai::WriteStreamOptions(request_, own_, (request_.style & kHasStreamOptions) != 0, writer_);
    writer_.Member("user", request_.user_id);
    writer_.Member("safety_identifier", request_.safety_id);
    openai::WriteServiceTier(request_.service_tier, context_, writer_);
    WriteReasoningEffort();
    WriteResponseFormat();
  }

 private:
  void WriteSampling() {
    const Sampling& sampling = request_.sampling;
    bool newer = own_ ? (sampling.style & kMaxCompletionTokens) != 0
                      : openai::WantsMaxCompletionTokens(openai::AskedModel(request_, context_));
    if (newer)
      writer_.Member("max_completion_tokens", sampling.max_output_tokens);
    else
      writer_.Member("max_tokens", sampling.max_output_tokens);
    writer_.Member("temperature", sampling.temperature);
    writer_.Member("top_p", sampling.top_p);
    if (own_) writer_.Member("top_k", sampling.top_k);
    writer_.Member("seed", sampling.seed);
    writer_.Member("n", sampling.candidates);
    writer_.Member("presence_penalty", sampling.presence_penalty);
    writer_.Member("frequency_penalty", sampling.frequency_penalty);
    writer_.Member("logprobs", sampling.logprobs);
    writer_.Member("top_logprobs", sampling.top_logprobs);
  }

  void WriteReasoningEffort() {
    if (!own_) openai::LeaveThinkingBetweenTools(request_, context_);
    const Reasoning& reasoning = request_.reasoning;
    Sourced<Effort> effort =
        own_ ? reasoning.effort
             : openai::ChosenEffort(reasoning, openai::AskedModel(request_, context_), context_);
    if (!effort.present()) return;
    writer_.Key("reasoning_effort");
    writer_.String(Word(aiproxy::Word(effort.value), effort.node));
  }

  void WriteResponseFormat() {
    const ResponseFormat& format = request_.response_format;
    using Kind = ResponseFormat::Kind;
    if (format.kind == Kind::kUnset) return;
    if (own_) {
      writer_.Key("response_format");
      return writer_.Value(format.value);
    }
    if (format.kind == Kind::kOpaque) return;
    if (format.kind_node != kNoNode) writer_.Cover(format.kind_node);
    writer_.Key("response_format");
    if (format.kind == Kind::kText) return writer_.Literal("{\"type\":\"text\"}");
    if (format.kind == Kind::kJsonObject) return writer_.Literal("{\"type\":\"json_object\"}");
    writer_.BeginObject();
    writer_.Key("type");
    writer_.Literal("\"json_schema\"");
    writer_.Key("json_schema");
    writer_.BeginObject();
    openai::WriteSchemaMembers(format, context_, writer_);
    writer_.EndObject();
    writer_.EndObject();
  }

  const ChatRequest& request_;
  CodecContext& context_;
  Writer& writer_;
  bool own_;
};

/// The API refuses metadata of an answer that it does not store.
void WriteRequestMetadata(const ChatRequest& request, CodecContext& context, Writer& writer) {
  const Raw& metadata = request.metadata;
  if (request.protocol == kId) return writer.Member("metadata", metadata);
  if (!metadata.present()) return;
  bool stored = Value(context.document(), metadata.node).empty_container();
  for (const ExtraMember& member : openai::SharedMembers(request)) {
    stored = stored || (member.name.Is("store") && member.value.json == "true");
  }
  if (stored)
    WriteMetadata(metadata, "metadata", openai::kMetadataLimits, context, writer);
  else
    DropAt(context, metadata.node, kValueDropped, "{target} takes it with 'store' only");
}

}  // namespace

Status EncodeRequest(const ChatRequest& request, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  writer.Member("model", request.model);
  EncodeMessages(request, context, writer);
  EncodeParameters(request, context, writer);
  EncodeTools(request, context, writer);
  WriteRequestMetadata(request, context, writer);
  for (const ExtraMember& member : openai::SharedMembers(request)) {
    if (member.name.Is("include_obfuscation")) continue;  // stands in the stream options
    writer.Key(member.name);
    writer.Value(member.value);
  }
  if (request.protocol == kId) {
    WriteExtras(request.metadata_extras, writer);
    WriteExtras(request.output_extras, writer);
    WriteExtras(request.extras, writer);
  }
  writer.EndObject();
  return Ok();
}

void EncodeParameters(const ChatRequest& request, CodecContext& context, Writer& writer) {
  ParametersEncoder(request, context, writer).Run();
}

}  // namespace aiproxy::openai_chat
