// Requests, writing: the parameters. The prompt has a file of its own.
#include "core/model/defaults.h"
#include "core/model/openai_parameters.h"
#include "core/protocols/openai_completions/wire.h"

namespace aiproxy::openai_completions {

namespace {

class RequestEncoder {
 public:
  RequestEncoder(const ChatRequest& request, CodecContext& context, Writer& writer)
      : request_(request), context_(context), writer_(writer), own_(request.protocol == kId) {}

  void Run() {
    writer_.BeginObject();
    writer_.Member("model", request_.model);
    WritePrompt(request_, context_, writer_);
    WriteSampling();
    WriteLogprobCount();
    const Sampling& sampling = request_.sampling;
    openai::WriteStop(sampling, own_, (sampling.style & kStopString) != 0, context_, writer_);
    openai::WriteSharedMember(request_, "logit_bias", writer_);
    writer_.Member("stream", request_.stream);
    openai::WriteStreamOptions(request_, own_, (request_.style & kHasStreamOptions) != 0, writer_);
    writer_.Member("user", request_.user_id);
    if (own_)
      WriteExtras(request_.extras, writer_);
    else
      LeaveOut();
    writer_.EndObject();
  }

 private:
  void WriteSampling() {
    const Sampling& sampling = request_.sampling;
    writer_.Member("max_tokens", sampling.max_output_tokens);
    writer_.Member("temperature", sampling.temperature);
    writer_.Member("top_p", sampling.top_p);
    writer_.Member("seed", sampling.seed);
    writer_.Member("n", sampling.candidates);
    writer_.Member("presence_penalty", sampling.presence_penalty);
    writer_.Member("frequency_penalty", sampling.frequency_penalty);
    if (!own_) UseDefaults(sampling, context_);
  }

  /// One number says both whether and how many.
  void WriteLogprobCount() {
    const Sampling& sampling = request_.sampling;
    if (!sampling.logprobs.Is(true)) return;
    writer_.Cover(sampling.logprobs.node);
    writer_.Key("logprobs");
    std::optional<std::int64_t> top = sampling.top_logprobs.Int();
    if (!sampling.top_logprobs.present()) {
      writer_.Int(0);
    } else if (own_ || !top || *top <= kMaxLogprobs) {
      writer_.Value(sampling.top_logprobs);
    } else {
      writer_.Cover(sampling.top_logprobs.node);
      writer_.Int(kMaxLogprobs);
      context_.accounting.Report(sampling.top_logprobs.node, kValueDegraded,
                                 "{target} tells five alternatives of a token at most");
    }
  }

  /// What completions do not have: no loss where it is only said to be off.
  void LeaveOut() {
    const ResponseFormat& format = request_.response_format;
    if (format.kind == ResponseFormat::Kind::kText) writer_.Cover(format.kind_node);
    const Reasoning& reasoning = request_.reasoning;
    if (reasoning.mode.Is(Reasoning::Mode::kDisabled)) writer_.Cover(reasoning.mode.node);
    if (reasoning.effort.Is(Effort::kNone)) writer_.Cover(reasoning.effort.node);
    if (request_.tools.empty())
      writer_.Cover(request_.parallel_tool_calls.node);
    else if (request_.tools_node != kNoNode)
      DropAt(context_, request_.tools_node, kPartDropped, "{target} knows no tools");
  }

  const ChatRequest& request_;
  CodecContext& context_;
  Writer& writer_;
  bool own_;
};

}  // namespace

Status EncodeRequest(const ChatRequest& request, CodecContext& context, Writer& writer) {
  RequestEncoder(request, context, writer).Run();
  return Ok();
}

}  // namespace aiproxy::openai_completions
