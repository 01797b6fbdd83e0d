#include "core/protocols/bedrock_converse/document_name.h"

#include <string>

namespace aiproxy::bedrock_converse {

namespace {

constexpr std::size_t kMaxName = 200;

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsNameByte(char c) {
  return IsLetterOrDigit(c) || c == '-' || c == '(' || c == ')' || c == '[' || c == ']';
}

/// Bytes of the white space character at the start of `text`; 0 for any other character.
std::size_t SpaceAt(std::string_view text) {
  char c = text.front();
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  if (text.starts_with("\xC2\xA0")) return 2;      // no-break space
  if (text.starts_with("\xE3\x80\x80")) return 3;  // ideographic space
  bool wide = text.size() >= 3 && text.starts_with("\xE2\x80") &&
              static_cast<unsigned char>(text[2]) >= 0x80 &&
              static_cast<unsigned char>(text[2]) <= 0x8A;
  return wide ? 3 : 0;
}

std::string_view WithoutExtension(std::string_view name) {
  std::size_t dot = name.rfind('.');
  if (dot == name.npos || dot == 0) return name;
  std::string_view extension = name.substr(dot + 1);
  if (extension.empty() || extension.size() > 5) return name;
  for (char c : extension) {
    if (!IsLetterOrDigit(c)) return name;
  }
  return name.substr(0, dot);
}

std::string Accepted(std::string_view name) {
  std::string accepted;
  bool space = false;
  while (!name.empty()) {
    std::size_t width = SpaceAt(name);
    char c = name.front();
    name.remove_prefix(width == 0 ? 1 : width);
    if (width != 0) {
      space = !accepted.empty();
    } else if (IsNameByte(c)) {
      if (space) accepted += ' ';
      space = false;
      accepted += c;
    }
  }
  if (accepted.size() > kMaxName) accepted.resize(kMaxName);
  while (accepted.ends_with(' ')) accepted.pop_back();
  return accepted.empty() ? "document" : accepted;
}

}  // namespace

bool DocumentNames::IsTaken(std::string_view name) const {
  for (std::string_view taken : taken_) {
    if (taken == name) return true;
  }
  return false;
}

Text DocumentNames::Take(const Text& file_name, CodecContext& context) {
  bool named = file_name.present() && !file_name.empty();
  std::string_view base =
      named ? WithoutExtension(file_name.Decode(context.arena)) : std::string_view("document");
  std::string name = Accepted(base);
  std::string unique = name;
  constexpr int kTried = 1000;  // beyond, the API says itself that there are too many
  for (int i = 2; IsTaken(unique) && i <= kTried; ++i)
    unique = name + " (" + std::to_string(i) + ")";
  std::string_view kept = context.arena.Copy(unique);
  taken_.push_back(context.arena, kept);
  if (named && kept != base) {
    context.accounting.Report(file_name.node, kValueDegraded,
                              "{target} takes names of letters, digits, single spaces, '-' and "
                              "brackets, each once; '{}' is changed",
                              file_name.bytes);
  }
  return Text::Plain(kept, file_name.node);
}

}  // namespace aiproxy::bedrock_converse
