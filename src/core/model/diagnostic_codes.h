// Every kind of diagnostic: one line each, never renumbered; docs/diagnostics.md has a section for
// each.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace aiproxy {

enum class Severity : std::uint8_t { kNote, kWarning, kError };

/// How a translation changed the meaning of a message.
enum class Loss : std::uint8_t {
  kNone,      // not about loss
  kDropped,   // not carried over
  kDegraded,  // carried over in a weaker form
  kInvented,  // the target demands a value that the source does not have
};

struct DiagnosticCode {
  std::string_view id;
  std::string_view slug;
  Severity severity;
  Loss loss;
};

// clang-format off
inline constexpr DiagnosticCode kFieldDropped{"AIP201", "field-dropped", Severity::kWarning, Loss::kDropped};
inline constexpr DiagnosticCode kPartDropped{"AIP202", "part-dropped", Severity::kWarning, Loss::kDropped};
inline constexpr DiagnosticCode kMessageDropped{"AIP203", "message-dropped", Severity::kWarning, Loss::kDropped};
inline constexpr DiagnosticCode kDuplicateMember{"AIP204", "duplicate-member", Severity::kWarning, Loss::kDropped};
inline constexpr DiagnosticCode kWrongType{"AIP205", "wrong-type", Severity::kWarning, Loss::kDropped};
inline constexpr DiagnosticCode kValueDropped{"AIP206", "value-dropped", Severity::kWarning, Loss::kDropped};
inline constexpr DiagnosticCode kValueDegraded{"AIP210", "value-degraded", Severity::kWarning, Loss::kDegraded};
inline constexpr DiagnosticCode kPartDegraded{"AIP211", "part-degraded", Severity::kWarning, Loss::kDegraded};
inline constexpr DiagnosticCode kArgumentsWrapped{"AIP212", "arguments-wrapped", Severity::kWarning, Loss::kDegraded};
inline constexpr DiagnosticCode kLoneSurrogate{"AIP213", "lone-surrogate", Severity::kWarning, Loss::kDegraded};
inline constexpr DiagnosticCode kValueInvented{"AIP220", "value-invented", Severity::kWarning, Loss::kInvented};
inline constexpr DiagnosticCode kProtocolAssumed{"AIP301", "protocol-assumed", Severity::kNote, Loss::kNone};
inline constexpr DiagnosticCode kModelInPath{"AIP302", "model-in-path", Severity::kNote, Loss::kNone};
inline constexpr DiagnosticCode kMediaTypeMismatch{"AIP303", "media-type-mismatch", Severity::kNote, Loss::kNone};
inline constexpr DiagnosticCode kErrorInSuccess{"AIP304", "error-in-success", Severity::kNote, Loss::kNone};
inline constexpr DiagnosticCode kSchemaRewritten{"AIP305", "schema-rewritten", Severity::kNote, Loss::kNone};
inline constexpr DiagnosticCode kResultWithoutCall{"AIP306", "result-without-call", Severity::kNote, Loss::kNone};
inline constexpr DiagnosticCode kErrorNameInHeader{"AIP307", "error-name-in-header", Severity::kNote, Loss::kNone};
// clang-format on

/// All of them, in the order of their ids.
std::span<const DiagnosticCode* const> AllDiagnosticCodes();
std::string_view Name(Severity severity);  // "note", "warning", "error"
std::string_view Name(Loss loss);          // "", "dropped", "degraded", "invented"

}  // namespace aiproxy
