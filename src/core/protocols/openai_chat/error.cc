// Errors: OpenAI's body, and what tells one from a response.
#include "core/model/openai_error.h"

#include "core/protocols/openai_chat/wire.h"

namespace aiproxy::openai_chat {

bool IsErrorBody(const Value& root) {
  if (!root.is_object()) return false;
  Value choices = root.Find("choices");
  bool has_choices = choices.valid() && choices.is_array() && !choices.empty_container();
  if (has_choices) return false;
  if (choices.valid() && choices.is_array()) return true;
  return openai::SaysError(root);
}

Status DecodeError(const Value& root, const HttpHead& head, CodecContext& context,
                   ApiError& error) {
  openai::DecodeError(root, head.status, kId, context, error);
  return Ok();
}

Status EncodeError(const ApiError& error, CodecContext& context, Writer& writer) {
  openai::EncodeError(error, kId, context, writer);
  return Ok();
}

}  // namespace aiproxy::openai_chat
