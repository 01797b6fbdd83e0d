#include "core/json/text.h"

#include <charconv>

namespace aiproxy {

std::string Text::Decode() const {
  std::string out;
  AppendTo(out);
  return out;
}

void Text::AppendTo(std::string& out) const {
  if (spelling == Spelling::kEscaped)
    DecodeString(bytes, out);
  else
    out += bytes;
}

std::string_view Text::Decode(Arena& arena) const {
  if (spelling != Spelling::kEscaped) return bytes;
  return arena.Copy(Decode());
}

double Number::Real() const {
  double value = 0;
  std::from_chars(json.data(), json.data() + json.size(), value);
  return value;
}

}  // namespace aiproxy
