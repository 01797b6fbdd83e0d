// Whole responses, reading: choices, messages, usage.
#include "core/model/openai_answer.h"
#include "core/model/openai_logprobs.h"
#include "core/protocols/openai_chat/wire.h"

namespace aiproxy::openai_chat {

namespace {

constexpr FieldNames kFields("id", "object", "created", "model", "choices", "usage",
                             "service_tier");
constexpr FieldNames kChoiceFields("index", "message", "finish_reason", "logprobs");

struct FinishWord {
  std::string_view word;
  FinishReason::Kind kind;
};
constexpr FinishWord kFinishWords[] = {
    {"stop", FinishReason::Kind::kStop},
    {"length", FinishReason::Kind::kLength},
    {"tool_calls", FinishReason::Kind::kToolCalls},
    {"function_call", FinishReason::Kind::kToolCalls},
    {"content_filter", FinishReason::Kind::kContentFilter},
    {"eos", FinishReason::Kind::kStop},  // Together
    {"", FinishReason::Kind::kStop},     // 360
};

bool TakeLogprobList(const Member& member, Taker& take, List<TokenLogprob>& list, Extras& extras) {
  if (!member.value.is_array()) {
    take.Wrong(member, Expected::kArray, extras);
    return false;
  }
  UseIfEmpty(member.value, take.context());
  Arena& arena = take.context().arena;
  for (Value item : member.value.items()) list.push_back(arena, ReadOpenAiLogprob(item, arena));
  return true;
}

void DecodeLogprobs(const Value& object, Taker& take, Candidate& candidate) {
  candidate.style |= kHasLogprobs;
  UseIfEmpty(object, take.context());
  for (Member member : object.members()) {
    Extras& extras = candidate.logprobs_extras;
    if (member.key.Is("content")) {
      if (TakeLogprobList(member, take, candidate.logprobs, extras)) {
        candidate.style |= kHasContentLogprobs;
      }
    } else if (member.key.Is("refusal")) {
      if (TakeLogprobList(member, take, candidate.refusal_logprobs, extras)) {
        candidate.style |= kHasRefusalLogprobs;
      }
    } else {
      take.Keep(member, extras);
    }
  }
}

Status DecodeChoice(const Value& object, std::size_t position, CodecContext& context,
                    Candidate& candidate) {
  Taker take(context);
  candidate.node = object.id();
  UseIfEmpty(object, context);
  candidate.style = kDecodedCandidate;
  candidate.message.role = Role::kAssistant;
  Value message;
  for (Member member : object.members()) {
    const Value& value = member.value;
    switch (kChoiceFields.Find(member.key)) {
      case kChoiceFields("index"):
        take.Take(member, candidate.index, candidate.extras);
        if (candidate.index.Is(static_cast<std::int64_t>(position))) take.Use(value);
        break;
      case kChoiceFields("message"):
        message = value;
        break;
      case kChoiceFields("finish_reason"):
        if (value.is_string())
          candidate.finish = DecodeFinish(value);
        else
          take.Wrong(member, Expected::kString, candidate.extras);
        break;
      case kChoiceFields("logprobs"):
        if (value.is_object())
          DecodeLogprobs(value, take, candidate);
        else
          take.Wrong(member, Expected::kObject, candidate.extras);
        break;
      default:
        take.Keep(member, candidate.extras);
    }
  }
  if (!message.valid()) return Ok();
  candidate.style |= kHasMessage;
  candidate.message = {};
  return DecodeMessage(message, position, true, context, candidate.message);
}

}  // namespace

FinishReason DecodeFinish(const Value& word) {
  FinishReason finish;
  finish.raw = Text::Of(word);
  finish.kind = FinishReason::Kind::kOther;
  for (const FinishWord& row : kFinishWords) {
    if (word.Is(row.word)) finish.kind = row.kind;
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
      case kFields("object"): {
        bool known = value.is_string() && (value.Is("chat.completion") || value.body().empty());
        KeepUsed(take, member, extras, known);
        break;
      }
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
          DecodeUsage(value, context, response.usage);
        else
          take.Wrong(member, Expected::kObject, extras);
        break;
      case kFields("service_tier"):
        openai::TakeServiceTier(member, take, response.service_tier, extras);
        break;
      default:
        take.Keep(member, extras);
    }
  }
  return openai::DecodeChoices(root, choices, DecodeChoice, context, response);
}

}  // namespace aiproxy::openai_chat
