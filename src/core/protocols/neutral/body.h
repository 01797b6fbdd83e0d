// Whole neutral bodies: a request, a response, an error.
#pragma once

#include "core/protocols/protocol.h"

namespace aiproxy::neutral {

Status EncodeRequest(const ChatRequest& request, CodecContext& context, Writer& writer);
Status EncodeResponse(const ChatResponse& response, CodecContext& context, Writer& writer);
Status EncodeError(const ApiError& error, CodecContext& context, Writer& writer);

Status DecodeRequest(const Value& root, const HttpHead& head, CodecContext& context,
                     ChatRequest& request);
Status DecodeResponse(const Value& root, const HttpHead& head, CodecContext& context,
                      ChatResponse& response);
/// What the body does not say comes from `head.status`.
Status DecodeError(const Value& root, const HttpHead& head, CodecContext& context, ApiError& error);

}  // namespace aiproxy::neutral
