#include "cli/sniff.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace aiproxy {
namespace {

TEST(Sniff, KnowsAStreamByItsFirstField) {
  for (const std::string_view text : {"data: {}", "data:{}", "event: x", "id: 1", "retry: 5",
                                      ": comment", ":\n", "data\n", "\n\r\n data: {}",
                                      "\xEF\xBB\xBF"
                                      "data: {}"}) {
    EXPECT_EQ(ShapeOf(text, false), Shape::kStream) << text;
  }
}

TEST(Sniff, KnowsAnArrayOfObjects) {
  for (const std::string_view text : {"[{", " [\n {\"a\"", "\xEF\xBB\xBF[{"})
    EXPECT_EQ(ShapeOf(text, false), Shape::kStream) << text;
  EXPECT_EQ(LooksLike("[{}]"), "");
}

TEST(Sniff, KnowsMessagesOfAwsByTheirPrelude) {
  // The lengths 16 and 0, and their checksum.
  const std::string message("\0\0\0\x10\0\0\0\0\x05\xC2\x48\xEB", 12);
  EXPECT_EQ(ShapeOf(message, false), Shape::kStream);
  EXPECT_EQ(LooksLike(message), "an event stream of AWS");
  EXPECT_EQ(ShapeOf(message.substr(0, 11), false), Shape::kUndecided);
  EXPECT_EQ(ShapeOf(message.substr(0, 11), true), Shape::kDocument);
  EXPECT_EQ(ShapeOf(message.substr(0, 11) + "x", false), Shape::kDocument);
}

TEST(Sniff, TakesEverythingElseForADocument) {
  for (const std::string_view text :
       {"{", "[1]", "\"data: \"", "  {", "<html>", "database", "1", "true", "\xEF\xBB\xBF{"}) {
    EXPECT_EQ(ShapeOf(text, false), Shape::kDocument) << text;
  }
}

TEST(Sniff, AsksForMoreAsLongAsItMayBeEither) {
  for (const std::string_view text :
       {"", " ", "\n", "d", "dat", "data", "even", "\xEF", "\xEF\xBB", "[", "[ \n"}) {
    EXPECT_EQ(ShapeOf(text, false), Shape::kUndecided) << text;
    EXPECT_NE(ShapeOf(text, true), Shape::kUndecided) << text;
  }
}

TEST(Sniff, NamesWhatIsOftenGivenForJson) {
  EXPECT_EQ(LooksLike("<!DOCTYPE html><html>"), "HTML");
  EXPECT_EQ(LooksLike("\r\n<HTML lang=en>"), "HTML");
  EXPECT_EQ(LooksLike("<?xml version"), "XML or HTML");
  EXPECT_EQ(LooksLike("\x1f\x8b\x08"), "gzip-compressed data");
  EXPECT_EQ(LooksLike("HTTP/1.1 200 OK"), "an HTTP message");
  EXPECT_EQ(LooksLike("data: {}"), "server-sent events");
  EXPECT_EQ(LooksLike("{}"), "");
  EXPECT_EQ(LooksLike(""), "");
}

}  // namespace
}  // namespace aiproxy
