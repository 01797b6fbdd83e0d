// Reading requests: the parameters. Items and tools have files of their own.
#include "core/json/field_names.h"
#include "core/model/openai_parameters.h"
#include "core/model/words.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

constexpr FieldNames kFields("model", "instructions", "input", "max_output_tokens", "temperature",
                             "top_p", "top_logprobs", "parallel_tool_calls", "stream",
                             "stream_options", "user", "safety_identifier", "service_tier",
                             "metadata", "text", "reasoning", "include", "tools", "tool_choice",
                             "store", "prompt_cache_key", "prompt_cache_retention",
                             "prompt_cache_options", "moderation", "background", "truncation",
                             "context_management", "previous_response_id", "conversation");

class RequestDecoder {
 public:
  RequestDecoder(CodecContext& context, ChatRequest& request)
      : context_(context), take_(context), request_(request) {}

  Status Run(const Value& root) {
    for (Member member : root.members()) AIPROXY_RETURN_IF_ERROR(TakeMember(member));
    TakeInstructions();
    TakeTools();
    if (choice_.valid()) DecodeToolChoice(choice_, context_, request_.tool_choice);
    if (request_.stream.Is(true)) request_.stream_usage = true;
    return TakeInput();
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
      case kFields("instructions"):
        instructions_ = member;
        break;
      case kFields("input"):
        if (!value.is_string() && !value.is_array()) {
          return Unexpected(value, "a string or an array as 'input'");
        }
        input_ = value;
        break;
      case kFields("max_output_tokens"):
        take_.Take(member, sampling.max_output_tokens, extras);
        break;
      case kFields("temperature"):
        take_.Take(member, sampling.temperature, extras);
        break;
      case kFields("top_p"):
        take_.Take(member, sampling.top_p, extras);
        break;
      case kFields("top_logprobs"):
        take_.Take(member, sampling.top_logprobs, extras);
        if (value.is_number() && sampling.top_logprobs.Real() == 0) take_.Use(value);
        break;
      case kFields("parallel_tool_calls"):
        take_.Take(member, request_.parallel_tool_calls, extras);
        if (request_.parallel_tool_calls.Is(true)) take_.Use(value);
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
      case kFields("user"):
        take_.Take(member, request_.user_id, extras);
        break;
      case kFields("safety_identifier"):
        take_.Take(member, request_.safety_id, extras);
        break;
      case kFields("service_tier"):
        openai::TakeServiceTier(member, take_, request_.service_tier, extras);
        break;
      case kFields("metadata"):
        take_.TakeObject(member, request_.metadata, extras);
        if (value.is_object()) UseIfEmpty(value, context_);
        break;
      case kFields("stream_options"):
        TakeStreamOptions(member);
        break;
      case kFields("text"):
        TakeText(member);
        break;
      case kFields("reasoning"):
        TakeReasoning(member);
        break;
      case kFields("include"):
        TakeInclude(member);
        break;
      case kFields("tools"):
        if (value.is_array())
          tools_ = value;
        else
          take_.Wrong(member, Expected::kArray, extras);
        break;
      case kFields("tool_choice"):
        if (value.is_string() || value.is_object())
          choice_ = value;
        else
          take_.Wrong(member, Expected::kWord, extras);
        break;
      case kFields("store"):
        KeepUsed(take_, member, openai::SharedMembers(request_), value.kind() == JsonKind::kFalse);
        break;
      case kFields("prompt_cache_key"):
      case kFields("prompt_cache_retention"):
      case kFields("prompt_cache_options"):
      case kFields("moderation"):
        take_.Keep(member, openai::SharedMembers(request_));
        break;
      default:
        KeepOwn(member);
    }
  }

  /// What only this protocol has.
  void KeepOwn(const Member& member) {
    const Value& value = member.value;
    switch (kFields.Find(member.key)) {
      case kFields("background"):
        return KeepUsed(take_, member, request_.extras, value.kind() == JsonKind::kFalse);
      case kFields("truncation"):
        return KeepUsed(take_, member, request_.extras, value.is_string() && value.Is("disabled"));
      case kFields("context_management"):
        return KeepUsed(take_, member, request_.extras,
                        value.is_array() && value.empty_container());
      default:
        take_.Keep(member, request_.extras);
    }
  }

  void TakeStreamOptions(const Member& member) {
    if (!member.value.is_object()) {
      return take_.Wrong(member, Expected::kObject, request_.extras);
    }
    request_.style |= kHasStreamOptions;
    UseIfEmpty(member.value, context_);
    for (Member option : member.value.members()) {
      if (option.key.Is("include_obfuscation") && option.value.is_bool())
        KeepUsed(take_, option, openai::SharedMembers(request_), !option.value.is_true());
      else
        take_.Keep(option, request_.stream_extras);
    }
  }

  void TakeText(const Member& member) {
    if (!member.value.is_object()) {
      return take_.Wrong(member, Expected::kObject, request_.extras);
    }
    request_.style |= kHasText;
    UseIfEmpty(member.value, context_);
    for (Member inner : member.value.members()) {
      const Value& value = inner.value;
      if (inner.key.Is("format") && value.is_object()) {
        DecodeFormat(value, context_, request_.response_format);
      } else if (inner.key.Is("verbosity") && value.is_string()) {
        KeepUsed(take_, inner, openai::SharedMembers(request_), value.Is("medium"));
      } else {
        take_.Keep(inner, request_.output_extras);
      }
    }
  }

  void TakeReasoning(const Member& member) {
    if (!member.value.is_object()) {
      return take_.Wrong(member, Expected::kObject, request_.extras);
    }
    request_.style |= kHasReasoning;
    Reasoning& reasoning = request_.reasoning;
    reasoning.node = member.value.id();
    UseIfEmpty(member.value, context_);
    Value newer = member.value.Find("summary");
    bool older = !newer.valid() || !IsSummaryWord(newer);  // the name that it had at first
    std::string_view summary = older ? "generate_summary" : "summary";
    for (Member inner : member.value.members()) {
      const Value& value = inner.value;
      if (inner.key.Is("effort")) {
        std::optional<Effort> effort;
        if (value.is_string()) effort = EffortOf(Text::Of(value).Decode(context_.arena));
        if (effort)
          reasoning.effort = {*effort, value.id()};
        else
          take_.Wrong(inner, Expected::kWord, reasoning.extras);
      } else if (inner.key.Is(summary) && IsSummaryWord(value)) {
        reasoning.display = {Reasoning::Display::kSummarized, value.id()};
        reasoning.display_word = Text::Of(value);
        if (older) request_.style |= kGenerateSummary;
      } else {
        take_.Keep(inner, reasoning.extras);
      }
    }
  }

  static bool IsSummaryWord(const Value& value) {
    return value.is_string() && (value.Is("auto") || value.Is("concise") || value.Is("detailed"));
  }

  /// The list is kept whole; what its entries ask for has a meaning elsewhere too.
  void TakeInclude(const Member& member) {
    take_.Keep(member, request_.extras);
    if (!member.value.is_array()) return;
    UseIfEmpty(member.value, context_);
    for (Value entry : member.value.items()) {
      if (!entry.is_string()) continue;
      if (entry.Is("message.output_text.logprobs")) {
        request_.sampling.logprobs = {true, entry.id()};
      } else if (entry.Is("reasoning.encrypted_content")) {
        take_.Use(entry);  // every other protocol returns what it signs, unasked
      }
    }
  }

  void TakeInstructions() {
    const Value& value = instructions_.value;
    if (!value.valid()) return;
    if (!value.is_string()) return take_.Wrong(instructions_, Expected::kString, request_.extras);
    Message message;
    message.role = Role::kSystem;
    message.node = value.id();
    message.content_node = value.id();
    message.style = kDecodedMessage | kInstructions | kContentString;
    TextPart text;
    text.text = Text::Of(value);
    text.node = value.id();
    message.parts.push_back(context_.arena, text);
    request_.messages.push_back(context_.arena, message);
  }

  void TakeTools() {
    if (!tools_.valid()) return;
    request_.style |= kHasTools;
    request_.tools_node = tools_.id();
    UseIfEmpty(tools_, context_);
    for (Value tool : tools_.items()) DecodeTool(tool, 0, context_, request_.tools);
  }

  Status TakeInput() {
    if (!input_.valid()) return Ok();
    request_.messages_node = input_.id();
    request_.style |= kHasInput;
    if (input_.is_array()) {
      ItemDecoder items(context_, request_.model.Decode(context_.arena), request_.messages);
      items.CollectTools(&request_);
      return items.Run(input_);
    }
    request_.style |= kInputString;
    Message message;
    message.role = Role::kUser;
    message.node = input_.id();
    message.content_node = input_.id();
    message.style = kDecodedMessage | kContentString;
    TextPart text;
    text.text = Text::Of(input_);
    text.node = input_.id();
    message.parts.push_back(context_.arena, text);
    request_.messages.push_back(context_.arena, message);
    return Ok();
  }

  CodecContext& context_;
  Taker take_;
  ChatRequest& request_;
  Member instructions_;
  Value input_;
  Value tools_;
  Value choice_;
};

}  // namespace

Status DecodeRequest(const Value& root, const HttpHead&, CodecContext& context,
                     ChatRequest& request) {
  request.protocol = kId;
  request.node = root.id();
  if (!root.is_object()) return Unexpected(root, "an object as the request");
  return RequestDecoder(context, request).Run(root);
}

}  // namespace aiproxy::openai_responses
