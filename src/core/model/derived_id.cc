#include "core/model/derived_id.h"

#include <cstdint>
#include <cstring>

namespace aiproxy {

namespace {

constexpr std::size_t kMaxPrefix = 16;
constexpr std::size_t kDigits = 16;

/// Eight bytes at a time: whole documents are hashed.
std::uint64_t HashOf(std::string_view bytes) {
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15u;
  std::uint64_t hash = bytes.size() * kFactor;
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    std::size_t size = bytes.size() < sizeof(word) ? bytes.size() : sizeof(word);
    std::memcpy(&word, bytes.data(), size);
    hash = (hash ^ word) * kFactor;
    hash ^= hash >> 32;
    bytes.remove_prefix(size);
  }
  return hash;
}

}  // namespace

Text DerivedId(std::string_view prefix, std::string_view seed, Arena& arena) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::uint64_t hash = HashOf(seed);
  char id[kMaxPrefix + kDigits];
  prefix = prefix.substr(0, kMaxPrefix);
  std::memcpy(id, prefix.data(), prefix.size());
  for (std::size_t i = 0; i < kDigits; ++i) id[prefix.size() + i] = kHex[hash >> (60 - 4 * i) & 15];
  std::string_view whole(id, prefix.size() + kDigits);
  return Text{arena.Copy(whole), kNoNode, Text::Spelling::kClean};
}

Text DerivedId(std::string_view prefix, CodecContext& context) {
  Document& document = context.document();
  return DerivedId(prefix, document.size() > 0 ? document.Raw(0) : "", context.arena);
}

}  // namespace aiproxy
