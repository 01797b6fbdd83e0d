// Requests, reading: the prompt and its parameters.
#include "core/model/openai_parameters.h"
#include "core/protocols/openai_completions/wire.h"

namespace aiproxy::openai_completions {

namespace {

constexpr FieldNames kFields("model", "prompt", "max_tokens", "temperature", "top_p", "seed", "n",
                             "presence_penalty", "frequency_penalty", "logprobs", "stop", "stream",
                             "stream_options", "user", "suffix", "echo", "best_of", "logit_bias");

class RequestDecoder {
 public:
  RequestDecoder(CodecContext& context, ChatRequest& request)
      : context_(context), take_(context), request_(request) {}

  Status Run(const Value& root) {
    Member prompt{};
    for (Member member : root.members()) {
      if (kFields.Find(member.key) == kFields("prompt"))
        prompt = member;
      else
        AIPROXY_RETURN_IF_ERROR(TakeMember(member));
    }
    if (!prompt.value.valid())
      return context_.document().ErrorAt(root.id(), "expected a member 'prompt'");
    request_.messages_node = prompt.value.id();
    return TakePrompt(prompt);
  }

 private:
  Status TakeMember(const Member& member) {
    const Value& value = member.value;
    Extras& extras = request_.extras;
    Sampling& sampling = request_.sampling;
    switch (kFields.Find(member.key)) {
      case kFields("model"):
        if (!value.is_string()) return Unexpected(value, "a string as 'model'");
        request_.model = Text::Of(value);
        break;
      case kFields("max_tokens"):
        take_.Take(member, sampling.max_output_tokens, extras);
        break;
      case kFields("temperature"):
        take_.Take(member, sampling.temperature, extras);
        break;
      case kFields("top_p"):
        take_.Take(member, sampling.top_p, extras);
        break;
      case kFields("seed"):
        take_.Take(member, sampling.seed, extras);
        break;
      case kFields("n"):
        openai::TakeNumber(member, 1, take_, sampling.candidates, extras);
        break;
      case kFields("presence_penalty"):
        openai::TakeNumber(member, 0, take_, sampling.presence_penalty, extras);
        break;
      case kFields("frequency_penalty"):
        openai::TakeNumber(member, 0, take_, sampling.frequency_penalty, extras);
        break;
      case kFields("stream"):
        take_.Take(member, request_.stream, extras);
        break;
      default:
        TakeOther(member);
    }
    return Ok();
  }

  void TakeOther(const Member& member) {
    const Value& value = member.value;
    Extras& extras = request_.extras;
    switch (kFields.Find(member.key)) {
      case kFields("logprobs"):
        TakeLogprobs(member);
        break;
      case kFields("stop"):
        if (openai::TakeStop(member, take_, request_)) request_.sampling.style |= kStopString;
        break;
      case kFields("stream_options"):
        if (openai::TakeStreamOptions(member, take_, request_)) request_.style |= kHasStreamOptions;
        break;
      case kFields("user"):
        take_.Take(member, request_.user_id, extras);
        break;
      case kFields("suffix"):
        KeepUsed(take_, member, extras, value.is_string() && value.body().empty());
        break;
      case kFields("echo"):
        KeepUsed(take_, member, extras, value.kind() == JsonKind::kFalse);
        break;
      case kFields("best_of"):
        KeepUsed(take_, member, extras, value.is_number() && value.Int() == 1);
        break;
      case kFields("logit_bias"):
        if (value.is_object()) UseIfEmpty(value, context_);
        take_.Keep(member, openai::SharedMembers(request_));
        break;
      default:
        take_.Keep(member, extras);
    }
  }

  /// How many alternatives of each token are told; with 0 only the token itself.
  void TakeLogprobs(const Member& member) {
    take_.Take(member, request_.sampling.top_logprobs, request_.extras);
    if (member.value.is_number()) request_.sampling.logprobs = {true};
  }

  /// A text is what the user says. Of several, which are as many requests in one, the first one is
  /// taken; the others are reported like any member without a place.
  Status TakePrompt(const Member& member) {
    const Value& prompt = member.value;
    Message message;
    message.role = Role::kUser;
    message.node = prompt.id();
    message.content_node = prompt.id();
    if (prompt.is_null()) {
      take_.Keep(member, request_.extras);
      return Ok();
    }
    if (!prompt.is_string()) {
      if (!prompt.is_array()) return Unexpected(prompt, "a text as the prompt");
      message.style = kPromptMember;
      take_.Keep(member, message.style_members);
      AIPROXY_RETURN_IF_ERROR(TakeList(prompt, message));
    } else {
      AddText(prompt, message);
    }
    request_.messages.push_back(context_.arena, message);
    return Ok();
  }

  Status TakeList(const Value& list, Message& message) {
    if (list.empty_container()) {
      return context_.document().ErrorAt(list.id(),
                                         "expected a text as the prompt, got an empty array");
    }
    Value first = *list.items().begin();
    for (Value item : list.items()) {
      const bool is_alike = item.kind() == first.kind();
      const bool is_known = item.is_string() || item.is_number() || item.is_array();
      if (!is_alike || !is_known) return Unexpected(item, "a text in the list of prompts");
    }
    if (first.is_string()) {
      AddText(first, message);
      return Ok();
    }
    // The neutral form holds what only its own protocol understands.
    const std::string_view target = context_.accounting.target();
    if (target == kId || target == "neutral") return Ok();
    return context_.document().ErrorAt(
        list.id(),
        "the prompt is a list of token numbers, which only its model can read; give it as a text");
  }

  void AddText(const Value& string, Message& message) {
    TextPart text;
    text.text = Text::Of(string);
    text.node = string.id();
    message.parts.push_back(context_.arena, text);
  }

  CodecContext& context_;
  Taker take_;
  ChatRequest& request_;
};

}  // namespace

Status DecodeRequest(const Value& root, const HttpHead&, CodecContext& context,
                     ChatRequest& request) {
  request.protocol = kId;
  request.node = root.id();
  if (!root.is_object()) return Unexpected(root, "an object as the request");
  return RequestDecoder(context, request).Run(root);
}

}  // namespace aiproxy::openai_completions
