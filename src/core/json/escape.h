// How text becomes the content of a JSON string, run by run: what needs no escape is not touched.
#pragma once

#include <string_view>

#include "core/json/scan.h"

namespace aiproxy {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";  // U+FFFD

/// Calls f(std::string_view) for the pieces of the escaped form of a character that needs one.
template <class F>
void EscapeCharacter(char character, F f) {
  constexpr std::string_view kHex = "0123456789abcdef";
  auto c = static_cast<unsigned char>(character);
  switch (c) {
    case '"':
      return f(std::string_view("\\\""));
    case '\\':
      return f(std::string_view("\\\\"));
    case '\b':
      return f(std::string_view("\\b"));
    case '\f':
      return f(std::string_view("\\f"));
    case '\n':
      return f(std::string_view("\\n"));
    case '\r':
      return f(std::string_view("\\r"));
    case '\t':
      return f(std::string_view("\\t"));
    default:
      f(std::string_view("\\u00"));
      f(kHex.substr(c >> 4, 1));
      f(kHex.substr(c & 15, 1));
  }
}

/// Calls f(std::string_view) for the pieces of the escaped form of `text`, without quotes. Each
/// byte that is not part of valid UTF-8 becomes U+FFFD.
template <class F>
void ForEachEscaped(std::string_view text, F f) {
  const char* p = text.data();
  const char* end = p + text.size();
  const char* valid_to = scan::InvalidUtf8(p, end);
  for (;;) {
    const char* stop = scan::CleanRunEnd(p, valid_to);
    if (stop != p) f(std::string_view(p, static_cast<std::size_t>(stop - p)));
    if (stop == end) return;
    p = stop + 1;
    if (stop == valid_to) {
      f(kReplacementCharacter);
      valid_to = scan::InvalidUtf8(p, end);
    } else {
      EscapeCharacter(*stop, f);
    }
  }
}

}  // namespace aiproxy
