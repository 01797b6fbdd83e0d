#include "core/protocols/bedrock_converse/codec.h"

#include <array>
#include <string>

#include "core/json/field_names.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy {

namespace bedrock_converse {

namespace {

constexpr std::array<std::string_view, 1> kAliases{"bedrock"};

/// A block is an object of one member, which says what it is.
bool IsOurBlock(const Value& block) {
  constexpr FieldNames kBlocks("text", "image", "document", "video", "audio", "toolUse",
                               "toolResult", "reasoningContent", "citationsContent", "searchResult",
                               "cachePoint", "guardContent");
  if (!block.is_object() || block.Find("type").valid() || !IsSingle(block)) return false;
  Member only = *block.members().begin();
  return kBlocks.Find(only.key) != decltype(kBlocks)::kUnknown;
}

Certainty OfMessages(const Value& messages) {
  Certainty certainty = Certainty::kNone;
  for (Value message : messages.items()) {
    if (!message.is_object() || !IsString(message.Find("role"))) return Certainty::kNone;
    Value content = message.Find("content");
    if (!IsArray(content)) return Certainty::kNone;
    for (Value block : content.items()) {
      if (block.Find("type").valid()) return Certainty::kNone;
      if (IsOurBlock(block)) certainty = Certainty::kSure;
    }
  }
  return certainty;
}

Certainty OfRequest(const Value& root) {
  constexpr FieldNames kOurs("inferenceConfig", "toolConfig", "additionalModelRequestFields",
                             "guardrailConfig");
  Value messages = root.Find("messages");
  bool any = messages.valid() || root.Find("system").valid();
  for (Member m : root.members()) {
    if (any && kOurs.Find(m.key) != decltype(kOurs)::kUnknown) return Certainty::kSure;
  }
  return IsArray(messages) ? OfMessages(messages) : Certainty::kNone;
}

bool IsStreamEvent(std::string_view name) {
  constexpr FieldNames kNames("messageStart", "contentBlockStart", "contentBlockDelta",
                              "contentBlockStop", "messageStop", "metadata");
  return kNames.Find(name) != decltype(kNames)::kUnknown;
}

/// {"message":...} alone, or members of AWS beside it.
Certainty OfError(const Value& root) {
  constexpr FieldNames kOurs("__type", "originalStatusCode", "originalMessage", "resourceName");
  bool message = IsString(root.Find("message")) || IsString(root.Find("Message"));
  if (!message) return Certainty::kNone;
  for (Member m : root.members()) {
    if (kOurs.Find(m.key) != decltype(kOurs)::kUnknown) return Certainty::kLikely;
  }
  return IsSingle(root) ? Certainty::kPossible : Certainty::kNone;
}

Recognition Recognise(const Value& root, std::string_view event) {
  if (!root.is_object()) return {};
  if (IsStreamEvent(event)) return {Certainty::kSure, MessageKind::kStream};
  Value output = root.Find("output");
  if (IsObject(output)) {
    bool message = output.Find("message").valid();
    bool stopped = IsString(root.Find("stopReason"));
    if (message || stopped) {
      return {message && stopped ? Certainty::kSure : Certainty::kLikely, MessageKind::kResponse};
    }
  }
  Certainty request = OfRequest(root);
  if (request != Certainty::kNone) return {request, MessageKind::kRequest};
  return {OfError(root), MessageKind::kError};
}

/// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
HttpHead RequestHead(const ChatRequest& request) {
  bool stream = request.stream.Is(true);
  HttpHead head;
  head.method = "POST";
  // Without a model there is no path to go to.
  if (std::string model = request.model.Decode(); !model.empty()) {
    head.path = "/model/" + EscapedModel(model) + (stream ? "/converse-stream" : "/converse");
  }
  head.headers = {{"content-type", "application/json"},
                  {"accept", stream ? "application/vnd.amazon.eventstream" : "application/json"}};
  return head;
}

}  // namespace

}  // namespace bedrock_converse

const Protocol kBedrockConverse{
    .id = bedrock_converse::kId,
    .title = "Amazon Bedrock Converse",
    .docs_url = "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html",
    .aliases = bedrock_converse::kAliases,
    .framing = Framing::kAwsEventStream,
    .recognise = bedrock_converse::Recognise,
    .decode_request = bedrock_converse::DecodeRequest,
    .encode_request = bedrock_converse::EncodeRequest,
    .request_head = bedrock_converse::RequestHead,
    .read_path = bedrock_converse::ReadPath,
    .edit_path = bedrock_converse::EditPath,
    .decode_response = bedrock_converse::DecodeResponse,
    .encode_response = bedrock_converse::EncodeResponse,
    .is_error_body = bedrock_converse::IsErrorBody,
    .decode_error = bedrock_converse::DecodeError,
    .encode_error = bedrock_converse::EncodeError,
    .error_status = bedrock_converse::ErrorStatus,
    .error_header = "x-amzn-errortype",
    .add_error_headers = bedrock_converse::AddErrorHeaders,
    .new_stream_decoder = bedrock_converse::NewStreamDecoder,
    .new_stream_encoder = bedrock_converse::NewStreamEncoder,
    .model_member = "",
    .stream_member = "",
    .response_id_in_header = true,
    .request_id_header = "x-amzn-requestid",
};

}  // namespace aiproxy
