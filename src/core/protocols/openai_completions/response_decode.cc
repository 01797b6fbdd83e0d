// Whole responses, reading.
#include "core/model/openai_answer.h"
#include "core/protocols/openai_completions/wire.h"

namespace aiproxy::openai_completions {

namespace {

constexpr FieldNames kFields("id", "object", "created", "model", "choices", "usage");
constexpr FieldNames kChoiceFields("text", "index", "logprobs", "finish_reason");

void TakeLogprobs(const Member& member, Taker& take, Candidate& candidate) {
  if (!member.value.is_object()) {
    return take.Wrong(member, Expected::kObject, candidate.extras);
  }
  candidate.style |= kHasLogprobs;
  UseIfEmpty(member.value, take.context());
  for (Member list : member.value.members()) take.Keep(list, candidate.logprobs_extras);
  DecodeLogprobs(member.value, take.context(), candidate.logprobs);
}

void TakeText(const Member& member, Taker& take, Candidate& candidate) {
  if (!member.value.is_string()) return take.Wrong(member, Expected::kString, candidate.extras);
  candidate.style |= kHasText;
  candidate.message.parts.clear();
  TextPart text;
  text.text = Text::Of(member.value);
  text.node = member.value.id();
  candidate.message.parts.push_back(take.context().arena, text);
}

Status DecodeChoice(const Value& object, std::size_t position, CodecContext& context,
                    Candidate& candidate) {
  Taker take(context);
  candidate.node = object.id();
  candidate.style = kDecodedCandidate;
  candidate.message.role = Role::kAssistant;
  UseIfEmpty(object, context);
  for (Member member : object.members()) {
    const Value& value = member.value;
    switch (kChoiceFields.Find(member.key)) {
      case kChoiceFields("text"):
        TakeText(member, take, candidate);
        break;
      case kChoiceFields("index"):
        take.Take(member, candidate.index, candidate.extras);
        if (candidate.index.Is(static_cast<std::int64_t>(position))) take.Use(value);
        break;
      case kChoiceFields("logprobs"):
        TakeLogprobs(member, take, candidate);
        break;
      case kChoiceFields("finish_reason"):
        if (value.is_string())
          candidate.finish = DecodeFinish(value);
        else
          take.Wrong(member, Expected::kString, candidate.extras);
        break;
      default:
        take.Keep(member, candidate.extras);
    }
  }
  return Ok();
}

}  // namespace

FinishReason DecodeFinish(const Value& word) {
  using Kind = FinishReason::Kind;
  constexpr FieldNames kWords("stop", "length", "content_filter");
  FinishReason finish;
  finish.raw = Text::Of(word);
  switch (kWords.Find(word)) {
    case kWords("stop"):
      finish.kind = Kind::kStop;
      break;
    case kWords("length"):
      finish.kind = Kind::kLength;
      break;
    case kWords("content_filter"):
      finish.kind = Kind::kContentFilter;
      break;
    default:
      finish.kind = Kind::kOther;
  }
  return finish;
}

Status DecodeResponse(const Value& root, const HttpHead&, CodecContext& context,
                      ChatResponse& response) {
  response.protocol = kId;
  response.node = root.id();
  response.style = kDecodedResponse;
  if (!root.is_object()) return Unexpected(root, "an object as the response");
  Taker take(context);
  Extras& extras = response.extras;
  Value choices;
  for (Member member : root.members()) {
    const Value& value = member.value;
    switch (kFields.Find(member.key)) {
      case kFields("id"):
        take.Take(member, response.id, extras);
        break;
      case kFields("object"):
        KeepUsed(take, member, extras, value.is_string() && value.Is("text_completion"));
        break;
      case kFields("created"):
        take.Take(member, response.created, extras);
        break;
      case kFields("model"):
        take.Take(member, response.model, extras);
        break;
      case kFields("choices"):
        choices = value;
        break;
      case kFields("usage"):
        if (value.is_object())
          openai::DecodeUsage(value, context, response.usage);
        else
          take.Wrong(member, Expected::kObject, extras);
        break;
      default:
        take.Keep(member, extras);
    }
  }
  return openai::DecodeChoices(root, choices, DecodeChoice, context, response);
}

}  // namespace aiproxy::openai_completions
