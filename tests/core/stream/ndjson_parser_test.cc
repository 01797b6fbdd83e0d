#include "core/stream/ndjson_parser.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/json/document.h"

namespace aiproxy {
namespace {

std::string Parse(const std::vector<std::string>& pieces, const Limits& limits = {}) {
  std::string out;
  NdjsonParser parser(limits);
  auto on_frame = [&](const Frame& frame) {
    EXPECT_EQ(frame.event, "");
    EXPECT_EQ(*(frame.data.data() + frame.data.size()), '\0');
    out += "[" + std::string(frame.data) + "@" + std::to_string(parser.frame_line()) + "]";
    return Ok();
  };
  auto check = [&](const Status& status) {
    if (status) return true;
    EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
    out += "!" + status.error().message + "@" + std::to_string(status.error().line);
    return false;
  };
  for (const std::string& piece : pieces) {
    auto buffer = std::make_unique<char[]>(piece.size() + Document::kPadding);
    std::memcpy(buffer.get(), piece.data(), piece.size());
    std::memset(buffer.get() + piece.size(), '\n', Document::kPadding);
    if (!check(parser.Feed(buffer.get(), piece.size(), on_frame))) return out;
  }
  check(parser.Finish(on_frame));
  return out;
}

TEST(NdjsonParser, RulesForEverySplit) {
  struct Rule {
    std::string input;
    std::string frames;
  };
  const Rule rules[] = {
      {"{\"a\":1}\n{\"b\":2}\n", "[{\"a\":1}@1][{\"b\":2}@2]"},
      {"1\r\n2\r\n", "[1@1][2@2]"},
      {"1\n2", "[1@1][2@2]"},
      {"1\n2\r", "[1@1][2@2]"},
      {"\n \t\r\n1\n\n2\n", "[1@3][2@5]"},
      {"\xEF\xBB\xBF"
       "1\n\xEF\xBB\xBF"
       "2\n",
       "[1@1][\xEF\xBB\xBF"
       "2@2]"},
      {"1 \r 2\n", "[1 \r 2@1]"},
      {"", ""},
      {"1234567890\n1234567890\n12345678901\n1\n",
       "[1234567890@1][1234567890@2]!a line has more than 10 bytes@3"},
      {"12345678901", "!a line has more than 10 bytes@1"},
  };
  Limits limits;
  limits.max_event_bytes = 10;
  for (const Rule& rule : rules) {
    const Limits& used = rule.input.size() < 18 && rule.input.starts_with("{") ? Limits{} : limits;
    std::vector<std::string> bytes;
    for (char c : rule.input) bytes.emplace_back(1, c);
    EXPECT_EQ(Parse(bytes, used), rule.frames);
    for (std::size_t i = 0; i <= rule.input.size(); ++i) {
      for (std::size_t j = i; j <= rule.input.size(); ++j) {
        EXPECT_EQ(
            Parse({rule.input.substr(0, i), rule.input.substr(i, j - i), rule.input.substr(j)},
                  used),
            rule.frames);
      }
    }
  }
}

}  // namespace
}  // namespace aiproxy
