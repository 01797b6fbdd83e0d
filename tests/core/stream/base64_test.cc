#include "core/stream/base64.h"

#include <gtest/gtest.h>

#include <utility>

namespace aiproxy {
namespace {

std::string Encode(std::string_view bytes, std::size_t reference_from = std::string::npos) {
  Output plain;
  std::string long_piece;
  plain.Append(bytes.substr(0, reference_from));
  if (reference_from < bytes.size()) plain.AppendStable(bytes.substr(reference_from));
  Output out;
  AppendBase64(plain, out);
  return out.ToString();
}

TEST(Base64, VectorsOfTheRfc) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"},
                                                                   {"\xFB\xFF\xBF", "+/+/"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(Encode(plain), coded);
    std::string decoded = "x";
    EXPECT_TRUE(AppendDecodedBase64(coded, decoded));
    EXPECT_EQ(decoded, "x" + std::string(plain));
  }
}

TEST(Base64, PiecesOfAnyLengthMakeOneText) {
  std::string bytes;
  for (std::size_t i = 0; i < Output::kByReference + 10; ++i)
    bytes += static_cast<char>(i * 31 + i / 251);
  std::string coded = Encode(bytes);
  for (std::size_t from = 0; from < 5; ++from) EXPECT_EQ(Encode(bytes, from), coded);
  std::string decoded;
  EXPECT_TRUE(AppendDecodedBase64(coded, decoded));
  EXPECT_EQ(decoded, bytes);
}

TEST(Base64, WhatIsNotBase64IsRefused) {
  for (std::string_view bad : {"Z", "Zg", "Zg=", "Zm9v=", "====", "Z===", "Zg==Zg==", "Zm9\n",
                               "Zm 9", "Zm-_", "Zm9v\xC3\xA9"}) {
    std::string decoded = "kept";
    EXPECT_FALSE(AppendDecodedBase64(bad, decoded)) << bad;
    EXPECT_EQ(decoded, "kept");
  }
}

}  // namespace
}  // namespace aiproxy
