// The text of a streamed block so far: what citations that come later may point into.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/json/text.h"
#include "core/json/value.h"

namespace aiproxy {

/// Bounded: a citation of something later than that quotes nothing.
class SaidText {
 public:
  void Append(const Text& text) {
    if (said_.size() + text.bytes.size() > kMost) return;
    if (text.spelling == Text::Spelling::kEscaped)
      DecodeString(text.bytes, said_);
    else
      said_.append(text.bytes);
  }

  void Clear() { said_.clear(); }

  /// Decoded.
  std::string_view view() const { return said_; }

 private:
  static constexpr std::size_t kMost = 128 * 1024;
  std::string said_;
};

}  // namespace aiproxy
