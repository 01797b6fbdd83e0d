// Texts one after the other, in memory of an arena.
#pragma once

#include <cstring>
#include <initializer_list>
#include <string_view>

#include "core/json/arena.h"

namespace aiproxy {

inline std::string_view Joined(std::initializer_list<std::string_view> pieces, Arena& arena) {
  std::size_t size = 0;
  for (std::string_view piece : pieces) size += piece.size();
  if (size == 0) return {};
  char* to = static_cast<char*>(arena.Allocate(size, 1));
  char* at = to;
  for (std::string_view piece : pieces) {
    if (piece.empty()) continue;
    std::memcpy(at, piece.data(), piece.size());
    at += piece.size();
  }
  return {to, size};
}

}  // namespace aiproxy
