// Whole responses, writing: choices, messages, usage.
#include "core/model/openai_answer.h"
#include "core/model/openai_citation.h"
#include "core/model/openai_logprobs.h"
#include "core/model/words.h"
#include "core/protocols/openai_chat/wire.h"

namespace aiproxy::openai_chat {

namespace {

const TextPart* AsText(const Part& part, bool refusal) {
  const TextPart* text = std::get_if<TextPart>(&part.variant());
  return text != nullptr && text->is_refusal == refusal ? text : nullptr;
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
      WriteUsage(response_.usage, own_, writer_);
    }
    openai::WriteServiceTier(response_.service_tier, context_, writer_);
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
                            {"chat.completion", "chatcmpl-"}, context_, writer_);
  }

  void WriteOwnCandidate(const Candidate& candidate) {
    writer_.BeginObject();
    writer_.Member("index", candidate.index);
    if ((candidate.style & kHasMessage) != 0) {
      writer_.Key("message");
      WriteOwnMessage(candidate.message, context_, writer_);
    }
    if ((candidate.style & kHasLogprobs) != 0) {
      writer_.Key("logprobs");
      writer_.BeginObject();
      if ((candidate.style & kHasContentLogprobs) != 0) {
        writer_.Key("content");
        WriteOpenAiLogprobs(candidate.logprobs, true, writer_);
      }
      if ((candidate.style & kHasRefusalLogprobs) != 0) {
        writer_.Key("refusal");
        WriteOpenAiLogprobs(candidate.refusal_logprobs, true, writer_);
      }
      WriteExtras(candidate.logprobs_extras, writer_);
      writer_.EndObject();
    }
    writer_.Member("finish_reason", candidate.finish.raw);
    WriteExtras(candidate.extras, writer_);
    writer_.EndObject();
  }

  void WriteCandidate(const Candidate& candidate, std::int64_t position) {
    writer_.BeginObject();
    writer_.Key("index");
    if (candidate.index.present())
      writer_.Value(candidate.index);
    else
      writer_.Int(position);
    WriteMessage(candidate.message);
    WriteLogprobs(candidate);
    writer_.Key("finish_reason");
    WriteFinish(candidate.finish, own_, context_, writer_);
    if (own_) WriteExtras(candidate.extras, writer_);
    writer_.EndObject();
  }

  void WriteMessage(const Message& message) {
    writer_.Key("message");
    writer_.BeginObject();
    writer_.Cover(message.role.node);
    writer_.Key("role");
    writer_.Literal("\"assistant\"");
    WriteTexts(message, false);
    WriteTexts(message, true);
    ReasoningTarget client;
    client.to_client = true;
    WriteReasoning(message.parts, client, context_, writer_);
    WriteAnnotations(message);
    WriteToolCalls(message.parts, false, context_, writer_);
    bool calls = false;
    for (const Part& part : message.parts) {
      calls = calls || std::get_if<ToolCallPart>(&part.variant()) != nullptr;
      if (calls && std::get_if<TextPart>(&part.variant()) != nullptr) {
        ReportMoved(part, kTextAfterCalls, context_);
      }
      if (std::get_if<MediaPart>(&part.variant()) != nullptr ||
          std::get_if<ToolResultPart>(&part.variant()) != nullptr) {
        DropPart(part, context_);
      } else if (const OpaquePart* opaque = std::get_if<OpaquePart>(&part.variant())) {
        WriteOpaque(*opaque, part);
      }
    }
    if (own_) WriteExtras(message.style_members, writer_);
    if (own_) WriteExtras(message.extras, writer_);
    writer_.EndObject();
  }

  /// What a stream of this protocol had beside its text: audio.
  void WriteOpaque(const OpaquePart& opaque, const Part& part) {
    if (!own_ || opaque.protocol != kId || !opaque.kind.Is("audio")) {
      return DropPart(part, context_);
    }
    writer_.Key("audio");
    writer_.Value(opaque.value);
  }

  /// The member "content" or "refusal": all texts of the kind in one string.
  void WriteTexts(const Message& message, bool refusal) {
    if (refusal)
      writer_.Key("refusal");
    else
      writer_.Key("content");
    bool any = false;
    for (const Part& part : message.parts) {
      const TextPart* text = AsText(part, refusal);
      if (text == nullptr) continue;
      if (!any) writer_.BeginString();
      any = true;
      writer_.AppendText(text->text);
    }
    if (any)
      writer_.EndString();
    else
      writer_.Null();
  }

  /// Annotations count code points of the whole content.
  void WriteAnnotations(const Message& message) {
    std::int64_t offset = 0;
    bool any = false;
    bool cited = false;
    for (const Part& part : message.parts) {
      const TextPart* text = AsText(part, false);
      cited = cited || (text != nullptr && !text->citations.empty());
    }
    if (!cited) return;
    for (const Part& part : message.parts) {
      const TextPart* text = AsText(part, false);
      if (text == nullptr) continue;
      std::int64_t size = CodePointsOf(text->text);
      for (const Citation& citation : text->citations) {
        if (!citation.is_url && !own_) continue;
        if (!any) {
          writer_.Key("annotations");
          writer_.BeginArray();
          any = true;
        }
        WriteAnnotation(citation, offset, size);
      }
      offset += size;
    }
    if (any) writer_.EndArray();
  }

  void WriteAnnotation(const Citation& citation, std::int64_t offset, std::int64_t size) {
    if (own_ && citation.wire.present()) return writer_.Value(citation.wire);
    std::int64_t start = citation.start.Int().value_or(0);
    std::int64_t end = citation.end.Int().value_or(size);
    WriteUrlCitation(citation, offset + start, offset + end, writer_);
  }

  void WriteLogprobs(const Candidate& candidate) {
    bool of_openai = openai::IsOfOpenAi(response_.protocol);
    writer_.Key("logprobs");
    if (candidate.logprobs.empty() && candidate.refusal_logprobs.empty()) return writer_.Null();
    writer_.BeginObject();
    writer_.Key("content");
    if (candidate.logprobs.empty())
      writer_.Null();
    else
      WriteOpenAiLogprobs(candidate.logprobs, of_openai, writer_);
    writer_.Key("refusal");
    if (candidate.refusal_logprobs.empty())
      writer_.Null();
    else
      WriteOpenAiLogprobs(candidate.refusal_logprobs, of_openai, writer_);
    writer_.EndObject();
  }

  const ChatResponse& response_;
  CodecContext& context_;
  Writer& writer_;
  bool own_;
  bool as_it_came_;
};

std::string_view WordOf(FinishReason::Kind kind) {
  switch (kind) {
    case FinishReason::Kind::kLength:
    case FinishReason::Kind::kContextLength:
      return "length";
    case FinishReason::Kind::kToolCalls:
      return "tool_calls";
    case FinishReason::Kind::kContentFilter:
      return "content_filter";
    case FinishReason::Kind::kUnset:
    case FinishReason::Kind::kStop:
    case FinishReason::Kind::kStopSequence:
    case FinishReason::Kind::kPause:
    case FinishReason::Kind::kOther:
      break;
  }
  return "stop";
}

}  // namespace

Status EncodeResponse(const ChatResponse& response, CodecContext& context, Writer& writer) {
  ResponseEncoder(response, context, writer).Run();
  return Ok();
}

void WriteFinish(const FinishReason& finish, bool own, CodecContext& context, Writer& writer) {
  using Kind = FinishReason::Kind;
  if (own && finish.raw.present()) return writer.String(finish.raw);
  writer.String(Word(WordOf(finish.kind), finish.raw.node));
  bool weaker = finish.kind == Kind::kContextLength || finish.kind == Kind::kPause ||
                finish.kind == Kind::kOther;
  if (weaker && finish.raw.present()) {
    context.accounting.Report(finish.raw.node, kValueDegraded, "{target} has no word for '{}'",
                              finish.raw.bytes);
  }
}

void WriteUrlCitation(const Citation& citation, std::int64_t start, std::int64_t end,
                      Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"url_citation\"");
  writer.Key("url_citation");
  writer.BeginObject();
  openai::WriteCitationMembers(citation, start, end, writer);
  writer.EndObject();
  writer.EndObject();
}

}  // namespace aiproxy::openai_chat
