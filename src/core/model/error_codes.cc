#include "core/model/error_codes.h"

#include <array>
#include <optional>

#include "core/model/words.h"

namespace aiproxy {

namespace {

struct CodeRow {
  ApiErrorKind kind;
  std::string_view code;
};

constexpr std::array kCodes{
    CodeRow{ApiErrorKind::kAuthentication, "invalid_api_key"},
    CodeRow{ApiErrorKind::kBilling, "insufficient_quota"},
    CodeRow{ApiErrorKind::kPermission, "permission_denied"},
    CodeRow{ApiErrorKind::kNotFound, "not_found"},
    CodeRow{ApiErrorKind::kNotFound, "model_not_found"},
    CodeRow{ApiErrorKind::kConflict, "conflict"},
    CodeRow{ApiErrorKind::kTooLarge, "request_too_large"},
    CodeRow{ApiErrorKind::kUnprocessable, "unprocessable_entity"},
    CodeRow{ApiErrorKind::kRateLimit, "rate_limit_exceeded"},
    CodeRow{ApiErrorKind::kTimeout, "timeout"},
    CodeRow{ApiErrorKind::kOverloaded, "overloaded"},
};

}  // namespace

bool CodeSaysKind(const Raw& code, ApiErrorKind kind) {
  if (!code.present()) return false;
  if (!code.is_string()) {
    std::optional<std::int64_t> status = ParseInt(code.json);
    return status && *status > 0 && *status < 1000 &&
           ErrorKindOfStatus(static_cast<int>(*status)) == kind;
  }
  std::string_view word = code.json.substr(1, code.json.size() - 2);
  for (const CodeRow& row : kCodes) {
    if (row.kind == kind && row.code == word) return true;
  }
  return false;
}

int StatusThatSaysKind(const ApiError& error) {
  bool spent = error.kind == ApiErrorKind::kBilling && error.status == 429;
  if (spent || (error.status >= 400 && ErrorKindOfStatus(error.status) == error.kind)) {
    return error.status;
  }
  return StatusOf(error.kind);
}

}  // namespace aiproxy
