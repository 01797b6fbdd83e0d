// Errors, both ways: https://cloud.google.com/apis/design/errors
#include <array>

#include "core/model/words.h"
#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy::gemini_generate {

namespace {

struct KindRow {
  ApiErrorKind kind;
  int code;
  std::string_view status;
};

// What is written for a kind.
constexpr std::array kKinds{
    KindRow{ApiErrorKind::kInvalidRequest, 400, "INVALID_ARGUMENT"},
    KindRow{ApiErrorKind::kAuthentication, 401, "UNAUTHENTICATED"},
    KindRow{ApiErrorKind::kBilling, 400, "FAILED_PRECONDITION"},
    KindRow{ApiErrorKind::kPermission, 403, "PERMISSION_DENIED"},
    KindRow{ApiErrorKind::kNotFound, 404, "NOT_FOUND"},
    KindRow{ApiErrorKind::kConflict, 409, "ABORTED"},
    KindRow{ApiErrorKind::kTooLarge, 413, "INVALID_ARGUMENT"},
    KindRow{ApiErrorKind::kUnprocessable, 400, "INVALID_ARGUMENT"},
    KindRow{ApiErrorKind::kRateLimit, 429, "RESOURCE_EXHAUSTED"},
    KindRow{ApiErrorKind::kApi, 500, "INTERNAL"},
    KindRow{ApiErrorKind::kTimeout, 504, "DEADLINE_EXCEEDED"},
    KindRow{ApiErrorKind::kOverloaded, 503, "UNAVAILABLE"},
};

struct StatusRow {
  std::string_view status;
  ApiErrorKind kind;
};

// What is read of a status.
constexpr std::array kStatuses{
    StatusRow{"INVALID_ARGUMENT", ApiErrorKind::kInvalidRequest},
    StatusRow{"FAILED_PRECONDITION", ApiErrorKind::kInvalidRequest},
    StatusRow{"OUT_OF_RANGE", ApiErrorKind::kInvalidRequest},
    StatusRow{"UNAUTHENTICATED", ApiErrorKind::kAuthentication},
    StatusRow{"PERMISSION_DENIED", ApiErrorKind::kPermission},
    StatusRow{"NOT_FOUND", ApiErrorKind::kNotFound},
    StatusRow{"ABORTED", ApiErrorKind::kConflict},
    StatusRow{"ALREADY_EXISTS", ApiErrorKind::kConflict},
    StatusRow{"RESOURCE_EXHAUSTED", ApiErrorKind::kRateLimit},
    StatusRow{"UNAVAILABLE", ApiErrorKind::kOverloaded},
    StatusRow{"DEADLINE_EXCEEDED", ApiErrorKind::kTimeout},
    StatusRow{"INTERNAL", ApiErrorKind::kApi},
    StatusRow{"UNKNOWN", ApiErrorKind::kApi},
    StatusRow{"DATA_LOSS", ApiErrorKind::kApi},
    StatusRow{"UNIMPLEMENTED", ApiErrorKind::kApi},
    StatusRow{"CANCELLED", ApiErrorKind::kApi},
};

const KindRow& RowOf(ApiErrorKind kind) {
  for (const KindRow& row : kKinds) {
    if (row.kind == kind) return row;
  }
  return kKinds[9];
}

bool IsOfType(const Value& detail, std::string_view name) {
  Value type = detail.Find("@type");
  return IsString(type) && !type.escaped() && type.body().ends_with(name);
}

class ErrorDecoder {
 public:
  ErrorDecoder(CodecContext& context, ApiError& error)
      : context_(context), error_(error), take_(context) {}

  void Run(const Value& object, const HttpHead& head) {
    status_ = head.status >= 400 ? head.status : 0;
    UseIfEmpty(object, context_);
    for (Member m : object.members()) {
      if (!m.key.Is("error")) {
        take_.Keep(m, error_.extras);
      } else if (m.value.is_object()) {
        has_error_ = true;
        TakeInner(m.value);
      } else {
        has_error_ = true;
        error_.style |= kErrorText;
        take_.Take(m, error_.message, error_.extras);
      }
    }
    if (!has_error_) {
      error_.style |= kBareMessage;
      error_.message = Text::Plain("empty response");
    }
    SetKind();
  }

 private:
  void TakeInner(const Value& inner) {
    constexpr FieldNames kFields("code", "message", "status", "details");
    UseIfEmpty(inner, context_);
    for (Member m : inner.members()) {
      switch (kFields.Find(m.key)) {
        case kFields("code"):
          TakeCode(m);
          break;
        case kFields("message"):
          take_.Take(m, error_.message, error_.inner_extras);
          break;
        case kFields("status"):
          take_.Take(m, error_.type, error_.inner_extras);
          break;
        case kFields("details"):
          take_.Keep(m, error_.inner_extras);
          if (m.value.is_array()) TakeDetails(m.value);
          break;
        default:
          take_.Keep(m, error_.inner_extras);
      }
    }
  }

  /// The code is the HTTP status once more.
  void TakeCode(const Member& m) {
    std::optional<std::int64_t> code = m.value.Int();
    bool is_status = code && *code >= 100 && *code <= 999;
    if (is_status) code_ = static_cast<int>(*code);
    KeepUsed(take_, m, error_.inner_extras, is_status && (status_ == 0 || status_ == code_));
  }

  void TakeDetails(const Value& details) {
    UseIfEmpty(details, context_);
    for (Value detail : details.items()) {
      if (!detail.is_object()) continue;
      Value reason = detail.Find("reason");
      if (IsOfType(detail, "google.rpc.ErrorInfo") && IsString(reason)) {
        if (reason.Is("API_KEY_INVALID")) special_ = ApiErrorKind::kAuthentication;
        if (reason.Is("BILLING_DISABLED")) special_ = ApiErrorKind::kBilling;
      }
      if (IsOfType(detail, "google.rpc.RetryInfo")) TakeDelay(detail);
    }
  }

  /// "7s", "0.5s"
  void TakeDelay(const Value& detail) {
    Value delay = FindSpelled(detail, "retryDelay");
    if (!IsString(delay) || delay.escaped() || !delay.body().ends_with('s')) return;
    std::string_view seconds = delay.body().substr(0, delay.body().size() - 1);
    bool number = !seconds.empty() && seconds.size() < 12 &&
                  seconds.find_first_not_of("0123456789.") == seconds.npos &&
                  seconds.front() != '.' && seconds.back() != '.';
    if (!number) return;
    error_.retry_after.json = seconds;
    error_.retry_after.node = detail.id();  // all that it says
  }

  void SetKind() {
    int status = status_ != 0 ? status_ : code_;
    bool known = false;
    for (const StatusRow& row : kStatuses) {
      if (!error_.type.Is(row.status)) continue;
      error_.kind = row.kind;
      known = true;
    }
    if (known && error_.type.node != kNoNode) context_.accounting.Use(error_.type.node);
    if (!known && status >= 400) error_.kind = ErrorKindOfStatus(status);
    if (special_) error_.kind = *special_;
    error_.status = status >= 400 ? status : RowOf(error_.kind).code;
  }

  CodecContext& context_;
  ApiError& error_;
  Taker take_;
  int status_ = 0;
  int code_ = 0;
  bool has_error_ = false;
  std::optional<ApiErrorKind> special_;
};

void WriteWireError(const ApiError& error, Writer& writer) {
  if ((error.style & kErrorInArray) != 0) writer.BeginArray();
  writer.BeginObject();
  if ((error.style & kErrorText) != 0) {
    writer.Member("error", error.message);
  } else if ((error.style & kBareMessage) == 0) {
    writer.Key("error");
    writer.BeginObject();
    writer.Member("message", error.message);
    writer.Member("status", error.type);
    WriteExtras(error.inner_extras, writer);
    writer.EndObject();
  }
  WriteExtras(error.extras, writer);
  writer.EndObject();
  if ((error.style & kErrorInArray) != 0) writer.EndArray();
}

/// Whether the code from elsewhere says nothing but the kind.
bool SaysKind(const ApiError& error) {
  if (error.code.is_string()) return false;
  std::optional<std::int64_t> code = ParseInt(error.code.json);
  return code && *code > 0 && *code < 1000 &&
         ErrorKindOfStatus(static_cast<int>(*code)) == error.kind;
}

}  // namespace

Status DecodeError(const Value& root, const HttpHead& head, CodecContext& context,
                   ApiError& error) {
  error.protocol = kId;
  error.node = root.id();
  Value object = root;
  if (root.is_array() && !root.empty_container()) {
    object = *root.items().begin();
    error.style |= kErrorInArray;
  }
  if (!object.is_object()) return Unexpected(root, "an object");
  ErrorDecoder(context, error).Run(object, head);
  return Ok();
}

Status EncodeError(const ApiError& error, CodecContext&, Writer& writer) {
  if (error.protocol == kId) {
    WriteWireError(error, writer);
    return Ok();
  }
  const KindRow& row = RowOf(error.kind);
  if (error.code.present() && SaysKind(error)) writer.Cover(error.code.node);
  writer.BeginObject();
  writer.Key("error");
  writer.BeginObject();
  writer.Key("code");
  writer.Int(row.code);
  writer.Key("message");
  writer.String(error.message);
  writer.Key("status");
  writer.String(Text{row.status, kNoNode, Text::Spelling::kClean});
  if (error.retry_after.present()) {
    writer.Key("details");
    writer.BeginArray();
    writer.BeginObject();
    writer.Key("@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay");
    writer.BeginString();
    writer.AppendJson(error.retry_after);
    writer.AppendLiteral("s");
    writer.EndString();
    writer.EndObject();
    writer.EndArray();
  }
  writer.EndObject();
  writer.EndObject();
  return Ok();
}

int ErrorStatus(const ApiError& error) {
  return error.protocol == kId ? error.status : RowOf(error.kind).code;
}

}  // namespace aiproxy::gemini_generate
