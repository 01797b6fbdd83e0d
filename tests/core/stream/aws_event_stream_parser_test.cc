#include "core/stream/aws_event_stream_parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "core/stream/base64.h"
#include "core/stream/crc32.h"

namespace aiproxy {
namespace {

std::string BigEndian(std::size_t value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    text += static_cast<char>(value >> shift);
  return text;
}

std::string Header(std::string_view name, int type, std::string_view value) {
  std::string header(1, static_cast<char>(name.size()));
  header += name;
  header += static_cast<char>(type);
  if (type == 6 || type == 7) header += BigEndian(value.size(), 2);
  return header.append(value);
}

struct Lengths {
  std::size_t total;
  std::size_t headers;
};

/// A message whose lengths may lie, with checksums that are right for what it says.
std::string WireMessage(const std::string& headers, const std::string& payload,
                        const std::function<void(Lengths&)>& change = nullptr) {
  Lengths lengths{16 + headers.size() + payload.size(), headers.size()};
  if (change) change(lengths);
  std::string message = BigEndian(lengths.total, 4) + BigEndian(lengths.headers, 4);
  message += BigEndian(Crc32(message), 4) + headers + payload;
  return message + BigEndian(Crc32(message), 4);
}

std::string Event(std::string_view name, const std::string& payload) {
  return WireMessage(Header(":event-type", 7, name) + Header(":message-type", 7, "event"), payload);
}

/// Frames as lines: type, event, data, message.
class Lines : public FrameSink {
 public:
  Status OnFrame(const Frame& frame) override {
    EXPECT_EQ(frame.data.data()[frame.data.size()], '\0');
    constexpr std::string_view kTypes[] = {"event", "exception", "error"};
    text += std::string(kTypes[static_cast<int>(frame.type)]) + " " + std::string(frame.event) +
            " " + std::string(frame.data) + " " + std::string(frame.message) + "\n";
    return Ok();
  }
  std::string text;
};

/// What the bytes amount to, fed in pieces of one size: the frames, and the error behind them.
std::string Parse(const std::string& input, std::size_t piece, Limits limits = {}) {
  AwsEventStreamParser parser(limits);
  Lines lines;
  Status status;
  for (std::size_t at = 0; status && at < input.size(); at += piece) {
    std::string bytes = input.substr(at, piece);
    std::size_t size = bytes.size();
    bytes.append(Document::kPadding, 'x');
    status = parser.Feed(bytes.data(), size, lines);
  }
  if (status) status = parser.Finish(lines);
  return lines.text + (status ? "" : "error: " + status.error().message);
}

void ExpectInAnyPieces(const std::string& input, const std::string& expected, Limits limits = {}) {
  for (std::size_t piece = 1; piece <= input.size() + 1; ++piece)
    ASSERT_EQ(Parse(input, piece, limits), expected) << "in pieces of " << piece;
}

TEST(AwsEventStreamParser, EventsExceptionsAndErrors) {
  std::string input = Event("messageStart", "{\"role\":\"assistant\"}");
  input += WireMessage(
      Header(":exception-type", 7, "throttlingException") + Header(":message-type", 7, "exception"),
      "{\"message\":\"slow\"}");
  input += WireMessage(Header(":message-type", 7, "error") + Header(":error-code", 7, "Bad") +
                           Header(":error-message", 7, "very bad"),
                       "");
  input += WireMessage("", "{}");
  ExpectInAnyPieces(input,
                    "event messageStart {\"role\":\"assistant\"} \n"
                    "exception throttlingException {\"message\":\"slow\"} \n"
                    "error Bad  very bad\n"
                    "event  {} \n");
  EXPECT_EQ(Parse("", 1), "");
}

TEST(AwsEventStreamParser, HeadersOfEveryType) {
  std::string headers = Header("t", 0, "") + Header("f", 1, "") + Header("b", 2, "1") +
                        Header("s", 3, "12") + Header("i", 4, "1234") + Header("l", 5, "12345678") +
                        Header("x", 6, "any") + Header(":event-type", 7, "first") +
                        Header(":date", 8, "12345678") + Header("u", 9, "0123456789abcdef") +
                        Header(":event-type", 7, "later");
  ExpectInAnyPieces(WireMessage(headers, "1"), "event later 1 \n");
}

TEST(AwsEventStreamParser, InitialResponseIsNoFrame) {
  ExpectInAnyPieces(Event("initial-response", "{}") + Event("e", "1"), "event e 1 \n");
}

TEST(AwsEventStreamParser, ChunksAreUnwrapped) {
  std::string input = Event("chunk", R"({"bytes":"eyJ0eXBlIjoicGluZyJ9","p":"abc"})");
  input += Event("chunk", R"({"bytes":"ey\u004a9"})");
  input += Event("chunk", R"({"other":1})");
  input += Event("chunk", "[]");
  ExpectInAnyPieces(input,
                    "event  {\"type\":\"ping\"} \n"
                    "event  {\"} \n"
                    "event chunk {\"other\":1} \n"
                    "event chunk [] \n");
}

TEST(AwsEventStreamParser, FramingIsKnownWithTheFirstChunk) {
  AwsEventStreamParser parser({});
  Lines lines;
  EXPECT_EQ(parser.framing(), Framing::kAwsEventStream);
  std::string input = Event("chunk", R"({"bytes":""})");
  std::size_t size = input.size();
  input.append(Document::kPadding, '\0');
  EXPECT_TRUE(parser.Feed(input.data(), size, lines));
  EXPECT_EQ(parser.framing(), Framing::kAwsInvokeStream);
}

TEST(AwsEventStreamParser, WrongChecksums) {
  std::string good = Event("a", "1");
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    ExpectInAnyPieces(good + bad, "event a 1 \nerror: message 1 at byte " +
                                      std::to_string(good.size()) + ": wrong " +
                                      (at < 12 ? "prelude" : "message") + " CRC");
  }
}

TEST(AwsEventStreamParser, LengthsThatCannotBe) {
  auto total = [](std::size_t bytes) {
    return WireMessage("", "1", [bytes](Lengths& lengths) { lengths.total = bytes; });
  };
  std::string at = "error: message 0 at byte 0: ";
  ExpectInAnyPieces(total(0xFFFFFFFF), at + "a length of 4294967295 bytes, more than 33554432");
  ExpectInAnyPieces(total(15), at + "a length of 15 bytes, less than 16");
  ExpectInAnyPieces(total(0), at + "a length of 0 bytes, less than 16");
  auto headers = [](std::size_t bytes) {
    return WireMessage("", "1", [bytes](Lengths& lengths) { lengths.headers = bytes; });
  };
  ExpectInAnyPieces(headers(2), at + "2 bytes of headers, more than there can be");
  ExpectInAnyPieces(headers(0xFFFFFFFF),
                    at + "4294967295 bytes of headers, more than there can be");
  Limits limits;
  limits.max_event_bytes = 40;
  std::string payload(40 - 16, '1');
  ExpectInAnyPieces(WireMessage("", payload), "event  " + payload + " \n", limits);
  ExpectInAnyPieces(WireMessage("", payload + "1"), at + "a length of 41 bytes, more than 40",
                    limits);
}

TEST(AwsEventStreamParser, LimitIsItsOwnKind) {
  AwsEventStreamParser parser({});
  Lines lines;
  std::string input =
      WireMessage("", "", [](Lengths& lengths) { lengths.total = std::size_t{1} << 31; });
  input.append(Document::kPadding, '\0');
  Status status = parser.Feed(input.data(), 16, lines);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
}

TEST(AwsEventStreamParser, BadHeaders) {
  auto with = [](const std::string& headers) { return WireMessage(headers, ""); };
  std::string at = "error: message 0 at byte 0: ";
  ExpectInAnyPieces(with(Header("h", 10, "")), at + "a header of the unknown type 10");
  ExpectInAnyPieces(with(Header("h", 255, "")), at + "a header of the unknown type 255");
  ExpectInAnyPieces(with(Header("", 0, "")), at + "a header without a name");
  ExpectInAnyPieces(with("\x05nam"), at + "a header whose name is cut off");
  ExpectInAnyPieces(with("\x04name"), at + "a header without a type");
  ExpectInAnyPieces(with(std::string("\x01n\x07\0", 4)), at + "a header whose length is cut off");
  ExpectInAnyPieces(with(std::string("\x01n\x07\0\x02x", 6)),
                    at + "a header whose value is cut off");
  ExpectInAnyPieces(with(Header("n", 9, "short")), at + "a header whose value is cut off");
  ExpectInAnyPieces(with(Header(":event-type", 0, "")), at + "header :event-type is not a string");
  ExpectInAnyPieces(with(Header(":event-type", 7, "a\xff")),
                    at + "header :event-type is not UTF-8");
  ExpectInAnyPieces(with(Header(":message-type", 7, "other")),
                    at + "header :message-type is none of event, exception and error");
}

TEST(AwsEventStreamParser, BadChunks) {
  std::string at = "error: message 0 at byte 0: ";
  ExpectInAnyPieces(Event("chunk", R"({"bytes":"?"})"), at + "the bytes of a chunk are not base64");
  EXPECT_TRUE(Parse(Event("chunk", "{"), 1).starts_with(at));
}

TEST(AwsEventStreamParser, CutAnywhereInsideAMessage) {
  std::string first = Event("a", "1");
  std::string input = first + Event("b", "2");
  for (std::size_t size = 1; size < input.size(); ++size) {
    if (size == first.size()) continue;
    bool in_second = size > first.size();
    std::size_t left = in_second ? size - first.size() : size;
    std::string expected = in_second ? "event a 1 \n" : "";
    expected += "error: message " + std::to_string(in_second) + " at byte " +
                std::to_string(in_second ? first.size() : 0) + ": the input is cut off after " +
                std::to_string(left) + " bytes of the message";
    for (std::size_t piece : {std::size_t{1}, std::size_t{7}, size})
      EXPECT_EQ(Parse(input.substr(0, size), piece), expected);
  }
}

TEST(AwsEventStreamParser, ErrorsOfTheSinkComeBack) {
  class Refusing : public FrameSink {
    Status OnFrame(const Frame&) override { return Error{.message = "no", .pointer = {}}; }
  };
  AwsEventStreamParser parser({});
  Refusing sink;
  std::string input = Event("a", "1");
  std::size_t size = input.size();
  input.append(Document::kPadding, '\0');
  Status status = parser.Feed(input.data(), size, sink);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "no");
}

}  // namespace
}  // namespace aiproxy
