// The byte loops against the plainest form of the same rule.
#include "core/json/scan.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace aiproxy {
namespace {

/// Decodes one character by the definition; 0 bytes when there is none.
std::size_t CharacterSize(std::string_view text) {
  auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[i])) : 0u;
  };
  unsigned c = byte(0);
  if (c < 0x80) return 1;
  std::size_t size = c >= 0xF0 && c < 0xF8   ? 4
                     : c >= 0xE0 && c < 0xF0 ? 3
                     : c >= 0xC0 && c < 0xE0 ? 2
                                             : 0;
  if (size == 0) return 0;
  unsigned code = c & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3F);
  }
  constexpr unsigned kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[size] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return 0;
  return size;
}

std::size_t ExpectedInvalid(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t size = CharacterSize(text.substr(at));
    if (size == 0) break;
    at += size;
  }
  return at;
}

void Check(const std::string& text) {
  std::string padded = text + std::string(16, '\0');
  const char* begin = padded.data();
  const char* end = begin + text.size();
  std::size_t expected = ExpectedInvalid(text);
  ASSERT_EQ(static_cast<std::size_t>(scan::InvalidUtf8(begin, end) - begin), expected);
  ASSERT_EQ(scan::IsPaddedUtf8(begin, end), expected == text.size());
}

TEST(ScanUtf8, EveryPairOfBytes) {
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      Check({static_cast<char>(a), static_cast<char>(b)});
    }
  }
}

TEST(ScanUtf8, EveryLeadWithBordersOfWhatFollows) {
  constexpr unsigned kBorders[] = {0x00, 0x22, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0,
                                   0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xFF};
  for (unsigned lead = 0x80; lead < 256; ++lead) {
    for (unsigned b : kBorders) {
      for (unsigned c : kBorders) {
        for (unsigned d : kBorders) {
          Check({static_cast<char>(lead), static_cast<char>(b), static_cast<char>(c),
                 static_cast<char>(d)});
        }
      }
    }
  }
}

TEST(ScanUtf8, EveryCharacterIsAccepted) {
  for (unsigned code = 0; code <= 0x10FFFF; ++code) {
    if (code >= 0xD800 && code < 0xE000) continue;
    char text[16 + 4] = {};
    std::size_t size = 0;
    if (code < 0x80) {
      text[size++] = static_cast<char>(code);
    } else {
      int rest = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
      unsigned mark = rest == 1 ? 0xC0 : rest == 2 ? 0xE0 : 0xF0;
      text[size++] = static_cast<char>(mark | code >> (6 * rest));
      while (rest-- > 0) text[size++] = static_cast<char>(0x80 | ((code >> (6 * rest)) & 0x3F));
    }
    ASSERT_TRUE(scan::IsPaddedUtf8(text, text + size)) << code;
    ASSERT_EQ(scan::InvalidUtf8(text, text + size), text + size) << code;
  }
}

// Each bad piece at each place around the borders of blocks, cut at each length.
TEST(ScanUtf8, PlacesAndCuts) {
  const std::string pieces[] = {
      "\xFF",         "\x80",         "\xC3\xA9",        "\xE4\xB8\xAD", "\xF0\x9F\x98\x80",
      "\xED\xA0\x80", "\xE0\x80\x80", "\xF4\x90\x80\x80"};
  for (const std::string& piece : pieces) {
    for (std::size_t before = 0; before < 36; ++before) {
      for (std::size_t after = 0; after < 18; ++after) {
        for (std::size_t cut = 1; cut <= piece.size(); ++cut) {
          Check(std::string(before, 'a') + piece.substr(0, cut) + std::string(after, 'b'));
        }
      }
    }
  }
}

TEST(ScanUtf8, RandomMixtures) {
  std::mt19937 random(1);
  const std::string pieces[] = {
      "a",    "0123456789abcdef", "\xC3\xA9", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80", "\xEF\xBF\xBF",
      "\x80", "\xED\xA0\x80",     "\xE2\x82"};
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    unsigned kinds = round % 2 == 0 ? 6 : 9;  // half of them valid
    for (auto n = random() % 30; n > 0; --n) text += pieces[random() % kinds];
    Check(text);
  }
}

TEST(ScanUtf8, Empty) { Check(""); }

TEST(ScanRuns, EveryByteAtEveryPlace) {
  for (std::size_t size = 0; size < 50; ++size) {
    for (int c = 0; c < 256; ++c) {
      std::string text = std::string(size, 'x') + static_cast<char>(c);
      bool stops = c < 0x20 || c == '"' || c == '\\';
      const char* begin = text.data();
      const char* end = begin + text.size();
      EXPECT_EQ(scan::CleanRunEnd(begin, end), stops ? end - 1 : end) << size << " " << c;

      std::string padded = text + std::string(64, '\0');
      bool non_ascii = false;
      const char* stop = scan::PlainRunEnd(padded.data(), non_ascii);
      EXPECT_EQ(stop - padded.data(), static_cast<std::ptrdiff_t>(stops ? size : size + 1));
      EXPECT_EQ(non_ascii, c >= 0x80);
    }
  }
}

TEST(ScanRuns, BytesBehindTheStopSayNothing) {
  std::string padded = "abc\"\xFF\xFF" + std::string(64, '\0');
  bool non_ascii = false;
  EXPECT_EQ(scan::PlainRunEnd(padded.data(), non_ascii), padded.data() + 3);
  EXPECT_FALSE(non_ascii);
  const char* none = nullptr;
  EXPECT_EQ(scan::CleanRunEnd(none, none), none);
}

}  // namespace
}  // namespace aiproxy
