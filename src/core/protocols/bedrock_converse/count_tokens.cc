// Counting the tokens of a conversation: the conversation in a wrapper, and one number in return.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
#include "core/model/counting.h"

#include "core/json/field_names.h"
#include "core/protocols/bedrock_converse/codec.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy {

namespace bedrock_converse {

namespace {

/// The one member of `input`; its value is invalid when there is not exactly one.
Member FormOf(const Value& input) {
  if (!IsObject(input) || !IsSingle(input)) return {};
  return *input.members().begin();
}

Recognition RecogniseCounting(const Value& root, std::string_view event) {
  constexpr FieldNames kAnswerFields("inputTokens");
  constexpr FieldNames kRequestFields("input", "modelId");
  if (!event.empty() || !root.is_object()) return {};
  if (HasOnly(root, kAnswerFields)) return {Certainty::kSure, MessageKind::kResponse};
  Value input = root.Find("input");
  Member form = FormOf(input);
  if (IsObject(form.value) && (form.key.Is("converse") || form.key.Is("invokeModel")))
    return {Certainty::kSure, MessageKind::kRequest};
  // Of a wrong form: the decoder says what is wrong with it, and where.
  bool may_be = IsObject(input) && HasOnly(root, kRequestFields);
  return {may_be ? Certainty::kPossible : Certainty::kNone, MessageKind::kRequest};
}

bool IsCountingError(const Value& root) {
  return IsErrorBody(root) && !root.Find("inputTokens").valid();
}

HttpHead CountingHead(const ChatRequest& request) {
  HttpHead head;
  head.method = "POST";
  if (!request.model.empty())
    head.path = "/model/" + EscapedModel(request.model.Decode()) + "/count-tokens";
  head.headers = {{"content-type", "application/json"}, {"accept", "application/json"}};
  return head;
}

class CountedDecoder {
 public:
  CountedDecoder(CodecContext& context, ChatRequest& request)
      : context_(context), take_(context), request_(request) {}

  Status Run(const Value& root, const HttpHead& head) {
    if (!root.is_object()) return Expect(context_, root, "an object");
    Member input{};
    Member model{};
    for (Member m : root.members()) {
      if (m.key.Is("input"))
        input = m;
      else if (m.key.Is("modelId"))
        model = m;
      else
        take_.Keep(m, request_.wrapper_extras);
    }
    if (!input.value.valid())
      return context_.document().ErrorAt(root.id(), "expected a member 'input'");
    Member form = FormOf(input.value);
    HttpHead around = head;
    AIPROXY_RETURN_IF_ERROR(TakePath(model, around));
    if (IsObject(form.value) && form.key.Is("converse")) {
      HttpHead inner;
      if (!around.path.empty()) inner.path = "/model/" + EscapedModel(model_) + "/converse";
      AIPROXY_RETURN_IF_ERROR(DecodeRequest(form.value, inner, context_, request_));
    } else if (IsObject(form.value) && form.key.Is("invokeModel")) {
      AIPROXY_RETURN_IF_ERROR(KeepInvoke(input));
    } else {
      return context_.document().ErrorAt(input.value.id(),
                                         "expected {\"converse\":{...}} as the input");
    }
    return TakeModel(model, head);
  }

 private:
  /// The path that says the model, or one made of the member that an SDK's input has instead.
  Status TakePath(const Member& model, HttpHead& head) {
    if (!head.path.empty()) {
      RequestTarget target;
      AIPROXY_RETURN_IF_ERROR(ReadCountingPath(head.path, target));
      model_ = target.model;
    } else if (model.value.valid()) {
      if (!model.value.is_string()) return Expect(context_, model.value, "a string");
      model_ = model.value.Decoded();
      if (!model_.empty()) head.path = "/model/";
    }
    return Ok();
  }

  Status KeepInvoke(const Member& input) {
    // The neutral form holds what only its own protocol understands.
    const std::string_view target = context_.accounting.target();
    if (target != kId && target != "neutral") {
      return context_.document().ErrorAt(
          input.value.id(),
          "the body of 'invokeModel' is in its model's own words, which are not translated; give "
          "the conversation as 'converse'");
    }
    request_.protocol = kId;
    request_.node = input.value.id();
    request_.style |= kInvokeModel;
    request_.model = Text::Plain(context_.arena.Copy(model_));
    take_.Keep(input, request_.wrapper_extras);
    return Ok();
  }

  Status TakeModel(const Member& model, const HttpHead& head) {
    if (!model.value.valid()) return Ok();
    if (head.path.empty()) {
      request_.model = Text::Of(model.value);
      request_.style |= kModelAround;
      return Ok();
    }
    KeepUsed(take_, model, request_.wrapper_extras, model.value.Is(model_));
    return Ok();
  }

  CodecContext& context_;
  Taker take_;
  ChatRequest& request_;
  std::string model_;  // of the path, or beside the input
};

Status DecodeCountedRequest(const Value& root, const HttpHead& head, CodecContext& context,
                            ChatRequest& request) {
  return CountedDecoder(context, request).Run(root, head);
}

Status EncodeCountedRequest(const ChatRequest& request, CodecContext& context, Writer& writer) {
  const bool own = request.protocol == kId;
  writer.BeginObject();
  if (own && (request.style & kModelAround) != 0) writer.Member("modelId", request.model);
  if (!own || (request.style & kInvokeModel) == 0) {
    writer.Key("input");
    writer.BeginObject();
    writer.Key("converse");
    EncodeCounted(request, context, writer);
    writer.EndObject();
  }
  if (own) WriteExtras(request.wrapper_extras, writer);
  writer.EndObject();
  return Ok();
}

Status DecodeCount(const Value& root, const HttpHead&, CodecContext& context,
                   ChatResponse& response) {
  AIPROXY_RETURN_IF_ERROR(BeginCounted(root, kId, response));
  Taker take(context);
  for (Member m : root.members()) {
    if (m.key.Is("inputTokens"))
      AIPROXY_RETURN_IF_ERROR(TakeCount(m.value, context, response.usage));
    else
      take.Keep(m, response.extras);
  }
  return CheckCounted(root, "inputTokens", context, response);
}

Status EncodeCount(const ChatResponse& response, CodecContext& context, Writer& writer) {
  AIPROXY_RETURN_IF_ERROR(HasCount(response, context));
  writer.BeginObject();
  writer.Key("inputTokens");
  WriteCount(response.usage.input, writer);
  if (response.protocol == kId) WriteExtras(response.extras, writer);
  writer.EndObject();
  return Ok();
}

}  // namespace

}  // namespace bedrock_converse

const Protocol kBedrockCountTokens{
    .id = bedrock_converse::kId,
    .title = "Amazon Bedrock CountTokens",
    .docs_url =
        "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html",
    .aliases = {},
    .capability = Capability::kCountTokens,
    .beside = bedrock_converse::kId,
    .framing = Framing::kAwsEventStream,
    .recognise = bedrock_converse::RecogniseCounting,
    .decode_request = bedrock_converse::DecodeCountedRequest,
    .encode_request = bedrock_converse::EncodeCountedRequest,
    .request_head = bedrock_converse::CountingHead,
    .read_path = bedrock_converse::ReadCountingPath,
    .edit_path = bedrock_converse::EditPath,
    .decode_response = bedrock_converse::DecodeCount,
    .encode_response = bedrock_converse::EncodeCount,
    .is_error_body = bedrock_converse::IsCountingError,
    .decode_error = bedrock_converse::DecodeError,
    .encode_error = bedrock_converse::EncodeError,
    .error_status = bedrock_converse::ErrorStatus,
    .add_error_headers = bedrock_converse::AddErrorHeaders,
    .model_member = "",
    .stream_member = "",
    .request_id_header = "x-amzn-requestid",
};

}  // namespace aiproxy
