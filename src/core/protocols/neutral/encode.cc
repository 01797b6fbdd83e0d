// The neutral form, writing: one description drives all structs.
#include "core/protocols/neutral/body.h"
#include "core/protocols/neutral/writing_visitor.h"

namespace aiproxy::neutral {

Status EncodeRequest(const ChatRequest& request, CodecContext&, Writer& writer) {
  WritingVisitor(writer).Root("request", request);
  return Ok();
}

Status EncodeResponse(const ChatResponse& response, CodecContext&, Writer& writer) {
  WritingVisitor(writer).Root("response", response);
  return Ok();
}

Status EncodeError(const ApiError& error, CodecContext&, Writer& writer) {
  WritingVisitor(writer).Root("error", error);
  return Ok();
}

}  // namespace aiproxy::neutral
