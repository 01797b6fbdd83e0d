// Responses, to the wire.
#include <string>

#include "core/protocols/gemini_generate/create_time.h"
#include "core/protocols/gemini_generate/foreign_parts.h"
#include "core/protocols/gemini_generate/grounding.h"

namespace aiproxy::gemini_generate {

namespace {

class WireResponse {
 public:
  WireResponse(const ChatResponse& response, CodecContext& context, Writer& writer)
      : response_(response), context_(context), writer_(writer) {}

  void Write() {
    writer_.BeginObject();
    if ((response_.style & kNoCandidates) == 0 ||
        (!response_.candidates.empty() && !IsMadeUp(response_.candidates[0]))) {
      writer_.Key("candidates");
      writer_.BeginArray();
      for (const Candidate& candidate : response_.candidates) WriteCandidate(candidate);
      writer_.EndArray();
    }
    if (response_.usage.present()) {
      SpelledKey("usageMetadata", (response_.style & kSnakeUsage) != 0, writer_);
      WriteUsage(response_.usage, response_.service_tier, true, writer_);
      writer_.Cover(response_.service_tier.node);
    }
    SpelledMember("modelVersion", (response_.style & kSnakeModelVersion) != 0, response_.model,
                  writer_);
    SpelledMember("responseId", (response_.style & kSnakeResponseId) != 0, response_.id, writer_);
    WriteCreateTime(response_.created, writer_);
    WriteExtras(response_.extras, writer_);
    writer_.EndObject();
  }

 private:
  static bool IsMadeUp(const Candidate& candidate) { return (candidate.style & kMadeUp) != 0; }

  void WriteCandidate(const Candidate& candidate) {
    if (IsMadeUp(candidate)) return;
    const Message& message = candidate.message;
    bool from_stream = candidate.node == kNoNode;
    writer_.BeginObject();
    if ((message.style & kNoContent) == 0) {
      writer_.Key("content");
      writer_.BeginObject();
      if ((message.style & kNoRole) == 0) {
        writer_.Key("role");
        writer_.Cover(message.role.node);
        writer_.Literal("\"model\"");
      }
      if ((message.style & kNoParts) == 0) {
        writer_.Key("parts");
        WriteWireParts(message.parts, context_, writer_);
      }
      WriteExtras(message.extras, writer_);
      writer_.EndObject();
    }
    SpelledMember("finishReason", (candidate.style & kSnakeFinish) != 0, candidate.finish.raw,
                  writer_);
    writer_.Member("index", candidate.index);
    if (!candidate.logprobs.empty()) {
      SpelledKey("logprobsResult", (candidate.style & kSnakeLogprobs) != 0, writer_);
      WriteLogprobs(candidate.logprobs, true, candidate.logprobs_extras, writer_);
    }
    if (!from_stream) WriteExtras(message.style_members, writer_);
    WriteExtras(candidate.extras, writer_);
    writer_.EndObject();
  }

  const ChatResponse& response_;
  CodecContext& context_;
  Writer& writer_;
};

class ForeignResponse {
 public:
  ForeignResponse(const ChatResponse& response, CodecContext& context, Writer& writer)
      : response_(response),
        context_(context),
        writer_(writer),
        parts_(ForeignParts::Side::kResponse, context, writer) {}

  void Write() {
    writer_.BeginObject();
    writer_.Key("candidates");
    writer_.BeginArray();
    std::int64_t position = 0;
    for (const Candidate& candidate : response_.candidates) WriteCandidate(candidate, position++);
    writer_.EndArray();
    if (response_.usage.present()) {
      writer_.Key("usageMetadata");
      WriteUsage(response_.usage, response_.service_tier, false, writer_);
    }
    writer_.Member("modelVersion", response_.model);
    writer_.Member("responseId", response_.id);
    writer_.EndObject();
  }

 private:
  void WriteCandidate(const Candidate& candidate, std::int64_t position) {
    Grounding grounding;
    bool refused = false;
    writer_.Cover(candidate.message.role.node);
    writer_.BeginObject();
    writer_.Key("content\":{\"role\":\"model\",\"parts");
    WriteParts(candidate.message, grounding, refused);
    writer_.EndObject();
    WriteFinish(candidate.finish, refused);
    writer_.Key("index");
    if (candidate.index.present())
      writer_.Value(candidate.index);
    else
      writer_.Int(position);
    if (!grounding.empty()) grounding.Write(writer_);
    if (!candidate.logprobs.empty()) {
      writer_.Key("logprobsResult");
      WriteLogprobs(candidate.logprobs, false, {}, writer_);
    }
    writer_.EndObject();
  }

  /// Thoughts one after the other are one: in a stream nothing would tell them apart.
  List<Part> Joined(const List<Part>& parts) {
    List<Part> joined;
    for (const Part& part : parts) {
      const auto* next = std::get_if<ReasoningPart>(&part.variant());
      ReasoningPart* last =
          joined.empty() ? nullptr : std::get_if<ReasoningPart>(&joined.back().variant());
      if (next == nullptr || next->text.empty() || last == nullptr || last->text.empty() ||
          !last->signature.empty()) {
        joined.push_back(context_.arena, part);
        continue;
      }
      std::string text(last->text.Decode(context_.arena));
      text += kBetweenThoughts;
      text += next->text.Decode(context_.arena);
      writer_.Cover(last->text.node);
      *last = *next;
      last->text = Text::Plain(context_.arena.Copy(text), next->text.node);
    }
    return joined;
  }

  /// Clients refuse contents without parts, so an empty one has a part without text.
  void WriteParts(const Message& message, Grounding& grounding, bool& refused) {
    std::int64_t index = 0;
    bool any = false;
    writer_.BeginArray();
    for (const Part& part : Joined(message.parts)) {
      if (!parts_.Admit(part)) continue;
      const TextPart* text = std::get_if<TextPart>(&part.variant());
      if (text != nullptr) {
        refused |= text->is_refusal;
        std::string_view decoded =
            text->citations.empty() ? std::string_view() : text->text.Decode(context_.arena);
        Grounding::Place place{decoded, index};
        for (const Citation& citation : text->citations) grounding.Add(citation, place, writer_);
        grounding.EndText(place);
      }
      parts_.Write(part);
      any = true;
      if (!parts_.waits()) ++index;
    }
    parts_.EndContent();
    if (!any) writer_.Literal("{\"text\":\"\"}");
    writer_.EndArray();
  }

  void WriteFinish(const FinishReason& finish, bool refused) {
    using Kind = FinishReason::Kind;
    writer_.Cover(finish.raw.node);
    std::string_view word = FinishWord(refused ? Kind::kContentFilter : finish.kind);
    if (word.empty()) return;
    writer_.Key("finishReason");
    writer_.String(Text{word, kNoNode, Text::Spelling::kClean});
    bool weaker = finish.kind == Kind::kContextLength || finish.kind == Kind::kPause ||
                  finish.kind == Kind::kOther;
    if (!weaker || refused || finish.raw.empty()) return;
    context_.accounting.Report(finish.raw.node, kValueDegraded,
                               "the finish reason '{}' is told in a weaker word", finish.raw.bytes);
  }

  const ChatResponse& response_;
  CodecContext& context_;
  Writer& writer_;
  ForeignParts parts_;
};

}  // namespace

Status EncodeResponse(const ChatResponse& response, CodecContext& context, Writer& writer) {
  if (response.protocol == kId)
    WireResponse(response, context, writer).Write();
  else
    ForeignResponse(response, context, writer).Write();
  return Ok();
}

}  // namespace aiproxy::gemini_generate
