// What a person at a terminal sees: colour, and diagnostics in which nothing can disturb the
// screen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/exit_codes.h"
#include "core/json/result.h"
#include "core/model/diagnostic_codes.h"

namespace aiproxy {

enum class ColorMode : std::uint8_t { kAuto, kAlways, kNever };

/// Whether what is written to the file descriptor gets colours. Auto: a terminal that can, unless
/// NO_COLOR is set.
bool UsesColor(ColorMode mode, int descriptor);

/// Appends text with control characters spelled \u001b, so that input cannot steer the terminal
/// and a diagnostic stays one line.
void AppendVisible(std::string_view text, std::string& out);

/// Appends "PLACE: warning: " (coloured if asked for).
void AppendDiagnosticHead(std::string_view place, Severity severity, bool color, std::string& out);

/// "FILE:LINE:COLUMN"; what is 0 is left out.
std::string Place(std::string_view file, std::uint64_t line, std::uint32_t column);

/// Writes a text to stderr in one piece. Failure is ignored: there is nowhere to say it.
void WriteToStderr(std::string_view text);

/// Writes "aiproxy: error: MESSAGE" and a hint at the command's --help to stderr.
void ShowUsageError(std::string_view command, const Error& error, ColorMode color);

/// Writes "aiproxy: error: MESSAGE" to stderr, for what the file system did; gives kFailed.
ExitCode ShowFailure(const Error& error, ColorMode color);

}  // namespace aiproxy
