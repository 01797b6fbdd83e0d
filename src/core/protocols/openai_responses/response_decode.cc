// Reading whole responses: the envelope, what it repeats of the request, the output.
#include "core/json/field_names.h"
#include "core/model/openai_logprobs.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

constexpr FieldNames kFields("id", "object", "created_at", "status", "error", "incomplete_details",
                             "model", "output", "usage", "service_tier", "output_text");
constexpr FieldNames kEchoes("background", "frequency_penalty", "metadata", "parallel_tool_calls",
                             "presence_penalty", "reasoning", "store", "temperature", "text",
                             "tool_choice", "tools", "top_logprobs", "top_p", "truncation");

bool IsNumber(const Value& value, double number) {
  return value.is_number() && Number::Of(value).Real() == number;
}

bool HasOnlyNulls(const Value& object) {
  if (!object.is_object()) return false;
  for (Member member : object.members()) {
    if (!member.value.is_null()) return false;
  }
  return true;
}

bool IsPlainText(const Value& text) {
  if (!text.is_object()) return false;
  for (Member member : text.members()) {
    const Value& value = member.value;
    bool plain = false;
    if (member.key.Is("format") && value.is_object()) {
      Value type = value.Find("type");
      plain = IsString(type) && type.Is("text");
    }
    plain = plain || (member.key.Is("verbosity") && value.is_string() && value.Is("medium"));
    if (!plain && !value.is_null()) return false;
  }
  return true;
}

bool HasCall(const Message& message) {
  for (const Part& part : message.parts) {
    if (std::get_if<ToolCallPart>(&part.variant()) != nullptr) return true;
  }
  return false;
}

/// Log probabilities belong to the candidate; the texts keep theirs for the same protocol.
void TakeLogprobs(CodecContext& context, Candidate& candidate) {
  for (const Part& part : candidate.message.parts) {
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text == nullptr) continue;
    for (const ExtraMember& extra : text->extras) {
      if (!extra.name.Is("logprobs") || extra.value.node == kNoNode) continue;
      Value list(context.document(), extra.value.node);
      if (!list.is_array()) continue;
      for (Value entry : list.items()) {
        candidate.logprobs.push_back(context.arena, ReadOpenAiLogprob(entry, context.arena));
      }
    }
  }
}

/// That the last item of an incomplete answer is incomplete is said by the answer.
void UseLastStatus(const Value& root, const Value& output, Taker& take) {
  Value last;
  for (Value item : output.items()) last = item;
  Value answer = root.Find("status");
  if (!IsObject(last) || !IsString(answer) || !answer.Is("incomplete")) return;
  if (Value status = last.Find("status"); IsString(status) && status.Is("incomplete")) {
    take.Use(status);
  }
}

}  // namespace

bool IsDefaultEcho(const Member& member) {
  const Value& value = member.value;
  switch (kEchoes.Find(member.key)) {
    case kEchoes("parallel_tool_calls"):
      return value.kind() == JsonKind::kTrue;
    case kEchoes("store"):
      return value.is_bool();
    case kEchoes("background"):
      return value.kind() == JsonKind::kFalse;
    case kEchoes("temperature"):
    case kEchoes("top_p"):
      return IsNumber(value, 1);
    case kEchoes("top_logprobs"):
    case kEchoes("frequency_penalty"):
    case kEchoes("presence_penalty"):
      return IsNumber(value, 0);
    case kEchoes("tool_choice"):
      return value.is_string() && value.Is("auto");
    case kEchoes("truncation"):
      return value.is_string() && value.Is("disabled");
    case kEchoes("tools"):
    case kEchoes("metadata"):
      return value.is_container() && value.empty_container();
    case kEchoes("text"):
      return IsPlainText(value);
    case kEchoes("reasoning"):
      return HasOnlyNulls(value);
    default:
      return false;
  }
}

FinishReason DecodeFinish(const Value& root, bool calls) {
  using Kind = FinishReason::Kind;
  FinishReason finish;
  Value status = root.Find("status");
  Value details = root.Find("incomplete_details");
  Value reason = IsObject(details) ? details.Find("reason") : Value();
  if (!IsString(status)) return finish;
  finish.raw = Text::Of(status);
  if (status.Is("completed")) {
    finish.kind = calls ? Kind::kToolCalls : Kind::kStop;
    return finish;
  }
  finish.kind = Kind::kOther;
  if (!status.Is("incomplete") || !IsString(reason)) return finish;
  finish.raw = Text::Of(reason);
  if (reason.Is("max_output_tokens")) finish.kind = Kind::kLength;
  if (reason.Is("content_filter")) finish.kind = Kind::kContentFilter;
  return finish;
}

void KeepEcho(const Member& member, Taker& take, Extras& extras) {
  KeepUsed(take, member, extras, IsDefaultEcho(member));
}

Status DecodeResponse(const Value& root, const HttpHead&, CodecContext& context,
                      ChatResponse& response) {
  response.protocol = kId;
  response.node = root.id();
  response.style = kDecodedResponse;
  if (!root.is_object()) return Unexpected(root, "an object as the response");
  Taker take(context);
  Extras& extras = response.extras;
  Value output;
  for (Member member : root.members()) {
    const Value& value = member.value;
    switch (kFields.Find(member.key)) {
      case kFields("id"):
        take.Take(member, response.id, extras);
        break;
      case kFields("object"):
        KeepUsed(take, member, extras, value.is_string() && value.Is("response"));
        break;
      case kFields("created_at"):
        take.Take(member, response.created, extras);
        break;
      case kFields("status"):
        KeepUsed(take, member, extras, value.is_string() && value.Is("incomplete"));
        break;
      case kFields("model"):
        take.Take(member, response.model, extras);
        break;
      case kFields("output"):
        output = value;
        break;
      case kFields("output_text"):
        KeepUsed(take, member, extras, true);
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
        KeepEcho(member, take, extras);
    }
  }
  if (!IsArray(output)) {
    return context.document().ErrorAt(output.valid() ? output.id() : root.id(),
                                      "expected an 'output' array in the response");
  }
  List<Message> messages;
  ItemDecoder items(context, response.model.Decode(context.arena), messages);
  items.ReadResponse();
  AIPROXY_RETURN_IF_ERROR(items.Run(output));
  Candidate candidate;
  candidate.message.role = Role::kAssistant;
  if (!messages.empty()) candidate.message = messages[0];
  candidate.finish = DecodeFinish(root, HasCall(candidate.message));
  UseLastStatus(root, output, take);
  TakeLogprobs(context, candidate);
  response.candidates.push_back(context.arena, candidate);
  return Ok();
}

}  // namespace aiproxy::openai_responses
