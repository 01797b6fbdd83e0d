// Whole responses, writing.
#include "core/model/openai_answer.h"
#include "core/model/parts.h"
#include "core/protocols/openai_completions/wire.h"

namespace aiproxy::openai_completions {

namespace {

std::string_view WordOf(FinishReason::Kind kind) {
  switch (kind) {
    case FinishReason::Kind::kLength:
    case FinishReason::Kind::kContextLength:
      return "length";
    case FinishReason::Kind::kContentFilter:
      return "content_filter";
    case FinishReason::Kind::kUnset:
    case FinishReason::Kind::kStop:
    case FinishReason::Kind::kStopSequence:
    case FinishReason::Kind::kToolCalls:
    case FinishReason::Kind::kPause:
    case FinishReason::Kind::kOther:
      break;
  }
  return "stop";
}

class ResponseEncoder {
 public:
  ResponseEncoder(const ChatResponse& response, CodecContext& context, Writer& writer)
      : response_(response),
        context_(context),
        writer_(writer),
        own_(response.protocol == kId),
        as_it_came_(own_ && (response.style & kDecodedResponse) != 0) {}

  void Run() {
    writer_.BeginObject();
    WriteEnvelope();
    writer_.Key("choices");
    writer_.BeginArray();
    std::int64_t position = 0;
    for (const Candidate& candidate : response_.candidates) {
      if (own_ && (candidate.style & kDecodedCandidate) != 0)
        WriteOwnCandidate(candidate);
      else
        WriteCandidate(candidate, position);
      ++position;
    }
    writer_.EndArray();
    if (response_.usage.present()) {
      writer_.Key("usage");
      openai::WriteUsage(response_.usage, own_, writer_);
    }
    if (own_) WriteExtras(response_.extras, writer_);
    writer_.EndObject();
  }

 private:
  void WriteEnvelope() {
    if (as_it_came_) {
      writer_.Member("id", response_.id);
      writer_.Member("created", response_.created);
      writer_.Member("model", response_.model);
      return;
    }
    Number created = response_.protocol == kId ? response_.created
                                               : openai::WholeSeconds(response_.created, context_);
    openai::WriteAnswerHead(response_.id, created, response_.model, response_.node,
                            {"text_completion", "cmpl-"}, context_, writer_);
  }

  void WriteOwnCandidate(const Candidate& candidate) {
    writer_.BeginObject();
    if ((candidate.style & kHasText) != 0 && !candidate.message.parts.empty()) {
      const auto* text = std::get_if<TextPart>(&candidate.message.parts[0].variant());
      if (text != nullptr) writer_.Member("text", text->text);
    }
    writer_.Member("index", candidate.index);
    if ((candidate.style & kHasLogprobs) != 0) {
      writer_.Key("logprobs");
      writer_.BeginObject();
      WriteExtras(candidate.logprobs_extras, writer_);
      writer_.EndObject();
      CoverLogprobs(candidate.logprobs, writer_);
    }
    writer_.Member("finish_reason", candidate.finish.raw);
    WriteExtras(candidate.extras, writer_);
    writer_.EndObject();
  }

  void WriteCandidate(const Candidate& candidate, std::int64_t position) {
    writer_.BeginObject();
    writer_.Cover(candidate.message.role.node);
    writer_.Key("text");
    WriteText(candidate.message);
    writer_.Key("index");
    if (candidate.index.present())
      writer_.Value(candidate.index);
    else
      writer_.Int(position);
    writer_.Key("logprobs");
    std::int64_t offset = 0;
    WriteLogprobs(candidate.logprobs, offset, writer_);
    writer_.Key("finish_reason");
    WriteFinish(candidate.finish, own_, context_, writer_);
    if (own_) WriteExtras(candidate.extras, writer_);
    writer_.EndObject();
  }

  /// All texts in one; what is no text is given up.
  void WriteText(const Message& message) {
    writer_.BeginString();
    for (const Part& part : message.parts) {
      const auto* text = std::get_if<TextPart>(&part.variant());
      if (text == nullptr) {
        DropPart(part, context_);
        continue;
      }
      if (text->json.present())
        writer_.AppendJson(text->json);
      else
        writer_.AppendText(text->text);
      if (text->is_refusal) {
        context_.accounting.Report(FirstNode(text->node, text->text.node), kPartDegraded,
                                   "a refusal is told as any text");
      }
    }
    writer_.EndString();
  }

  const ChatResponse& response_;
  CodecContext& context_;
  Writer& writer_;
  bool own_;
  bool as_it_came_;
};

}  // namespace

void WriteFinish(const FinishReason& finish, bool own, CodecContext& context, Writer& writer) {
  using Kind = FinishReason::Kind;
  if (own && finish.raw.present()) return writer.String(finish.raw);
  writer.String(Word(WordOf(finish.kind), finish.raw.node));
  bool is_weaker = finish.kind == Kind::kContextLength || finish.kind == Kind::kPause ||
                   finish.kind == Kind::kToolCalls || finish.kind == Kind::kOther;
  if (is_weaker && finish.raw.present()) {
    context.accounting.Report(finish.raw.node, kValueDegraded, "{target} has no word for '{}'",
                              finish.raw.bytes);
  }
}

Status EncodeResponse(const ChatResponse& response, CodecContext& context, Writer& writer) {
  ResponseEncoder(response, context, writer).Run();
  return Ok();
}

}  // namespace aiproxy::openai_completions
