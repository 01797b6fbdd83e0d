#include "core/model/diagnostic_codes.h"

#include <array>

namespace aiproxy {

std::span<const DiagnosticCode* const> AllDiagnosticCodes() {
  static constexpr std::array kAll{
      &kFieldDropped,      &kPartDropped,       &kMessageDropped, &kDuplicateMember,
      &kWrongType,         &kValueDropped,      &kValueDegraded,  &kPartDegraded,
      &kArgumentsWrapped,  &kLoneSurrogate,     &kValueInvented,  &kProtocolAssumed,
      &kModelInPath,       &kMediaTypeMismatch, &kErrorInSuccess, &kSchemaRewritten,
      &kResultWithoutCall, &kErrorNameInHeader,
  };
  return kAll;
}

std::string_view Name(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "";
}

std::string_view Name(Loss loss) {
  switch (loss) {
    case Loss::kNone:
      return "";
    case Loss::kDropped:
      return "dropped";
    case Loss::kDegraded:
      return "degraded";
    case Loss::kInvented:
      return "invented";
  }
  return "";
}

}  // namespace aiproxy
