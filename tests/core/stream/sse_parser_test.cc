#include "core/stream/sse_parser.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/json/document.h"

namespace aiproxy {
namespace {

struct Got {
  std::string event;
  std::string data;
  std::uint64_t line = 0;
};

struct Outcome {
  std::vector<Got> frames;
  std::string error;
  std::uint32_t error_line = 0;

  std::string Show() const {
    std::string out;
    for (const Got& got : frames) {
      out += "[" + got.event + "|" + got.data + "@" + std::to_string(got.line) + "]";
    }
    if (!error.empty()) out += "!" + error + "@" + std::to_string(error_line);
    return out;
  }
};

/// Feeds the pieces, each in a buffer of its own that is gone afterwards.
Outcome Parse(const std::vector<std::string>& pieces, const Limits& limits = {}) {
  Outcome outcome;
  SseParser parser(limits);
  std::vector<std::pair<const char*, std::string>> seen;  // of this Feed
  auto on_frame = [&](const Frame& frame) {
    const char* end = frame.data.data() + frame.data.size();
    EXPECT_EQ(*end, '\0');
    unsigned sum = 0;
    for (std::size_t i = 0; i < Document::kPadding; ++i) {
      sum += static_cast<unsigned char>(*(end + i));
    }
    EXPECT_GE(sum, 0u);  // it was readable
    outcome.frames.push_back(
        {std::string(frame.event), std::string(frame.data), parser.frame_line()});
    seen.emplace_back(frame.data.data(), std::string(frame.data));
    return Ok();
  };
  auto check = [&](const Status& status) {
    for (const auto& [data, text] : seen) EXPECT_EQ(std::memcmp(data, text.data(), text.size()), 0);
    seen.clear();
    if (status) return true;
    EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
    outcome.error = status.error().message;
    outcome.error_line = status.error().line;
    return false;
  };
  for (const std::string& piece : pieces) {
    auto buffer = std::make_unique<char[]>(piece.size() + Document::kPadding);
    std::memcpy(buffer.get(), piece.data(), piece.size());
    std::memset(buffer.get() + piece.size(), '\n', Document::kPadding);
    if (!check(parser.Feed(buffer.get(), piece.size(), on_frame))) return outcome;
  }
  check(parser.Finish(on_frame));
  return outcome;
}

std::vector<std::string> Bytes(const std::string& text) {
  std::vector<std::string> out;
  for (char c : text) out.emplace_back(1, c);
  return out;
}

struct Rule {
  const char* name;
  std::string input;
  std::string frames;
};

const Rule kRules[] = {
    {"lf", "data: a\n\ndata: b\n\n", "[|a@1][|b@3]"},
    {"cr lf", "data: a\r\n\r\ndata: b\r\n\r\n", "[|a@1][|b@3]"},
    {"cr", "data: a\r\rdata: b\r\r", "[|a@1][|b@3]"},
    {"mixed line ends", "event: e\rdata: a\n\r\ndata: b\r\n\n", "[e|a@2][|b@4]"},
    {"lf cr is two ends", "data: a\n\rdata: b\n\r", "[|a@1][|b@3]"},
    {"a name of wrong bytes", "event: a\xff\ndata: a\n\n", "[a\xEF\xBF\xBD|a@2]"},
    {"no space after the colon", "data:a\n\n", "[|a@1]"},
    {"only one space goes", "data:  a \n\n", "[| a @1]"},
    {"a tab stays", "data:\ta\n\n", "[|\ta@1]"},
    {"byte order mark",
     "\xEF\xBB\xBF"
     "data: a\n\n",
     "[|a@1]"},
    {"only one byte order mark",
     "\xEF\xBB\xBF\xEF\xBB\xBF"
     "data: a\n\ndata: b\n\n",
     "[|b@3]"},
    {"byte order mark in the middle",
     "data: a\n\n\xEF\xBB\xBF"
     "data: b\n\n",
     "[|a@1]"},
    {"part of a byte order mark",
     "\xEF\xBB"
     "data: a\n\ndata: b\n\n",
     "[|b@3]"},
    {"byte order mark alone", "\xEF\xBB\xBF\n\ndata: b\n\n", "[|b@3]"},
    {"comment", ": OPENROUTER PROCESSING\n\ndata: a\n\n", "[|a@3]"},
    {"comment within an event", "data: a\n:\n: x\ndata: b\n\n", "[|a\nb@1]"},
    {"wrapped comment", "data: : OPENROUTER PROCESSING\n\ndata: a\n\n", "[|a@3]"},
    {"wrapped comment without space", "data::x\n\ndata: a\n\n", "[|a@3]"},
    {"wrapped comment before data", "data: : x\ndata: a\n\n", "[|a@2]"},
    {"colon in later data", "data: {\"a\"\ndata: :1}\n\n", "[|{\"a\"\n:1}@1]"},
    {"several data lines", "data: {\"a\":\ndata: 1}\n\n", "[|{\"a\":\n1}@1]"},
    {"data lines with others between", "data: a\nevent: e\ndata: b\nid: 3\ndata: c\n\n",
     "[e|a\nb\nc@1]"},
    {"empty first data line", "data\ndata: a\n\n", "[|\na@1]"},
    {"empty last data line", "data: a\ndata\n\n", "[|a\n@1]"},
    {"empty data", "data:\n\ndata\n\ndata: \ndata\n\n", ""},
    {"event name", "event: e\ndata: a\n\ndata: b\n\n", "[e|a@2][|b@4]"},
    {"event name after the data", "data: a\nevent:e\n\n", "[e|a@1]"},
    {"last event name wins", "event: d\nevent: e\ndata: a\n\n", "[e|a@3]"},
    {"event name is emptied", "event: d\nevent\ndata: a\n\n", "[|a@3]"},
    {"event without data", "event: e\n\ndata: a\n\n", "[|a@3]"},
    {"id and retry", "id: 1\nretry: 5\ndata: a\n\n", "[|a@3]"},
    {"unknown fields", "foo: 1\nfoo\ndatax: 1\neventx: 1\nDATA: 1\n data: 1\ndata: a\n\n",
     "[|a@7]"},
    {"field without a colon but a space", "data a\n\ndata: b\n\n", "[|b@3]"},
    {"many blank lines", "\n\n\ndata: a\n\n\n\r\n\r\rdata: b\n\n", "[|a@4][|b@10]"},
    {"no blank line at the end", "data: a\n\nevent: e\ndata: b\n", "[|a@1][e|b@4]"},
    {"no line end at the end", "data: a\n\nevent: e\ndata: b", "[|a@1][e|b@4]"},
    {"name without line end at the end", "data: b\nevent: e", "[e|b@1]"},
    {"nothing but a name at the end", "data: a\n\nevent: e\n", "[|a@1]"},
    {"cr at the end", "data: a\r", "[|a@1]"},
    {"other line ends are none",
     "data: a\xE2\x80\xA8"
     "b\xC2\x85\x0B\x0C"
     "c\n\n",
     "[|a\xE2\x80\xA8"
     "b\xC2\x85\x0B\x0C"
     "c@1]"},
    {"nul", std::string("data: a\0b\n\n", 11), std::string("[|a\0b@1]", 8)},
    {"done marker", "data: [DONE]\n\n", "[|[DONE]@1]"},
    {"nothing", "", ""},
};

class SseRules : public ::testing::TestWithParam<Rule> {};

TEST_P(SseRules, Whole) { EXPECT_EQ(Parse({GetParam().input}).Show(), GetParam().frames); }

TEST_P(SseRules, ByteByByte) {
  EXPECT_EQ(Parse(Bytes(GetParam().input)).Show(), GetParam().frames);
}

TEST_P(SseRules, SplitInTwoAndThree) {
  const std::string& input = GetParam().input;
  for (std::size_t i = 0; i <= input.size(); ++i) {
    for (std::size_t j = i; j <= input.size(); ++j) {
      EXPECT_EQ(Parse({input.substr(0, i), input.substr(i, j - i), input.substr(j)}).Show(),
                GetParam().frames)
          << i << " " << j;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, SseRules, ::testing::ValuesIn(kRules), [](const auto& rule) {
  std::string name = rule.param.name;
  for (char& c : name) c = c == ' ' ? '_' : c;
  return name;
});

TEST(SseParser, LongLinesAtEveryOffset) {
  for (std::size_t size = 0; size < 300; ++size) {
    std::string data(size + 1, 'x');
    std::string input = "data: " + data + "\r\n\r\nevent: e\ndata: b\n\n";
    EXPECT_EQ(Parse({input}).Show(), "[|" + data + "@1][e|b@4]");
  }
}

TEST(SseParser, WholeEventsAreNotCopied) {
  std::string input = "event: e\ndata: {\"a\":1}\n\n";
  std::string buffer = input + std::string(Document::kPadding, '\0');
  SseParser parser{Limits{}};
  int frames = 0;
  Status status = parser.Feed(buffer.data(), input.size(), [&](const Frame& frame) {
    ++frames;
    EXPECT_EQ(frame.data.data(), buffer.data() + 15);
    return Ok();
  });
  EXPECT_TRUE(status.has_value());
  EXPECT_EQ(frames, 1);
}

TEST(SseParser, AFramesErrorStopsTheFeed) {
  std::string buffer = "data: a\n\ndata: b\n\n" + std::string(Document::kPadding, '\0');
  SseParser parser{Limits{}};
  int frames = 0;
  Status status = parser.Feed(buffer.data(), 18, [&](const Frame&) -> Status {
    ++frames;
    Error error;
    error.message = "stop";
    return error;
  });
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().message, "stop");
  EXPECT_EQ(frames, 1);
}

struct LimitCase {
  std::string input;
  std::string shown;  // with a limit of 10 bytes
};

TEST(SseParser, LimitsAreTheSameForEverySplit) {
  Limits limits;
  limits.max_event_bytes = 10;
  const LimitCase cases[] = {
      {"data: abcd\n\n", "[|abcd@1]"},
      {"data: a\n\ndata: abcde\n\n", "[|a@1]!an event has more than 10 bytes@3"},
      {"data: a\n\ndata: abcde", "[|a@1]!an event has more than 10 bytes@3"},
      {":23456789\n\n:2345678901\n\n", "!an event has more than 10 bytes@3"},
      {"data: abcd\ndata: efgh\n\n", "[|abcd\nefgh@1]"},
      {"data: abcd\ndata: efgh\ndata\n\n", "[|abcd\nefgh\n@1]"},
      {"data: abcd\ndata: efgh\ndata\ndata\n\n", "!an event has more than 10 bytes@4"},
      {"data: abcd\n\ndata: abcd\n\n", "[|abcd@1][|abcd@3]"},
  };
  for (const LimitCase& one : cases) {
    EXPECT_EQ(Parse({one.input}, limits).Show(), one.shown);
    EXPECT_EQ(Parse(Bytes(one.input), limits).Show(), one.shown);
    for (std::size_t i = 0; i <= one.input.size(); ++i) {
      EXPECT_EQ(Parse({one.input.substr(0, i), one.input.substr(i)}, limits).Show(), one.shown);
    }
  }
}

TEST(SseParser, ALongEventInManyPieces) {
  std::string data(3u << 20, 'x');
  std::string input = "data: " + data + "\n\ndata: b\n\n";
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < input.size(); at += 16384)
    pieces.push_back(input.substr(at, 16384));
  Outcome outcome = Parse(pieces);
  ASSERT_EQ(outcome.frames.size(), 2u);
  EXPECT_EQ(outcome.frames[0].data, data);
  EXPECT_EQ(outcome.frames[1].data, "b");
}

}  // namespace
}  // namespace aiproxy
