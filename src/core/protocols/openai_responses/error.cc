// Errors: OpenAI's body, and responses whose status is "failed".
#include "core/json/field_names.h"
#include "core/model/openai_error.h"
#include "core/model/words.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

// ApiError::style, beside the bits of OpenAI's body
constexpr std::uint8_t kFailedResponse = 64;

struct FailureWord {
  std::string_view word;
  ApiErrorKind kind;
};
/// Codes of a failed response that are not about the request.
constexpr FailureWord kFailures[] = {
    {"server_error", ApiErrorKind::kApi},
    {"rate_limit_exceeded", ApiErrorKind::kRateLimit},
    {"insufficient_quota", ApiErrorKind::kBilling},
    {"vector_store_timeout", ApiErrorKind::kTimeout},
    {"server_is_overloaded", ApiErrorKind::kOverloaded},
    {"slow_down", ApiErrorKind::kOverloaded},
};

std::string_view FailureWordOf(ApiErrorKind kind) {
  switch (kind) {
    case ApiErrorKind::kRateLimit:
      return "rate_limit_exceeded";
    case ApiErrorKind::kBilling:
      return "insufficient_quota";
    case ApiErrorKind::kInvalidRequest:
    case ApiErrorKind::kNotFound:
    case ApiErrorKind::kTooLarge:
    case ApiErrorKind::kUnprocessable:
      return "invalid_prompt";
    case ApiErrorKind::kAuthentication:
    case ApiErrorKind::kPermission:
    case ApiErrorKind::kConflict:
    case ApiErrorKind::kApi:
    case ApiErrorKind::kTimeout:
    case ApiErrorKind::kOverloaded:
      break;
  }
  return "server_error";
}

bool IsResponse(const Value& root) {
  Value object = root.Find("object");
  return IsString(object) && object.Is("response");
}

bool IsFailed(const Value& root) {
  Value status = root.Find("status");
  return IsString(status) && status.Is("failed");
}

/// The error stands in a whole response, of which nothing else counts but what was answered.
void DecodeFailedResponse(const Value& root, CodecContext& context, ApiError& error) {
  Taker take(context);
  error.protocol = kId;
  error.node = root.id();
  error.style = kFailedResponse;
  Value object = root.Find("error");
  for (Member member : root.members()) {
    const Value& value = member.value;
    if (object.valid() && value.id() == object.id() && object.is_object()) continue;
    bool answered = member.key.Is("output") && value.is_array() && !value.empty_container();
    KeepUsed(take, member, error.extras, !answered);
  }
  if (IsObject(object)) DecodeFailure(object, context, error);
  error.status = StatusOf(error.kind);
}

}  // namespace

void DecodeFailure(const Value& object, CodecContext& context, ApiError& error) {
  static constexpr FieldNames kFields("code", "message", "type", "param");
  Taker take(context);
  error.protocol = kId;
  error.kind = ApiErrorKind::kApi;
  UseIfEmpty(object, context);
  for (Member member : object.members()) {
    switch (kFields.Find(member.key)) {
      case kFields("code"):
        take.TakeRaw(member, error.code, error.inner_extras);
        if (!member.value.is_string()) break;
        error.kind = openai::KindOfCode(member.value);
        for (const FailureWord& row : kFailures) {
          if (!member.value.Is(row.word)) continue;
          error.kind = row.kind;
          take.Use(member.value);
        }
        break;
      case kFields("message"):
        take.Take(member, error.message, error.inner_extras);
        break;
      case kFields("type"):
        take.Take(member, error.type, error.inner_extras);
        break;
      case kFields("param"):
        take.Take(member, error.param, error.inner_extras);
        break;
      default:
        take.Keep(member, error.inner_extras);
    }
  }
}

bool IsErrorBody(const Value& root) {
  if (!root.is_object()) return false;
  if (IsResponse(root) && IsFailed(root)) return true;
  return openai::SaysError(root);
}

Status DecodeError(const Value& root, const HttpHead& head, CodecContext& context,
                   ApiError& error) {
  if (root.is_object() && IsResponse(root))
    DecodeFailedResponse(root, context, error);
  else
    openai::DecodeError(root, head.status, kId, context, error);
  return Ok();
}

Status EncodeError(const ApiError& error, CodecContext& context, Writer& writer) {
  if (error.protocol != kId || (error.style & kFailedResponse) == 0) {
    openai::EncodeError(error, kId, context, writer);
    return Ok();
  }
  writer.BeginObject();
  bool told = error.message.present() || error.code.present() || !error.inner_extras.empty();
  if (told) {
    writer.Key("error");
    writer.BeginObject();
    writer.Member("code", error.code);
    writer.Member("message", error.message);
    writer.Member("type", error.type);
    writer.Member("param", error.param);
    WriteExtras(error.inner_extras, writer);
    writer.EndObject();
  }
  WriteExtras(error.extras, writer);
  writer.EndObject();
  return Ok();
}

void WriteFailure(const ApiError& error, Writer& writer) {
  writer.BeginObject();
  writer.Key("code");
  openai::ErrorWords words = openai::WordsOf(error);
  ApiError bare;
  bare.kind = error.kind;
  // A code that says no more than the kind is said in this API's own words.
  bool more = error.code.is_string() && words.code.json == error.code.json &&
              openai::WordsOf(bare).code.json != error.code.json;
  if (more)
    writer.Value(words.code);
  else
    writer.String(openai::Word(FailureWordOf(error.kind)));
  writer.Key("message");
  writer.String(error.message.present() ? error.message : openai::Word("unknown error"));
  writer.EndObject();
}

}  // namespace aiproxy::openai_responses
