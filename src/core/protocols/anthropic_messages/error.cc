// Errors, both ways: https://platform.claude.com/docs/en/api/errors
#include <array>
#include <string>
#include <string_view>

#include "core/json/field_names.h"
#include "core/model/aws_errors.h"
#include "core/model/error_codes.h"
#include "core/model/words.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy::anthropic_messages {

namespace {

struct KindRow {
  ApiErrorKind kind;
  std::string_view type;
};

// Of several kinds with one type, the first is the one that is read.
constexpr std::array kKinds{
    KindRow{ApiErrorKind::kInvalidRequest, "invalid_request_error"},
    KindRow{ApiErrorKind::kAuthentication, "authentication_error"},
    KindRow{ApiErrorKind::kBilling, "billing_error"},
    KindRow{ApiErrorKind::kPermission, "permission_error"},
    KindRow{ApiErrorKind::kNotFound, "not_found_error"},
    KindRow{ApiErrorKind::kConflict, "conflict_error"},
    KindRow{ApiErrorKind::kTooLarge, "request_too_large"},
    KindRow{ApiErrorKind::kRateLimit, "rate_limit_error"},
    KindRow{ApiErrorKind::kApi, "api_error"},
    KindRow{ApiErrorKind::kTimeout, "timeout_error"},
    KindRow{ApiErrorKind::kOverloaded, "overloaded_error"},
    KindRow{ApiErrorKind::kUnprocessable, "invalid_request_error"},
};

/// False when the word is not one of this protocol's.
bool KindOfType(const Text& type, ApiErrorKind& kind) {
  for (const KindRow& row : kKinds) {
    if (!type.Is(row.type)) continue;
    kind = row.kind;
    return true;
  }
  return false;
}

/// Amazon's name for it, where it serves the model.
bool KindOfHeader(const HttpHead& head, ApiErrorKind& kind) {
  const std::string* name = head.Find("x-amzn-errortype");
  const AwsError* named = name == nullptr ? nullptr : FindAwsError(AwsErrorName(*name));
  if (named != nullptr) kind = named->kind;
  return named != nullptr;
}

std::string_view TypeOf(ApiErrorKind kind) {
  for (const KindRow& row : kKinds) {
    if (row.kind == kind) return row.type;
  }
  return "api_error";
}

int UsualStatus(ApiErrorKind kind) {
  return kind == ApiErrorKind::kOverloaded ? 529 : StatusOf(kind);
}

void DecodeInner(const Value& inner, Taker& take, ApiError& error) {
  constexpr FieldNames kFields("type", "message");
  for (Member m : inner.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("type"):
        take.Take(m, error.type, error.inner_extras);
        break;
      case kFields("message"):
        take.Take(m, error.message, error.inner_extras);
        break;
      default:
        take.Keep(m, error.inner_extras);
    }
  }
}

void WriteInner(const ApiError& error, Writer& writer) {
  writer.Key("error");
  writer.BeginObject();
  writer.Member("type", error.type);
  writer.Member("message", error.message);
  WriteExtras(error.inner_extras, writer);
  writer.EndObject();
}

void WriteWireError(const ApiError& error, Writer& writer) {
  writer.BeginObject();
  if ((error.style & kErrorNoType) == 0) {
    writer.Key("type");
    writer.Literal("\"error\"");
  }
  switch (error.style & kErrorShapeMask) {
    case kErrorText:
      writer.Member("error", error.message);
      break;
    case kBareMessage:
      writer.Member("message", error.message);
      break;
    default:
      WriteInner(error, writer);
  }
  writer.Member("request_id", error.request_id);
  WriteExtras(error.extras, writer);
  writer.EndObject();
}

}  // namespace

bool IsErrorBody(const Value& root) {
  if (!root.is_object()) return false;
  Value type = root.Find("type");
  if (type.valid() && type.is_string() && type.Is("error")) return true;
  Value error = root.Find("error");
  return error.valid() && !error.is_null() && !root.Find("content").valid();
}

Status DecodeError(const Value& root, const HttpHead& head, CodecContext& context,
                   ApiError& error) {
  constexpr FieldNames kFields("type", "error", "message", "request_id");
  if (!root.is_object()) return Unexpected(root, "an object");
  error.protocol = kId;
  error.node = root.id();
  error.style = kBareMessage | kErrorNoType;
  Taker take(context);
  bool nested = root.Find("error").valid();
  for (Member m : root.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("type"):
        if (m.value.is_string() && m.value.Is("error")) {
          take.Use(m.value);
          error.style = static_cast<std::uint8_t>(error.style & ~kErrorNoType);
        } else {
          take.Keep(m, error.extras);
        }
        break;
      case kFields("error"):
        error.style = static_cast<std::uint8_t>(error.style & ~kErrorShapeMask);
        if (m.value.is_object()) {
          DecodeInner(m.value, take, error);
        } else {
          error.style |= kErrorText;
          take.Take(m, error.message, error.extras);
        }
        break;
      case kFields("message"):
        if (nested)
          take.Keep(m, error.extras);
        else
          take.Take(m, error.message, error.extras);
        break;
      case kFields("request_id"):
        take.Take(m, error.request_id, error.extras);
        break;
      default:
        take.Keep(m, error.extras);
    }
  }
  int status = head.status >= 400 ? head.status : 0;
  bool known = error.type.present() && KindOfType(error.type, error.kind);
  if (known) context.accounting.Use(error.type.node);  // the kind says it
  if (!known) known = KindOfHeader(head, error.kind);
  if (!known && status != 0) error.kind = ErrorKindOfStatus(status);
  error.status = status != 0 ? status : UsualStatus(error.kind);
  return Ok();
}

Status EncodeError(const ApiError& error, CodecContext&, Writer& writer) {
  if (error.protocol == kId) {
    WriteWireError(error, writer);
    return Ok();
  }
  if (CodeSaysKind(error.code, error.kind)) writer.Cover(error.code.node);
  writer.BeginObject();
  writer.Key("type\":\"error\",\"error");
  writer.BeginObject();
  writer.Key("type");
  writer.String(Text{TypeOf(error.kind), kNoNode, Text::Spelling::kClean});
  writer.Key("message");
  writer.String(error.message);
  writer.EndObject();
  writer.Member("request_id", error.request_id);
  writer.EndObject();
  return Ok();
}

int ErrorStatus(const ApiError& error) {
  if (error.kind == ApiErrorKind::kOverloaded) return 529;
  if (error.protocol == kId && error.status >= 400) return error.status;
  return StatusThatSaysKind(error);
}

}  // namespace aiproxy::anthropic_messages
