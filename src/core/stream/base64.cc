#include "core/stream/base64.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace aiproxy {

namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 0xFF;

constexpr std::array<std::uint8_t, 256> MakeValues() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::size_t digit = 0; digit < kDigits.size(); ++digit)
    values[static_cast<unsigned char>(kDigits[digit])] = static_cast<std::uint8_t>(digit);
  return values;
}

constexpr std::array<std::uint8_t, 256> kValues = MakeValues();

std::uint32_t ValueOf(char c) { return kValues[static_cast<unsigned char>(c)]; }

/// Takes bytes in any pieces and writes four digits for each three of them.
class Encoder {
 public:
  explicit Encoder(Output& out) : out_(out) {}

  void Take(std::string_view bytes) {
    char* to = out_.Reserve((bytes.size() + 2) / 3 * 4 + 4);
    char* from = to;
    for (char c : bytes) {
      group_ = group_ << 8 | static_cast<unsigned char>(c);
      if (++count_ < 3) continue;
      to = Digits(4, to);
      count_ = 0;
      group_ = 0;
    }
    out_.Advance(static_cast<std::size_t>(to - from));
  }

  void Finish() {
    if (count_ == 0) return;
    char* to = out_.Reserve(4);
    group_ <<= 8 * (3 - count_);
    char* end = Digits(count_ + 1, to);
    while (end != to + 4) *end++ = '=';
    out_.Advance(4);
  }

 private:
  char* Digits(int count, char* to) const {
    for (int digit = 0; digit < count; ++digit) *to++ = kDigits[(group_ >> (18 - 6 * digit)) & 63];
    return to;
  }

  Output& out_;
  std::uint32_t group_ = 0;
  int count_ = 0;  // bytes in the group
};

}  // namespace

void AppendBase64(const Output& bytes, Output& out) {
  Encoder encoder(out);
  bytes.ForEachPiece([&encoder](std::string_view piece) { encoder.Take(piece); });
  encoder.Finish();
}

bool AppendDecodedBase64(std::string_view text, std::string& out) {
  if (text.size() % 4 != 0) return false;
  if (text.empty()) return true;
  std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  text.remove_suffix(padding);
  std::size_t before = out.size();
  out.resize(before + (text.size() * 6) / 8);
  char* to = out.data() + before;
  std::uint32_t bad = 0;
  std::uint32_t group = 0;
  std::size_t at = 0;
  for (; at + 4 <= text.size(); at += 4) {
    std::uint32_t a = ValueOf(text[at]);
    std::uint32_t b = ValueOf(text[at + 1]);
    std::uint32_t c = ValueOf(text[at + 2]);
    std::uint32_t d = ValueOf(text[at + 3]);
    bad |= a | b | c | d;
    group = a << 18 | b << 12 | c << 6 | d;
    *to++ = static_cast<char>(group >> 16);
    *to++ = static_cast<char>(group >> 8);
    *to++ = static_cast<char>(group);
  }
  group = 0;
  for (std::size_t digit = at; digit < text.size(); ++digit) {
    bad |= ValueOf(text[digit]);
    group = group << 6 | ValueOf(text[digit]);
  }
  if (padding == 1) {
    *to++ = static_cast<char>(group >> 10);
    *to++ = static_cast<char>(group >> 2);
  } else if (padding == 2) {
    *to++ = static_cast<char>(group >> 4);
  }
  if (bad < 64) return true;
  out.resize(before);
  return false;
}

}  // namespace aiproxy
