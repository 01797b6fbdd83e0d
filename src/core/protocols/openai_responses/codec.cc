#include "core/protocols/openai_responses/codec.h"

#include <array>

#include "core/model/openai_error.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy {

namespace openai_responses {

namespace {

bool IsWord(const Value& value, std::string_view word) { return IsString(value) && value.Is(word); }

Recognition RecogniseRequest(const Value& root) {
  if (IsArray(root.Find("messages"))) return {};
  Value input = root.Find("input");
  bool has_model = IsString(root.Find("model"));
  if (IsArray(input)) {
    for (Value item : input.items()) {
      if (item.is_object()) return {Certainty::kSure, MessageKind::kRequest};
      return {Certainty::kPossible, MessageKind::kRequest};  // strings: an embedding request
    }
  }
  if (IsString(input) || IsArray(input)) {
    return {has_model ? Certainty::kLikely : Certainty::kPossible, MessageKind::kRequest};
  }
  bool asks = IsString(root.Find("previous_response_id")) || IsObject(root.Find("prompt")) ||
              IsString(root.Find("instructions"));
  if (asks && has_model) return {Certainty::kLikely, MessageKind::kRequest};
  return {};
}

HttpHead RequestHead(const ChatRequest&) {
  HttpHead head;
  head.method = "POST";
  head.path = "/v1/responses";
  head.headers.emplace_back("content-type", "application/json");
  return head;
}

constexpr std::array<std::string_view, 1> kAliases{"responses"};

}  // namespace

Recognition Recognise(const Value& root, std::string_view sse_event) {
  if (!root.is_object()) return {};
  Value type = root.Find("type");
  bool typed = IsString(type) && type.body().starts_with("response.");
  if (typed || sse_event.starts_with("response.")) return {Certainty::kSure, MessageKind::kStream};
  if (IsWord(type, "error") && !root.Find("error").valid()) {
    bool numbered = root.Find("sequence_number").valid();
    return {numbered ? Certainty::kSure : Certainty::kLikely, MessageKind::kStream};
  }
  if (IsWord(root.Find("object"), "response")) return {Certainty::kSure, MessageKind::kResponse};
  if (!sse_event.empty() && sse_event != "message") return {};
  if (IsArray(root.Find("output"))) {
    bool told = IsString(root.Find("status"));
    return {told ? Certainty::kLikely : Certainty::kPossible, MessageKind::kResponse};
  }
  Value error = root.Find("error");
  if (IsObject(error) && !IsString(type) && !root.Find("choices").valid()) {
    return {openai::HasOwnMember(error) ? Certainty::kLikely : Certainty::kPossible,
            MessageKind::kError};
  }
  return RecogniseRequest(root);
}

}  // namespace openai_responses

const Protocol kOpenAiResponses{
    .id = openai_responses::kId,
    .title = "OpenAI Responses",
    .docs_url = "https://platform.openai.com/docs/api-reference/responses",
    .aliases = openai_responses::kAliases,
    .framing = Framing::kSse,
    .recognise = openai_responses::Recognise,
    .decode_request = openai_responses::DecodeRequest,
    .encode_request = openai_responses::EncodeRequest,
    .request_head = openai_responses::RequestHead,
    .path_end = "/responses",
    .decode_response = openai_responses::DecodeResponse,
    .encode_response = openai_responses::EncodeResponse,
    .is_error_body = openai_responses::IsErrorBody,
    .decode_error = openai_responses::DecodeError,
    .encode_error = openai_responses::EncodeError,
    .error_status = openai::ErrorStatus,
    .error_shape = "openai",
    .new_stream_decoder = openai_responses::NewStreamDecoder,
    .new_stream_encoder = openai_responses::NewStreamEncoder,
};

}  // namespace aiproxy
