#include "core/stream/frame_parser.h"

#include <gtest/gtest.h>

#include <string>

#include "core/json/document.h"
#include "core/stream/crc32.h"

namespace aiproxy {
namespace {

class Lines : public FrameSink {
 public:
  Status OnFrame(const Frame& frame) override {
    text += std::string(frame.event) + "|" + std::string(frame.data) + "\n";
    return Ok();
  }
  std::string text;
};

/// Twelve bytes with lengths of the given first byte, and the checksum that belongs to them.
std::string Prelude(char first) {
  std::string prelude(8, '\x01');
  prelude[0] = first;
  std::uint32_t crc = Crc32(prelude);
  for (int shift = 24; shift >= 0; shift -= 8) prelude += static_cast<char>(crc >> shift);
  return prelude;
}

TEST(FramingOf, FirstBytes) {
  struct Case {
    std::string begin;
    std::optional<Framing> framing;
  };
  const Case cases[] = {
      {"", std::nullopt},
      {"d", Framing::kSse},
      {"data: {}\n\n", Framing::kSse},
      {": ping", Framing::kSse},
      {"\n\n", std::nullopt},
      {"\n\nevent: x", Framing::kSse},
      {"[", Framing::kJsonArray},
      {" \r\n\t[", Framing::kJsonArray},
      {"\xEF", std::nullopt},
      {"\xEF\xBB", std::nullopt},
      {"\xEF\xBB\xBF", std::nullopt},
      {"\xEF\xBB\xBF[", Framing::kJsonArray},
      {"\xEF\xBB\xBF"
       "data:",
       Framing::kSse},
      {"\xEFx", Framing::kSse},
      {"{", Framing::kSse},
      {std::string(1, '\0'), Framing::kAwsEventStream},
      {"\xFF", std::nullopt},
      {Prelude('\xFF'), Framing::kAwsEventStream},
      {"\xFF\xFE"
       "d\0a\0t\0a\0:\0 \0",
       std::nullopt},
      {"\xFF not a prelude", Framing::kSse},
      {std::string(5000, '\n'), Framing::kSse},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(FramingOf(one.begin, false), one.framing) << one.begin;
    if (!one.framing) continue;
    EXPECT_EQ(FramingOf(one.begin, true), one.framing) << one.begin;
  }
  for (std::string_view short_one : {"", "\n", "\xEF", "\xFF"})
    EXPECT_EQ(FramingOf(short_one, true), Framing::kSse);
}

TEST(FramingOf, LongerBeginsSayTheSame) {
  std::string padded = std::string(4094, ' ') + "[";
  for (const std::string& begin : {padded, " " + padded, "  " + padded, "\xEF\xBB\xBF" + padded,
                                   Prelude('\x7F'), Prelude('\xF0'), Prelude('[')}) {
    std::optional<Framing> known;
    for (std::size_t size = 0; size <= begin.size(); ++size) {
      std::optional<Framing> framing = FramingOf(begin.substr(0, size), false);
      ASSERT_TRUE(!known || framing == known) << size;
      known = framing;
    }
  }
}

std::string Parse(std::optional<Framing> framing, const std::string& input, std::size_t piece,
                  Framing* found) {
  std::unique_ptr<FrameParser> parser = NewFrameParser(framing, {});
  Lines lines;
  for (std::size_t at = 0; at < input.size(); at += piece) {
    std::string bytes = input.substr(at, piece);
    std::size_t size = bytes.size();
    bytes.append(Document::kPadding, '\0');
    if (!parser->Feed(bytes.data(), size, lines)) return lines.text + "error";
  }
  Status status = parser->Finish(lines);
  *found = parser->framing();
  return lines.text + (status ? "" : "error");
}

TEST(FrameParser, FindsTheFraming) {
  struct Case {
    std::string input;
    std::string frames;
    Framing framing;
  };
  const Case cases[] = {
      {"event: a\ndata: 1\n\n", "a|1\n", Framing::kSse},
      {"\n\n[1,2]", "|1\n|2\n", Framing::kJsonArray},
      {"", "", Framing::kSse},
      {"\n", "", Framing::kSse},
  };
  for (const Case& one : cases) {
    for (std::size_t piece = 1; piece <= one.input.size() + 1; ++piece) {
      Framing found{};
      EXPECT_EQ(Parse(std::nullopt, one.input, piece, &found), one.frames);
      EXPECT_EQ(found, one.framing);
    }
  }
}

TEST(FrameParser, EveryFraming) {
  Framing found{};
  EXPECT_EQ(Parse(Framing::kNdjson, "1\n2", 1, &found), "|1\n|2\n");
  EXPECT_EQ(found, Framing::kNdjson);
  EXPECT_EQ(Parse(Framing::kSse, "data: 1", 2, &found), "|1\n");
  EXPECT_EQ(Parse(Framing::kJsonArray, "[1]", 2, &found), "|1\n");
  for (Framing framing : {Framing::kAwsEventStream, Framing::kAwsInvokeStream}) {
    EXPECT_EQ(Parse(framing, "no prelude at all", 5, &found), "error");
    EXPECT_EQ(Parse(framing, "", 5, &found), "");
    EXPECT_EQ(found, Framing::kAwsEventStream);
  }
}

TEST(FrameParser, EveryTextFramingBoundsAFrame) {
  Limits limits;
  limits.max_event_bytes = 16;
  std::string json = "\"" + std::string(64, 'a') + "\"";
  for (const auto& [framing, input] : {std::pair(Framing::kSse, "data: " + json + "\n\n"),
                                       std::pair(Framing::kNdjson, json + "\n"),
                                       std::pair(Framing::kJsonArray, "[" + json + "]")}) {
    Lines lines;
    std::unique_ptr<FrameParser> parser = NewFrameParser(framing, limits);
    std::string bytes = input + std::string(Document::kPadding, '\0');
    Status status = parser->Feed(bytes.data(), input.size(), lines);
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
    EXPECT_EQ(lines.text, "");
  }
}

}  // namespace
}  // namespace aiproxy
