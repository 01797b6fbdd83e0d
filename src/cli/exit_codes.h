// The exit codes of the commands, as CLI.md and docs/commands/ promise them.
#pragma once

#include "core/json/result.h"

namespace aiproxy {

enum class ExitCode : int {
  kDone = 0,
  kFindings = 1,    // a config is invalid, a replay differs
  kUsage = 2,       // an unknown option, a missing argument, a choice that is left to the user
  kUnreadable = 3,  // the input cannot be read as that protocol or kind
  kRefused = 4,     // --on-loss refuse
  kFailed = 5,      // I/O
};

/// How a command ends that a translation's error ends.
inline ExitCode ExitCodeOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidInput:
    case ErrorKind::kLimitExceeded:
      return ExitCode::kUnreadable;
    case ErrorKind::kLossRefused:
      return ExitCode::kRefused;
    case ErrorKind::kUnsupported:
      return ExitCode::kUsage;
  }
  return ExitCode::kFailed;
}

}  // namespace aiproxy
