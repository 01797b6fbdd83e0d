// Requests, reading: the parameters. Messages and tools have files of their own.
#include "core/model/openai_parameters.h"
#include "core/model/words.h"
#include "core/protocols/openai_chat/wire.h"

namespace aiproxy::openai_chat {

namespace {

constexpr FieldNames kFields("model", "messages", "max_completion_tokens", "max_tokens",
                             "temperature", "top_p", "top_k", "seed", "n", "presence_penalty",
                             "frequency_penalty", "logprobs", "top_logprobs", "stop", "stream",
                             "stream_options", "user", "safety_identifier", "service_tier",
                             "reasoning_effort", "response_format", "tools", "functions",
                             "tool_choice", "function_call", "parallel_tool_calls",
                             "web_search_options", "store", "verbosity", "modalities", "metadata",
                             "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options",
                             "moderation", "logit_bias");

/// What can be read only when the whole object is known.
struct Remembered {
  Value messages;
  Value tools;
  Value functions;
  Value web_search;
  Value tool_choice;
  Member function_call;
  Member max_tokens;
};

class RequestDecoder {
 public:
  RequestDecoder(CodecContext& context, ChatRequest& request)
      : context_(context), take_(context), request_(request) {}

  Status Run(const Value& root) {
    for (Member member : root.members()) AIPROXY_RETURN_IF_ERROR(TakeMember(member));
    if (!kept_.messages.valid()) {
      return context_.document().ErrorAt(root.id(), "expected a 'messages' array, got none");
    }
    AIPROXY_RETURN_IF_ERROR(DecodeMessages(kept_.messages, context_, request_));
    TakeMaxTokens();
    TakeTools();
    TakeToolChoice();
    return Ok();
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
        return Ok();
      case kFields("messages"):
        if (!value.is_array()) return Unexpected(value, "an array as 'messages'");
        kept_.messages = value;
        return Ok();
      case kFields("max_completion_tokens"):
        take_.Take(member, sampling.max_output_tokens, extras);
        if (value.is_number()) sampling.style |= kMaxCompletionTokens;
        return Ok();
      case kFields("max_tokens"):
        if (value.is_number())
          kept_.max_tokens = member;
        else
          take_.Wrong(member, Expected::kNumber, extras);
        return Ok();
      case kFields("temperature"):
        take_.Take(member, sampling.temperature, extras);
        return Ok();
      case kFields("top_p"):
        take_.Take(member, sampling.top_p, extras);
        return Ok();
      case kFields("top_k"):
        take_.Take(member, sampling.top_k, extras);
        return Ok();
      case kFields("seed"):
        take_.Take(member, sampling.seed, extras);
        return Ok();
      case kFields("n"):
        openai::TakeNumber(member, 1, take_, sampling.candidates, extras);
        return Ok();
      case kFields("presence_penalty"):
        openai::TakeNumber(member, 0, take_, sampling.presence_penalty, extras);
        return Ok();
      case kFields("frequency_penalty"):
        openai::TakeNumber(member, 0, take_, sampling.frequency_penalty, extras);
        return Ok();
      case kFields("top_logprobs"):
        openai::TakeNumber(member, 0, take_, sampling.top_logprobs, extras);
        return Ok();
      case kFields("logprobs"):
        take_.Take(member, sampling.logprobs, extras);
        if (sampling.logprobs.Is(false)) take_.Use(value);
        return Ok();
      case kFields("stop"):
        if (openai::TakeStop(member, take_, request_)) sampling.style |= kStopString;
        return Ok();
      case kFields("stream"):
        take_.Take(member, request_.stream, extras);
        return Ok();
      case kFields("stream_options"):
        if (openai::TakeStreamOptions(member, take_, request_)) request_.style |= kHasStreamOptions;
        return Ok();
      default:
        TakeOther(member);
        return Ok();
    }
  }

  void TakeOther(const Member& member) {
    const Value& value = member.value;
    Extras& extras = request_.extras;
    switch (kFields.Find(member.key)) {
      case kFields("user"):
        take_.Take(member, request_.user_id, extras);
        break;
      case kFields("safety_identifier"):
        take_.Take(member, request_.safety_id, extras);
        break;
      case kFields("service_tier"):
        openai::TakeServiceTier(member, take_, request_.service_tier, extras);
        break;
      case kFields("reasoning_effort"):
        TakeEffort(member);
        break;
      case kFields("response_format"):
        if (value.is_object())
          DecodeResponseFormat(value, context_, request_.response_format);
        else
          take_.Wrong(member, Expected::kObject, extras);
        break;
      case kFields("tools"):
        RememberArray(member, kept_.tools);
        break;
      case kFields("functions"):
        RememberArray(member, kept_.functions);
        break;
      case kFields("tool_choice"):
        if (value.is_string() || value.is_object())
          kept_.tool_choice = value;
        else
          take_.Wrong(member, Expected::kWord, extras);
        break;
      case kFields("function_call"):
        if (value.is_string() || value.is_object())
          kept_.function_call = member;
        else
          take_.Wrong(member, Expected::kWord, extras);
        break;
      case kFields("parallel_tool_calls"):
        take_.Take(member, request_.parallel_tool_calls, extras);
        if (request_.parallel_tool_calls.Is(true)) take_.Use(value);
        break;
      case kFields("web_search_options"):
        if (value.is_object())
          kept_.web_search = value;
        else
          take_.Wrong(member, Expected::kObject, extras);
        break;
      case kFields("store"):
        KeepUsed(take_, member, openai::SharedMembers(request_), value.kind() == JsonKind::kFalse);
        break;
      case kFields("verbosity"):
        KeepUsed(take_, member, openai::SharedMembers(request_),
                 value.is_string() && value.Is("medium"));
        break;
      case kFields("prompt_cache_key"):
      case kFields("prompt_cache_retention"):
      case kFields("prompt_cache_options"):
      case kFields("moderation"):
      case kFields("logit_bias"):
        take_.Keep(member, openai::SharedMembers(request_));
        break;
      case kFields("metadata"):
        take_.TakeObject(member, request_.metadata, extras);
        if (value.is_object()) UseIfEmpty(value, context_);
        break;
      case kFields("modalities"):
        KeepUsed(take_, member, extras, IsTextOnly(value));
        break;
      default:
        take_.Keep(member, extras);
    }
  }

  void RememberArray(const Member& member, Value& into) {
    if (member.value.is_array())
      into = member.value;
    else
      take_.Wrong(member, Expected::kArray, request_.extras);
  }

  static bool IsTextOnly(const Value& value) {
    if (!value.is_array()) return false;
    for (Value item : value.items()) {
      if (!item.is_string() || !item.Is("text")) return false;
    }
    return true;
  }

  void TakeEffort(const Member& member) {
    std::optional<Effort> effort;
    if (member.value.is_string()) {
      effort = EffortOf(Text::Of(member.value).Decode(context_.arena));
    }
    if (effort)
      request_.reasoning.effort = {*effort, member.value.id()};
    else
      take_.Wrong(member, Expected::kWord, request_.extras);
  }

  /// Of the two names for one thing the newer one counts.
  void TakeMaxTokens() {
    if (!kept_.max_tokens.value.valid()) return;
    const Member& older = kept_.max_tokens;
    if (!request_.sampling.max_output_tokens.present()) {
      request_.sampling.max_output_tokens = Number::Of(older.value);
    } else {
      take_.Keep(older, request_.extras);
    }
  }

  void TakeTools() {
    if (kept_.tools.valid()) {
      request_.style |= kHasTools;
      request_.tools_node = kept_.tools.id();
      UseIfEmpty(kept_.tools, context_);
      for (Value tool : kept_.tools.items()) DecodeTool(tool, context_, request_.tools);
    }
    if (kept_.functions.valid()) {
      request_.style |= kHasFunctions;
      if (request_.tools_node == kNoNode) request_.tools_node = kept_.functions.id();
      UseIfEmpty(kept_.functions, context_);
      for (Value function : kept_.functions.items()) {
        DecodeLegacyFunction(function, context_, request_.tools);
      }
    }
    if (kept_.web_search.valid()) DecodeWebSearch(kept_.web_search, context_, request_.tools);
  }

  void TakeToolChoice() {
    if (kept_.tool_choice.valid()) {
      DecodeToolChoice(kept_.tool_choice, context_, request_.tool_choice);
    }
    if (!kept_.function_call.value.valid()) return;
    bool read = !kept_.tool_choice.valid() &&
                DecodeLegacyToolChoice(kept_.function_call.value, context_, request_.tool_choice);
    if (!read) take_.Keep(kept_.function_call, request_.extras);
  }

  CodecContext& context_;
  Taker take_;
  ChatRequest& request_;
  Remembered kept_;
};

constexpr FieldNames kFormatFields("type", "json_schema");

}  // namespace

Status DecodeRequest(const Value& root, const HttpHead&, CodecContext& context,
                     ChatRequest& request) {
  request.protocol = kId;
  request.node = root.id();
  if (!root.is_object()) return Unexpected(root, "an object as the request");
  Status status = RequestDecoder(context, request).Run(root);
  if (status && request.messages_node == kNoNode) request.messages_node = root.id();
  return status;
}

void DecodeResponseFormat(const Value& object, CodecContext& context, ResponseFormat& format) {
  format = {};
  Taker take(context);
  format.kind = ResponseFormat::Kind::kOpaque;
  format.value = Raw::Of(object);
  format.node = object.id();
  Member schema;
  for (Member member : object.members()) {
    switch (kFormatFields.Find(member.key)) {
      case kFormatFields("type"):
        format.kind_node = member.value.id();
        break;
      case kFormatFields("json_schema"):
        schema = member;
        break;
      default:
        take.Keep(member, format.extras);
    }
  }
  if (format.kind_node == kNoNode) return;
  Value type(context.document(), format.kind_node);
  if (!type.is_string()) return;
  if (type.Is("text")) {
    format.kind = ResponseFormat::Kind::kText;
    take.Use(type);
  } else if (type.Is("json_object")) {
    format.kind = ResponseFormat::Kind::kJsonObject;
  } else if (type.Is("json_schema") && schema.value.valid() && schema.value.is_object()) {
    format.kind = ResponseFormat::Kind::kJsonSchema;
    take.Use(type);
    for (Member m : schema.value.members()) openai::TakeSchemaMember(m, take, format);
  }
}

}  // namespace aiproxy::openai_chat
