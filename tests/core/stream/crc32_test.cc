#include "core/stream/crc32.h"

#include <gtest/gtest.h>

#include <string>

namespace aiproxy {
namespace {

/// Bit by bit, as the polynomial says.
std::uint32_t SlowCrc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
  }
  return ~crc;
}

TEST(Crc32, KnownValues) {
  EXPECT_EQ(Crc32(""), 0u);
  EXPECT_EQ(Crc32("a"), 0xE8B7BE43u);
  EXPECT_EQ(Crc32("123456789"), 0xCBF43926u);
  EXPECT_EQ(Crc32("The quick brown fox jumps over the lazy dog"), 0x414FA339u);
  EXPECT_EQ(Crc32(std::string(32, '\0')), 0x190A55ADu);
  EXPECT_EQ(Crc32(std::string(32, '\xFF')), 0xFF6CAB0Bu);
}

TEST(Crc32, EveryLengthAndSplit) {
  std::string text;
  for (int i = 0; i < 70; ++i) text += static_cast<char>(i * 37 + 11);
  for (std::size_t size = 0; size <= text.size(); ++size) {
    std::string_view whole = std::string_view(text).substr(0, size);
    EXPECT_EQ(Crc32(whole), SlowCrc32(whole)) << size;
    for (std::size_t at = 0; at <= size; at += 3)
      EXPECT_EQ(Crc32(whole.substr(at), Crc32(whole.substr(0, at))), Crc32(whole));
  }
}

}  // namespace
}  // namespace aiproxy
