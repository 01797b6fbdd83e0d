// Requests, writing: the parameters. Messages and tools have files of their own.
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
    WriteStop();
    WriteStream();
    writer_.Member("user", request_.user_id);
    writer_.Member("safety_identifier", request_.safety_id);
    if (request_.service_tier.present()) WriteTier();
    WriteReasoningEffort();
    WriteResponseFormat();
  }

 private:
  void WriteSampling() {
    const Sampling& sampling = request_.sampling;
    bool newer = own_ ? (sampling.style & kMaxCompletionTokens) != 0
                      : openai::WantsMaxCompletionTokens(Model());
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

  std::string_view Model() const {
    if (!context_.options.model.empty()) return context_.options.model;
    return request_.model.Decode(context_.arena);
  }

  void WriteStop() {
    const Sampling& sampling = request_.sampling;
    if (own_ && (sampling.style & kStopString) != 0 && sampling.stop.size() == 1) {
      return writer_.Member("stop", sampling.stop[0]);
    }
    if (sampling.stop.empty()) {
      if (sampling.stop_node == kNoNode) return;
      if (!own_) return writer_.Cover(sampling.stop_node);
    }
    writer_.Key("stop");
    writer_.BeginArray();
    std::size_t written = 0;
    for (const Text& stop : sampling.stop) {
      if (own_ || written < kMaxStops) {
        writer_.String(stop);
        ++written;
      } else if (stop.node != kNoNode) {
        context_.accounting.Drop(stop.node, kValueDropped,
                                 "{target} takes four stop sequences at most");
      }
    }
    writer_.EndArray();
  }

  void WriteStream() {
    writer_.Member("stream", request_.stream);
    if (own_) {
      bool switched_off = request_.stream.Is(false) && request_.stream.node == kNoNode;
      if (switched_off || (request_.style & kHasStreamOptions) == 0) return;
      writer_.Key("stream_options");
      writer_.BeginObject();
      writer_.Member("include_usage", request_.stream_usage);
      WriteObfuscation();
      WriteExtras(request_.stream_extras, writer_);
      return writer_.EndObject();
    }
    if (!request_.stream.Is(true)) return;
    writer_.Key("stream_options");
    writer_.BeginObject();
    writer_.Key("include_usage");
    if (request_.stream_usage.present())
      writer_.Value(request_.stream_usage);
    else
      writer_.Bool(true);
    WriteObfuscation();
    writer_.EndObject();
  }

  void WriteObfuscation() {
    if (request_.vendor_extras.vendor != Issuer::kOpenAi) return;
    for (const ExtraMember& member : request_.vendor_extras.members) {
      if (!member.name.Is("include_obfuscation")) continue;
      writer_.Key("include_obfuscation");
      writer_.Value(member.value);
    }
  }

  void WriteTier() {
    if (request_.service_tier.value != ServiceTier::kBatch) {
      writer_.Key("service_tier");
      WriteServiceTier(request_.service_tier, writer_);
    } else if (request_.service_tier.node != kNoNode) {
      context_.accounting.Drop(request_.service_tier.node, kValueDropped,
                               "{target} has no such service tier");
    }
  }

  void WriteReasoningEffort() {
    if (!own_) openai::LeaveThinkingBetweenTools(request_, context_);
    const Reasoning& reasoning = request_.reasoning;
    Sourced<Effort> effort =
        own_ ? reasoning.effort : openai::ChosenEffort(reasoning, Model(), context_);
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

}  // namespace

Status EncodeRequest(const ChatRequest& request, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  writer.Member("model", request.model);
  EncodeMessages(request, context, writer);
  EncodeParameters(request, context, writer);
  EncodeTools(request, context, writer);
  writer.Member("metadata", request.metadata);
  if (request.vendor_extras.vendor == Issuer::kOpenAi) {
    for (const ExtraMember& member : request.vendor_extras.members) {
      if (member.name.Is("include_obfuscation")) continue;  // stands in the stream options
      writer.Key(member.name);
      writer.Value(member.value);
    }
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
