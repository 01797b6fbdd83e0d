#include "core/model/claude_version.h"

#include <cstddef>

namespace aiproxy {

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

ClaudeFamily FamilyOf(std::string_view piece) {
  if (piece == "opus") return ClaudeFamily::kOpus;
  if (piece == "sonnet") return ClaudeFamily::kSonnet;
  if (piece == "haiku") return ClaudeFamily::kHaiku;
  if (piece == "fable") return ClaudeFamily::kFable;
  if (piece == "mythos") return ClaudeFamily::kMythos;
  return ClaudeFamily::kUnknown;
}

}  // namespace

ClaudeVersion::Off ClaudeVersion::thinking_off() const {
  switch (family) {
    case ClaudeFamily::kMythos:
      return Off::kAlwaysOn;
    case ClaudeFamily::kFable:
      return AtLeast(5, 0) ? Off::kAlwaysOn : Off::kDisabled;
    case ClaudeFamily::kOpus:
      return AtLeast(5, 5) ? Off::kAlwaysOn : Off::kDisabled;
    case ClaudeFamily::kSonnet:
      return AtLeast(5, 5) ? Off::kBetweenTools : Off::kDisabled;
    case ClaudeFamily::kHaiku:
    case ClaudeFamily::kUnknown:
      return Off::kDisabled;
  }
  return Off::kDisabled;
}

bool ClaudeVersion::accepts_forced_tool() const {
  switch (family) {
    case ClaudeFamily::kOpus:
    case ClaudeFamily::kSonnet:
      return !AtLeast(5, 5);
    case ClaudeFamily::kFable:
    case ClaudeFamily::kMythos:
      return !AtLeast(5, 1);
    case ClaudeFamily::kHaiku:
    case ClaudeFamily::kUnknown:
      return true;
  }
  return true;
}

std::int64_t ClaudeVersion::default_max_tokens() const {
  if (!known() || AtLeast(3, 7)) return 32000;
  return AtLeast(3, 5) ? 8192 : 4096;
}

ClaudeVersion ParseClaudeVersion(std::string_view model) {
  constexpr std::string_view kName = "claude";
  std::size_t at = model.rfind(kName);
  if (at == model.npos) return {};
  std::string_view rest = model.substr(at + kName.size());
  ClaudeVersion version;
  while (!rest.empty()) {
    std::string_view piece = NextPiece(rest);
    if (ClaudeFamily family = FamilyOf(piece); family != ClaudeFamily::kUnknown) {
      version.family = family;
    }
    if (version.known()) continue;  // "claude-3-5-sonnet": the family comes after
    if (piece.size() > 1 && piece.front() == 'v') piece.remove_prefix(1);  // claude-v2:1
    int major = SmallNumber(piece);
    if (major <= 0) continue;
    version.major = major;
    std::string_view after = rest;
    int minor = SmallNumber(NextPiece(after));
    if (minor < 0) continue;
    version.minor = minor;
    rest = after;
  }
  return version;
}

}  // namespace aiproxy
