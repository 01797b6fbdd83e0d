// The neutral form, reading: one description drives all structs.
#include "core/protocols/neutral/body.h"
#include "core/protocols/neutral/reading_visitor.h"

namespace aiproxy::neutral {

Status DecodeRequest(const Value& root, const HttpHead&, CodecContext& context,
                     ChatRequest& request) {
  AIPROXY_RETURN_IF_ERROR(ReadingVisitor(context).Root("request", root, request));
  for (const Message& message : request.messages) {
    if (message.role.present()) continue;
    return context.document().ErrorAt(message.node, "expected a member 'role', got none");
  }
  return Ok();
}

Status DecodeResponse(const Value& root, const HttpHead&, CodecContext& context,
                      ChatResponse& response) {
  return ReadingVisitor(context).Root("response", root, response);
}

Status DecodeError(const Value& root, const HttpHead& head, CodecContext& context,
                   ApiError& error) {
  AIPROXY_RETURN_IF_ERROR(ReadingVisitor(context).Root("error", root, error));
  if (error.status == 0) error.status = head.status;
  bool has_kind = root.Find("kind").valid();
  if (!has_kind && error.status != 0) error.kind = ErrorKindOfStatus(error.status);
  return Ok();
}

}  // namespace aiproxy::neutral
