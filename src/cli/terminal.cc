#include "cli/terminal.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace aiproxy {

namespace {

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kBold = "\x1b[1m";

std::string_view ColorOf(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "\x1b[1;36m";
    case Severity::kWarning:
      return "\x1b[1;35m";
    case Severity::kError:
      return "\x1b[1;31m";
  }
  return "";
}

void AppendCodePoint(unsigned code, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u00";
  out += kHex[(code >> 4) & 15];
  out += kHex[code & 15];
}

std::string ErrorLine(const Error& error, ColorMode color) {
  std::string text;
  AppendDiagnosticHead("aiproxy", Severity::kError, UsesColor(color, STDERR_FILENO), text);
  AppendVisible(error.message, text);
  return text + '\n';
}

}  // namespace

bool UsesColor(ColorMode mode, int descriptor) {
  if (mode != ColorMode::kAuto) return mode == ColorMode::kAlways;
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  if (isatty(descriptor) == 0) return false;
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::string_view(terminal) != "dumb";
}

void AppendVisible(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7f) {
      AppendCodePoint(c, out);
    } else if (c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) {
      AppendCodePoint(static_cast<unsigned char>(text[++i]),
                      out);  // U+0080 to U+009F steer as well
    } else {
      out += text[i];
    }
  }
}

void AppendDiagnosticHead(std::string_view place, Severity severity, bool color, std::string& out) {
  if (color) out += kBold;
  AppendVisible(place, out);
  out += ": ";
  if (color) out += ColorOf(severity);
  out += Name(severity);
  out += ':';
  if (color) out += kReset;
  out += ' ';
}

std::string Place(std::string_view file, std::uint64_t line, std::uint32_t column) {
  std::string place(file);
  if (line != 0) place += ':' + std::to_string(line);
  if (line != 0 && column != 0) place += ':' + std::to_string(column);
  return place;
}

void WriteToStderr(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void ShowUsageError(std::string_view command, const Error& error, ColorMode color) {
  std::string text = ErrorLine(error, color);
  text += "try 'aiproxy ";
  text += command;
  if (!command.empty()) text += ' ';
  text += "--help'\n";
  WriteToStderr(text);
}

ExitCode ShowFailure(const Error& error, ColorMode color) {
  WriteToStderr(ErrorLine(error, color));
  return ExitCode::kFailed;
}

}  // namespace aiproxy
