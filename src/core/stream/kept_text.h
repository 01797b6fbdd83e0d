// Text that outlives the frame it came in: the owner's own memory, growing piece by piece.
#pragma once

#include <string>

#include "core/json/text.h"
#include "core/json/value.h"

namespace aiproxy {

/// As between the quotes of a JSON string.
struct KeptText {
  std::string bytes;
  bool escaped = false;
  bool set = false;

  void Append(const Text& text) {
    if (text.spelling == Text::Spelling::kPlain) {
      std::size_t before = bytes.size();
      EscapeString(text.bytes, bytes);
      escaped = escaped || bytes.find('\\', before) != bytes.npos;
    } else {
      bytes.append(text.bytes);
      escaped = escaped || text.spelling == Text::Spelling::kEscaped;
    }
    set = true;
  }
  Text View() const {
    if (!set) return {};
    return {bytes, kNoNode, escaped ? Text::Spelling::kEscaped : Text::Spelling::kClean};
  }
};

}  // namespace aiproxy
