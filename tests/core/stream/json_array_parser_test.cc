#include "core/stream/json_array_parser.h"

#include <gtest/gtest.h>

#include <string>

#include "core/json/document.h"

namespace aiproxy {
namespace {

class Lines : public FrameSink {
 public:
  Status OnFrame(const Frame& frame) override {
    EXPECT_EQ(frame.data.data()[frame.data.size()], '\0');
    EXPECT_EQ(frame.type, Frame::Type::kEvent);
    text += std::string(frame.data) + "\n";
    return Ok();
  }
  std::string text;
};

std::string Parse(const std::string& input, std::size_t piece, const Limits& limits) {
  JsonArrayParser parser(limits);
  Lines lines;
  Status status;
  for (std::size_t at = 0; status && at < input.size(); at += piece) {
    std::string bytes = input.substr(at, piece);
    std::size_t size = bytes.size();
    bytes.append(Document::kPadding, 'x');
    status = parser.Feed(bytes.data(), size, lines);
    EXPECT_EQ(bytes.substr(0, size), input.substr(at, piece));
  }
  if (status) status = parser.Finish(lines);
  return lines.text + (status ? "" : "error: " + status.error().message);
}

void Expect(const std::string& input, const std::string& expected, const Limits& limits = {}) {
  for (std::size_t piece = 1; piece <= input.size() + 1; ++piece)
    ASSERT_EQ(Parse(input, piece, limits), expected) << input << " in pieces of " << piece;
}

TEST(JsonArrayParser, Elements) {
  Expect("[{\"a\":1}\n,\r\n{\"b\":[2,{}]}]\n", "{\"a\":1}\n{\"b\":[2,{}]}\n");
  Expect("[]", "");
  Expect(" [ ] ", "");
  Expect("", "");
  Expect("\xEF\xBB\xBF[{}]", "{}\n");
  Expect("[1,true , \"x\",[],null]", "1\ntrue\n\"x\"\n[]\nnull\n");
  Expect("[\"\\\"],[\\\\\",{\"]}\":\"}\\\\\"}]", "\"\\\"],[\\\\\"\n{\"]}\":\"}\\\\\"}\n");
  Expect("[\"a long string without anything special in it, over many bytes\",{}]",
         "\"a long string without anything special in it, over many bytes\"\n{}\n");
}

TEST(JsonArrayParser, AnElementComesWithItsLastByte) {
  JsonArrayParser parser({});
  Lines lines;
  std::string bytes = "[{}";
  bytes.append(Document::kPadding, '\0');
  EXPECT_TRUE(parser.Feed(bytes.data(), 3, lines));
  EXPECT_EQ(lines.text, "{}\n");
}

TEST(JsonArrayParser, WhatIsInsideIsNotChecked) {
  Expect("[{]},x y]", "{]\nerror: element 1 at byte 3: expected ',' or ']'");
  Expect("[oops]", "oops\n");
}

TEST(JsonArrayParser, AMissingEndIsNoError) {
  Expect("[", "");
  Expect("[{}", "{}\n");
  Expect("[{},\n", "{}\n");
}

TEST(JsonArrayParser, CutInsideAnElement) {
  Expect("[{},{\"a",
         "{}\nerror: element 1 at byte 4: the input is cut off after 3 bytes of the element");
  Expect("[12", "error: element 0 at byte 1: the input is cut off after 2 bytes of the element");
}

TEST(JsonArrayParser, WrongBetweenTheElements) {
  Expect("{}", "error: element 0 at byte 0: expected an array");
  Expect("\xEF\xBB[", "error: element 0 at byte 2: expected an array");
  Expect("[,{}]", "error: element 0 at byte 1: expected a value");
  Expect("[{},]", "{}\nerror: element 1 at byte 4: expected a value");
  Expect("[{}{}]", "{}\nerror: element 1 at byte 3: expected ',' or ']'");
  Expect("[{}],", "{}\nerror: element 1 at byte 4: something stands behind the array");
  Expect("[]\n[]", "error: element 0 at byte 3: something stands behind the array");
}

TEST(JsonArrayParser, Bounded) {
  Limits limits;
  limits.max_event_bytes = 5;
  Expect("[\"123\",{}]", "\"123\"\n{}\n", limits);
  Expect("[{},\"1234\"]", "{}\nerror: element 1 at byte 4: more than 5 bytes", limits);
  JsonArrayParser parser(limits);
  Lines lines;
  std::string bytes = "[123456";
  bytes.append(Document::kPadding, '\0');
  Status status = parser.Feed(bytes.data(), 7, lines);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
}

}  // namespace
}  // namespace aiproxy
