// `aiproxy explain`: what a diagnostic code means, what a protocol is.
#pragma once

#include "cli/exit_codes.h"
#include "cli/options.h"

namespace aiproxy {

ExitCode RunExplain(const CommandLine& line);

}  // namespace aiproxy
