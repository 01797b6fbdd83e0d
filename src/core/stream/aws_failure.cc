#include "core/stream/aws_failure.h"

#include "core/json/field_names.h"

namespace aiproxy {

namespace {

Status ReadPayload(const Frame& frame, CodecContext& context, ApiError& error) {
  constexpr FieldNames kFields("message", "Message", "p");
  AIPROXY_RETURN_IF_ERROR(context.document().Parse(frame.data, context.limits.Event()));
  Value root(context.document(), 0);
  if (!root.is_object()) return Unexpected(root, "an object");
  UseIfEmpty(root, context);
  Taker take(context);
  for (Member m : root.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("message"):
      case kFields("Message"):
        take.Take(m, error.message, error.extras);
        break;
      case kFields("p"):
        take.Use(m.value);  // padding against side channels
        break;
      default:
        take.Keep(m, error.extras);
    }
  }
  return Ok();
}

}  // namespace

Status ReadAwsFailure(const Frame& frame, std::string_view protocol, CodecContext& context,
                      ApiError& error) {
  error.protocol = protocol;
  error.type = Text::Plain(frame.event);
  const AwsError* known = FindAwsError(AwsErrorName(frame.event));
  error.kind = known == nullptr ? ApiErrorKind::kApi : known->kind;
  error.status = known == nullptr ? 500 : known->status;
  if (frame.data.find_first_not_of(" \t\r\n") != frame.data.npos)
    AIPROXY_RETURN_IF_ERROR(ReadPayload(frame, context, error));
  if (!error.message.present() && !frame.message.empty())
    error.message = Text::Plain(frame.message);
  return Ok();
}

void WriteAwsException(const ApiError& error, AwsStream stream, CodecContext& context,
                       FrameWriter& frames) {
  Writer writer =
      frames.Begin(AwsExceptionOf(error.kind, stream), context, Frame::Type::kException);
  writer.Cover(error.type.node);
  writer.BeginObject();
  writer.Key("message");
  writer.String(error.message);
  writer.EndObject();
  frames.End();
}

}  // namespace aiproxy
