// The names by which services of AWS call their errors, and the kinds that they mean.
#pragma once

#include <string_view>

#include "core/model/model.h"

namespace aiproxy {

struct AwsError {
  std::string_view name;  // "ThrottlingException"
  ApiErrorKind kind = ApiErrorKind::kApi;
  int status = 0;  // HTTP
};

/// `name` cut to what identifies the error: "com.amazon.coral#ThrottlingException:http://..." is
/// ThrottlingException. The part behind '#', up to ',' or ':'.
std::string_view AwsErrorName(std::string_view name);

/// The error of that name (as AwsErrorName gives it; streams spell the first letter small), or
/// nullptr when no service of Bedrock has it.
const AwsError* FindAwsError(std::string_view name);

/// The error that says `kind` best in a document.
const AwsError& AwsErrorOf(ApiErrorKind kind);

/// Which stream an exception is written to: each knows a few exceptions only.
enum class AwsStream : std::uint8_t { kConverse, kInvoke };

/// The exception that says `kind` best in a stream, as streams spell it: "throttlingException".
std::string_view AwsExceptionOf(ApiErrorKind kind, AwsStream stream);

}  // namespace aiproxy
