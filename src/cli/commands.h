// What the commands are called and take, as data: the one source for parsing, --help and
// suggestions.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace aiproxy {

struct OptionSpec {
  std::string_view name;   // "--to"
  std::string_view value;  // "PROTOCOL"; "" for a switch
  std::string_view help;
};

struct CommandSpec {
  std::string_view name;
  std::string_view summary;   // one line, for the list of commands
  std::string_view usage;     // what follows "aiproxy NAME"
  std::string_view about;     // the paragraph under the usage
  std::string_view argument;  // the name of the argument without an option; "" for none
  std::string_view argument_help;
  std::span<const OptionSpec> options;
  std::string_view examples;
};

std::span<const CommandSpec> AllCommands();
/// nullptr when there is none of that name.
const CommandSpec* FindCommand(std::string_view name);

/// Options that may stand before and after the command.
std::span<const OptionSpec> GlobalOptions();

/// What --help prints; of the whole program when `command` is nullptr.
std::string HelpText(const CommandSpec* command);

}  // namespace aiproxy
