// `aiproxy list`: what this version knows, as text or JSON.
#pragma once

#include "cli/exit_codes.h"
#include "cli/options.h"

namespace aiproxy {

ExitCode RunList(const CommandLine& line);

}  // namespace aiproxy
