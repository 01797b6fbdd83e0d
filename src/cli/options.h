// The command line, taken apart: which command, which options with which values. Knows no meanings.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "core/json/result.h"

namespace aiproxy {

struct CommandLine {
  const CommandSpec* command = nullptr;  // nullptr: none was given
  bool wants_help = false;
  bool wants_version = false;
  ColorMode color = ColorMode::kAuto;
  std::vector<std::optional<std::string>> values;  // as the command's options; "" for a switch
  std::optional<std::string> argument;             // what stands there without an option

  /// The value of an option, or nullptr when it was not given.
  const std::string* Find(std::string_view option) const;
  bool Has(std::string_view option) const { return Find(option) != nullptr; }
};

/// Fills `line`, as far as it gets. Errors are of kind kUnsupported: the user has to say it
/// otherwise.
Status ParseCommandLine(int argc, const char* const* argv, CommandLine& line);

Error UsageError(std::string message);

}  // namespace aiproxy
