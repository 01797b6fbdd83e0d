#include "core/model/aws_errors.h"

#include <array>

namespace aiproxy {

namespace {

using Kind = ApiErrorKind;

// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
// https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
constexpr std::array kErrors{
    AwsError{"ValidationException", Kind::kInvalidRequest, 400},
    AwsError{"AccessDeniedException", Kind::kPermission, 403},
    AwsError{"UnrecognizedClientException", Kind::kAuthentication, 403},
    AwsError{"InvalidSignatureException", Kind::kAuthentication, 403},
    AwsError{"ExpiredTokenException", Kind::kAuthentication, 403},
    AwsError{"ExpiredToken", Kind::kAuthentication, 403},
    AwsError{"MissingAuthenticationTokenException", Kind::kAuthentication, 403},
    AwsError{"IncompleteSignatureException", Kind::kAuthentication, 403},
    AwsError{"InvalidClientTokenId", Kind::kAuthentication, 403},
    AwsError{"ResourceNotFoundException", Kind::kNotFound, 404},
    AwsError{"UnknownOperationException", Kind::kNotFound, 404},
    AwsError{"ConflictException", Kind::kConflict, 400},
    AwsError{"ThrottlingException", Kind::kRateLimit, 429},
    AwsError{"TooManyRequestsException", Kind::kRateLimit, 429},
    AwsError{"ServiceQuotaExceededException", Kind::kRateLimit, 400},
    AwsError{"ModelNotReadyException", Kind::kOverloaded, 429},
    AwsError{"ModelTimeoutException", Kind::kTimeout, 408},
    AwsError{"ModelErrorException", Kind::kApi, 424},
    AwsError{"ModelStreamErrorException", Kind::kApi, 424},
    AwsError{"InternalServerException", Kind::kApi, 500},
    AwsError{"InternalFailure", Kind::kApi, 500},
    AwsError{"ServiceUnavailableException", Kind::kOverloaded, 503},
    AwsError{"RequestEntityTooLargeException", Kind::kTooLarge, 413},
};

constexpr std::string_view DocumentName(Kind kind) {
  switch (kind) {
    case Kind::kInvalidRequest:
    case Kind::kUnprocessable:
    case Kind::kTooLarge:
      return "ValidationException";
    case Kind::kAuthentication:
      return "UnrecognizedClientException";
    case Kind::kBilling:
      return "ServiceQuotaExceededException";
    case Kind::kPermission:
      return "AccessDeniedException";
    case Kind::kNotFound:
      return "ResourceNotFoundException";
    case Kind::kConflict:
      return "ConflictException";
    case Kind::kRateLimit:
      return "ThrottlingException";
    case Kind::kTimeout:
      return "ModelTimeoutException";
    case Kind::kOverloaded:
      return "ServiceUnavailableException";
    case Kind::kApi:
      break;
  }
  return "InternalServerException";
}

}  // namespace

std::string_view AwsErrorName(std::string_view name) {
  if (std::size_t hash = name.find('#'); hash != name.npos) name.remove_prefix(hash + 1);
  return name.substr(0, name.find_first_of(",:"));
}

const AwsError* FindAwsError(std::string_view name) {
  if (name.empty()) return nullptr;
  char first = name.front();
  if (first >= 'a' && first <= 'z') first = static_cast<char>(first - 'a' + 'A');
  for (const AwsError& error : kErrors) {
    if (error.name.front() == first && error.name.substr(1) == name.substr(1)) return &error;
  }
  return nullptr;
}

const AwsError& AwsErrorOf(ApiErrorKind kind) {
  const AwsError* found = FindAwsError(DocumentName(kind));
  return found == nullptr ? kErrors.front() : *found;
}

std::string_view AwsExceptionOf(ApiErrorKind kind, AwsStream stream) {
  switch (kind) {
    case Kind::kRateLimit:
      return "throttlingException";
    case Kind::kOverloaded:
      return "serviceUnavailableException";
    case Kind::kInvalidRequest:
    case Kind::kUnprocessable:
    case Kind::kTooLarge:
      return "validationException";
    case Kind::kTimeout:
      return stream == AwsStream::kInvoke ? "modelTimeoutException" : "modelStreamErrorException";
    default:
      return "internalServerException";
  }
}

}  // namespace aiproxy
