// The texts of docs/diagnostics.md, which are built into the program.
#pragma once

#include <string_view>

namespace aiproxy {

/// The whole document, in Markdown: a section "## AIPnnn slug" for each code.
std::string_view DiagnosticsDocument();

}  // namespace aiproxy
