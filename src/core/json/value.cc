#include "core/json/value.h"

#include <charconv>

#include "core/json/escape.h"

namespace aiproxy {

namespace {

unsigned HexDigit(char c) {
  if (c <= '9') return static_cast<unsigned>(c - '0');
  return static_cast<unsigned>((c | 32) - 'a' + 10);
}

unsigned Hex4(std::string_view digits) {
  return HexDigit(digits[0]) << 12 | HexDigit(digits[1]) << 8 | HexDigit(digits[2]) << 4 |
         HexDigit(digits[3]);
}

void AppendUtf8(unsigned code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 63));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 63));
    out += static_cast<char>(0x80 | (code & 63));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 63));
    out += static_cast<char>(0x80 | ((code >> 6) & 63));
    out += static_cast<char>(0x80 | (code & 63));
  }
}

/// Decodes the \uXXXX at `at` (and its second half); returns the offset after it.
std::size_t DecodeUnicode(std::string_view text, std::size_t at, std::string& out, bool& whole) {
  unsigned code = Hex4(text.substr(at + 2, 4));
  at += 6;
  if (code >= 0xD800 && code < 0xDC00 && at + 6 <= text.size() && text[at] == '\\' &&
      text[at + 1] == 'u') {
    unsigned low = Hex4(text.substr(at + 2, 4));
    if (low >= 0xDC00 && low < 0xE000) {
      AppendUtf8(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00), out);
      return at + 6;
    }
  }
  if (code >= 0xD800 && code < 0xE000) {
    whole = false;
    out += kReplacementCharacter;
  } else {
    AppendUtf8(code, out);
  }
  return at;
}

}  // namespace

bool DecodeString(std::string_view escaped, std::string& out) {
  bool whole = true;
  std::size_t at = 0;
  while (at < escaped.size()) {
    std::size_t backslash = escaped.find('\\', at);
    if (backslash == escaped.npos) backslash = escaped.size();
    out.append(escaped.substr(at, backslash - at));
    at = backslash;
    if (at == escaped.size()) break;
    switch (escaped[at + 1]) {
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'u':
        at = DecodeUnicode(escaped, at, out, whole);
        continue;
      default:
        out += escaped[at + 1];
        break;
    }
    at += 2;
  }
  return whole;
}

void EscapeString(std::string_view text, std::string& out) {
  ForEachEscaped(text, [&out](std::string_view piece) { out += piece; });
}

std::optional<std::int64_t> ParseInt(std::string_view number) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc()) return std::nullopt;
  if (end == number.data() + number.size()) return value;
  double real = 0;  // 1.0 and 1e2 are integers too
  auto parsed = std::from_chars(number.data(), number.data() + number.size(), real);
  if (parsed.ec != std::errc() || real < -9e15 || real > 9e15) return std::nullopt;
  value = static_cast<std::int64_t>(real);
  if (static_cast<double>(value) != real) return std::nullopt;
  return value;
}

bool Value::DecodesTo(std::string_view text) const { return Decoded() == text; }

std::string Value::Decoded() const {
  std::string out;
  DecodeString(body(), out);
  return out;
}

std::string Describe(const Value& value) {
  if (!value.is_string()) return std::string(Describe(value.kind()));
  constexpr int kMostCharacters = 40;
  const std::string text = value.Decoded();
  std::size_t end = 0;
  for (int count = 0; end < text.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80;
    if (begins && ++count > kMostCharacters) break;
  }
  return "'" + text.substr(0, end) + (end < text.size() ? "...'" : "'");
}

Error Unexpected(const Value& value, std::string_view expected) {
  std::string message = "expected ";
  message += expected;
  message += ", got ";
  message += Describe(value.kind());
  return value.document().ErrorAt(value.id(), std::move(message));
}

std::optional<std::int64_t> Value::Int() const {
  if (!is_number()) return std::nullopt;
  return ParseInt(raw());
}

Value Value::Find(std::string_view name) const {
  Value found;
  if (!valid() || !is_object()) return found;
  for (Member member : members()) {
    if (member.key.Is(name)) found = member.value;
  }
  return found;
}

}  // namespace aiproxy
