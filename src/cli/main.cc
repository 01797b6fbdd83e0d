// aiproxy: carries LLM API messages from one protocol to another. Here: which command it is.
#include <unistd.h>

#include <string>
#include <string_view>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/explain.h"
#include "cli/list.h"
#include "cli/options.h"
#include "cli/output_file.h"
#include "cli/terminal.h"
#include "cli/translate.h"
#include "cli/version.h"

namespace aiproxy {

namespace {

ExitCode Print(std::string_view text, ColorMode color) {
  OutputFile output;
  output.Use(STDOUT_FILENO, "<stdout>");
  Status status = output.Write(text);
  return status ? ExitCode::kDone : ShowFailure(status.error(), color);
}

ExitCode Run(int argc, const char* const* argv) {
  CommandLine line;
  Status status = ParseCommandLine(argc, argv, line);
  const std::string_view name = line.command == nullptr ? "" : line.command->name;
  if (line.wants_help) return Print(HelpText(line.command), line.color);
  if (status && line.wants_version)
    return Print("aiproxy " + std::string(Version()) + "\n", line.color);
  if (status && line.command == nullptr) status = UsageError("expected a command");
  if (!status) {
    ShowUsageError(name, status.error(), line.color);
    return ExitCode::kUsage;
  }
  if (name == "translate") return RunTranslate(line);
  return name == "list" ? RunList(line) : RunExplain(line);
}

}  // namespace

}  // namespace aiproxy

int main(int argc, char** argv) { return static_cast<int>(aiproxy::Run(argc, argv)); }
