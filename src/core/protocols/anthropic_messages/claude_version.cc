#include "core/protocols/anthropic_messages/claude_version.h"

#include <cstddef>

namespace aiproxy::anthropic_messages {

namespace {

bool IsSeparator(char c) { return c == '-' || c == '.' || c == ':' || c == '@' || c == '_'; }

/// The next piece between separators; removed from `rest` with the separator after it.
std::string_view NextPiece(std::string_view& rest) {
  std::size_t size = 0;
  while (size < rest.size() && !IsSeparator(rest[size])) ++size;
  std::string_view piece = rest.substr(0, size);
  rest.remove_prefix(size < rest.size() ? size + 1 : size);
  return piece;
}

/// One or two digits; -1 for anything else (a date has eight).
int SmallNumber(std::string_view piece) {
  if (piece.empty() || piece.size() > 2) return -1;
  int value = 0;
  for (char c : piece) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::int64_t ClaudeVersion::default_max_tokens() const {
  if (!known() || AtLeast(3, 7)) return 32000;
  return AtLeast(3, 5) ? 8192 : 4096;
}

ClaudeVersion ParseClaudeVersion(std::string_view model) {
  constexpr std::string_view kName = "claude";
  std::size_t at = model.rfind(kName);
  if (at == model.npos) return {};
  std::string_view rest = model.substr(at + kName.size());
  while (!rest.empty()) {
    std::string_view piece = NextPiece(rest);
    if (piece.size() > 1 && piece.front() == 'v') piece.remove_prefix(1);  // claude-v2:1
    int major = SmallNumber(piece);
    if (major <= 0) continue;
    int minor = SmallNumber(NextPiece(rest));
    return {major, minor < 0 ? 0 : minor};
  }
  return {};
}

}  // namespace aiproxy::anthropic_messages
