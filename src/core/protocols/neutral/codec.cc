#include "core/protocols/neutral/codec.h"

#include "core/model/words.h"
#include "core/protocols/neutral/body.h"
#include "core/stream/neutral_stream.h"

namespace aiproxy {

namespace {

/// The word in the root's "neutral" member, or an invalid value.
Value FormOf(const Value& root) { return root.is_object() ? root.Find("neutral") : Value(); }

/// Streams begin with the event "start", or with "error" when there is nothing else to tell.
Recognition RecogniseStream(const Value& root, std::string_view sse_event) {
  Value event = root.is_object() ? root.Find("event") : Value();
  if (!event.valid() || !(event.Is("start") || event.Is("error"))) return {};
  if (event.Is(sse_event)) return {Certainty::kSure, MessageKind::kStream};
  return {Certainty::kPossible, MessageKind::kStream};
}

Recognition Recognise(const Value& root, std::string_view sse_event) {
  Value form = FormOf(root);
  if (!form.valid()) return RecogniseStream(root, sse_event);
  for (MessageKind kind : {MessageKind::kRequest, MessageKind::kResponse, MessageKind::kError}) {
    if (form.Is(Name(kind))) return {Certainty::kSure, kind};
  }
  return {};
}

HttpHead RequestHead(const ChatRequest&) {
  HttpHead head;
  head.method = "POST";
  return head;
}

bool IsErrorBody(const Value& root) {
  Value form = FormOf(root);
  return form.valid() && form.Is(Name(MessageKind::kError));
}

int ErrorStatus(const ApiError& error) {
  return error.status != 0 ? error.status : StatusOf(error.kind);
}

std::unique_ptr<StreamDecoder> NewStreamDecoder(const Limits& limits) {
  return std::make_unique<NeutralStreamDecoder>(limits);
}

std::unique_ptr<StreamEncoder> NewStreamEncoder(FrameWriter& frames) {
  return std::make_unique<NeutralStreamEncoder>(frames);
}

}  // namespace

const Protocol kNeutral{
    .id = "neutral",
    .title = "Neutral model",
    .docs_url = "docs/protocols/README.md",
    .aliases = {},
    .framing = Framing::kSse,
    .recognise = Recognise,
    .decode_request = neutral::DecodeRequest,
    .encode_request = neutral::EncodeRequest,
    .request_head = RequestHead,
    .decode_response = neutral::DecodeResponse,
    .encode_response = neutral::EncodeResponse,
    .is_error_body = IsErrorBody,
    .decode_error = neutral::DecodeError,
    .encode_error = neutral::EncodeError,
    .error_status = ErrorStatus,
    .new_stream_decoder = NewStreamDecoder,
    .new_stream_encoder = NewStreamEncoder,
    .model_member = "model",
    .stream_member = "stream",
};

}  // namespace aiproxy
