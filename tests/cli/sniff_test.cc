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

TEST(Sniff, TakesEverythingElseForADocument) {
  for (const std::string_view text :
       {"{", "[1]", "\"data: \"", "  {", "<html>", "database", "1", "true", "\xEF\xBB\xBF{"}) {
    EXPECT_EQ(ShapeOf(text, false), Shape::kDocument) << text;
  }
}

TEST(Sniff, AsksForMoreAsLongAsItMayBeEither) {
  for (const std::string_view text :
       {"", " ", "\n", "d", "dat", "data", "even", "\xEF", "\xEF\xBB"}) {
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
