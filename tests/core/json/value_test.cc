#include "core/json/value.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json/text.h"

namespace aiproxy {
namespace {

using std::string_view_literals::operator""sv;

std::string Decoded(std::string_view escaped, bool expect_whole = true) {
  std::string out;
  EXPECT_EQ(DecodeString(escaped, out), expect_whole) << escaped;
  return out;
}

std::string Escaped(std::string_view text) {
  std::string out;
  EscapeString(text, out);
  return out;
}

TEST(DecodeString, Escapes) {
  EXPECT_EQ(Decoded(""), "");
  EXPECT_EQ(Decoded("plain"), "plain");
  EXPECT_EQ(Decoded(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(Decoded(R"(a\nb\\n\\\n)"), "a\nb\\n\\\n");
  EXPECT_EQ(Decoded(R"(\u0041\u00e9\u00E9\u20ac\uffff)"),
            "A\xC3\xA9\xC3\xA9\xE2\x82\xAC\xEF\xBF\xBF");
  EXPECT_EQ(Decoded(R"(\u0000x)"), "\0x"sv);
  EXPECT_EQ(Decoded(R"(\u007f\u0080\u07ff\u0800)"), "\x7f\xC2\x80\xDF\xBF\xE0\xA0\x80");
}

TEST(DecodeString, Surrogates) {
  EXPECT_EQ(Decoded(R"(\ud83d\ude00)"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(Decoded(R"(\uD800\uDC00\uDBFF\uDFFF)"), "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
  EXPECT_EQ(Decoded(R"(\ud83d)", false), "\xEF\xBF\xBD");
  EXPECT_EQ(Decoded(R"(\ude00)", false), "\xEF\xBF\xBD");
  EXPECT_EQ(Decoded(R"(\ude00\ud83d)", false), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(Decoded(R"(\ud83dx)", false), "\xEF\xBF\xBDx");
  EXPECT_EQ(Decoded(R"(\ud83d\n)", false), "\xEF\xBF\xBD\n");
  EXPECT_EQ(Decoded(R"(\ud83d\u0041)", false),
            "\xEF\xBF\xBD"
            "A");
  EXPECT_EQ(Decoded(R"(\ud83d\ud83d\ude00)", false), "\xEF\xBF\xBD\xF0\x9F\x98\x80");
  EXPECT_EQ(Decoded(R"(\ud83d\ude00\ude00)", false), "\xF0\x9F\x98\x80\xEF\xBF\xBD");
}

TEST(DecodeString, Appends) {
  std::string out = "a";
  DecodeString("b\\n", out);
  EXPECT_EQ(out, "ab\n");
}

TEST(EscapeString, WhatJsonWants) {
  EXPECT_EQ(Escaped(""), "");
  EXPECT_EQ(Escaped({}), "");
  EXPECT_EQ(Escaped("plain / text \x7f"), "plain / text \x7f");
  EXPECT_EQ(Escaped("\"\\\b\f\n\r\t"), R"(\"\\\b\f\n\r\t)");
  EXPECT_EQ(Escaped("\0\x01\x1f"sv), R"(\u0000\u0001\u001f)");
  EXPECT_EQ(Escaped("\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80"),
            "\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80");
}

TEST(EscapeString, InvalidUtf8BecomesReplacement) {
  EXPECT_EQ(Escaped("\xFF"), "\xEF\xBF\xBD");
  EXPECT_EQ(Escaped("a\xFF"
                    "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(Escaped("\xE4\xB8"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(Escaped("\xE4\xB8\"\xE4\xB8\xAD"), "\xEF\xBF\xBD\xEF\xBF\xBD\\\"\xE4\xB8\xAD");
  EXPECT_EQ(Escaped("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(Escaped("\xC3\xA9\x80\n\x80"), "\xC3\xA9\xEF\xBF\xBD\\n\xEF\xBF\xBD");
}

TEST(EscapeString, DecodingGivesTheTextBack) {
  std::mt19937 random(7);
  const std::string_view pieces[] = {"a",
                                     "\"",
                                     "\\",
                                     "\n",
                                     "\0"sv,
                                     "\x1f",
                                     "\x7f",
                                     "\xC3\xA9",
                                     "\xE4\xB8\xAD",
                                     "\xF0\x9F\x98\x80",
                                     "0123456789abcdefg",
                                     "\\u0041",
                                     "/"};
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (auto n = random() % 20; n > 0; --n) text += pieces[random() % std::size(pieces)];
    std::string escaped = Escaped(text);
    EXPECT_EQ(Decoded(escaped), text);
    PaddedText padded("\"" + escaped + "\"");
    Document document;
    EXPECT_TRUE(document.Parse(padded.view()));
  }
}

TEST(ParseInt, WhatInt64Holds) {
  EXPECT_EQ(ParseInt("0"), 0);
  EXPECT_EQ(ParseInt("-0"), 0);
  EXPECT_EQ(ParseInt("42"), 42);
  EXPECT_EQ(ParseInt("-17"), -17);
  EXPECT_EQ(ParseInt("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(ParseInt("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(ParseInt("9223372036854775808"), std::nullopt);
  EXPECT_EQ(ParseInt("-9223372036854775809"), std::nullopt);
  EXPECT_EQ(ParseInt("12345678901234567890123"), std::nullopt);
}

TEST(ParseInt, IntegersSpelledAsReals) {
  EXPECT_EQ(ParseInt("1.0"), 1);
  EXPECT_EQ(ParseInt("-1.000"), -1);
  EXPECT_EQ(ParseInt("1e2"), 100);
  EXPECT_EQ(ParseInt("1E+2"), 100);
  EXPECT_EQ(ParseInt("100e-2"), 1);
  EXPECT_EQ(ParseInt("1.5e1"), 15);
  EXPECT_EQ(ParseInt("-0.0"), 0);
  EXPECT_EQ(ParseInt("0e5"), 0);
  EXPECT_EQ(ParseInt("0.5"), std::nullopt);
  EXPECT_EQ(ParseInt("1e-1"), std::nullopt);
  EXPECT_EQ(ParseInt("1e400"), std::nullopt);
  EXPECT_EQ(ParseInt("-1e400"), std::nullopt);
  EXPECT_EQ(ParseInt("1e-400"), std::nullopt);
  EXPECT_EQ(ParseInt("1e18"), std::nullopt);  // a double no longer holds every integer there
  EXPECT_EQ(ParseInt("9007199254740993.0"), std::nullopt);
  EXPECT_EQ(ParseInt("12345678901234567890123.0"), std::nullopt);
}

class ValueTest : public testing::Test {
 protected:
  Value Parse(std::string_view text) {
    padded_.Assign(text);
    EXPECT_TRUE(document_.Parse(padded_.view())) << text;
    return {document_, 0};
  }
  PaddedText padded_;
  Document document_;
};

TEST_F(ValueTest, Kinds) {
  EXPECT_TRUE(Parse("null").is_null());
  EXPECT_TRUE(Parse("true").is_bool());
  EXPECT_TRUE(Parse("true").is_true());
  EXPECT_TRUE(Parse("false").is_bool());
  EXPECT_FALSE(Parse("false").is_true());
  EXPECT_TRUE(Parse("1").is_number());
  EXPECT_TRUE(Parse("\"\"").is_string());
  EXPECT_TRUE(Parse("[]").is_array());
  EXPECT_TRUE(Parse("{}").is_object());
  EXPECT_TRUE(Parse("{}").is_container());
  EXPECT_FALSE(Parse("\"\"").is_container());
  EXPECT_FALSE(Value().valid());
}

TEST_F(ValueTest, IsComparesDecoded) {
  EXPECT_TRUE(Parse("\"a\"").Is("a"));
  EXPECT_TRUE(Parse("\"\\u0061\"").Is("a"));
  EXPECT_TRUE(Parse("\"\\/\"").Is("/"));
  EXPECT_TRUE(Parse("\"\"").Is(""));
  EXPECT_TRUE(Parse("\"\\u0000\"").Is("\0"sv));
  EXPECT_FALSE(Parse("\"a\"").Is("A"));
  EXPECT_FALSE(Parse("\"\\\\u0061\"").Is("a"));
  EXPECT_FALSE(Parse("1").Is("1"));
}

TEST_F(ValueTest, BodyAndDecoded) {
  Value value = Parse("\"a\\tb\"");
  EXPECT_EQ(value.body(), "a\\tb");
  EXPECT_TRUE(value.escaped());
  EXPECT_EQ(value.Decoded(), "a\tb");
  EXPECT_FALSE(Parse("\"ab\"").escaped());
}

TEST_F(ValueTest, Int) {
  EXPECT_EQ(Parse("1e2").Int(), 100);
  EXPECT_EQ(Parse("1.5").Int(), std::nullopt);
  EXPECT_EQ(Parse("\"1\"").Int(), std::nullopt);
  EXPECT_EQ(Parse("true").Int(), std::nullopt);
  EXPECT_EQ(Parse("[1]").Int(), std::nullopt);
}

TEST_F(ValueTest, TextOf) {
  Arena arena;
  Text clean = Text::Of(Parse("\"abc\""));
  EXPECT_EQ(clean.spelling, Text::Spelling::kClean);
  EXPECT_EQ(clean.bytes, "abc");
  EXPECT_EQ(clean.node, 0u);
  EXPECT_TRUE(clean.Is("abc"));
  EXPECT_EQ(clean.Decode(arena).data(), clean.bytes.data());  // no copy

  Text escaped = Text::Of(Parse("\"a\\u0062\""));
  EXPECT_EQ(escaped.spelling, Text::Spelling::kEscaped);
  EXPECT_EQ(escaped.bytes, "a\\u0062");
  EXPECT_TRUE(escaped.Is("ab"));
  EXPECT_FALSE(escaped.Is("a\\u0062"));
  EXPECT_EQ(escaped.Decode(), "ab");
  EXPECT_EQ(escaped.Decode(arena), "ab");

  Text copy = escaped.CopyTo(arena);
  EXPECT_EQ(copy.node, kNoNode);
  EXPECT_EQ(copy.spelling, Text::Spelling::kEscaped);
  EXPECT_NE(copy.bytes.data(), escaped.bytes.data());
}

TEST_F(ValueTest, AbsentAndEmptyText) {
  Text absent;
  EXPECT_FALSE(absent.present());
  EXPECT_TRUE(absent.empty());
  EXPECT_FALSE(absent.Is(""));
  EXPECT_EQ(absent.Decode(), "");
  Text empty = Text::Of(Parse("\"\""));
  EXPECT_TRUE(empty.present());
  EXPECT_TRUE(empty.empty());
  EXPECT_TRUE(empty.Is(""));
  EXPECT_TRUE(Text::Plain("").present());
}

TEST_F(ValueTest, RawAndNumber) {
  Arena arena;
  EXPECT_FALSE(Raw().present());
  EXPECT_FALSE(Number().present());
  EXPECT_EQ(Number().Int(), std::nullopt);
  Number number = Number::Of(Parse("1.50"));
  EXPECT_EQ(number.json, "1.50");
  EXPECT_EQ(number.Real(), 1.5);
  EXPECT_EQ(number.Int(), std::nullopt);
  EXPECT_EQ(number.CopyTo(arena).json, "1.50");
  EXPECT_EQ(number.CopyTo(arena).node, kNoNode);
  EXPECT_TRUE(Raw::Of(Parse("{}")).is_object());
  EXPECT_TRUE(Raw::Of(Parse("\"\"")).is_string());
  EXPECT_FALSE(Raw::Of(Parse("[]")).is_object());
}

TEST(DescribeTest, NamesWhatStandsThere) {
  std::string long_word = "\"";
  for (int i = 0; i < 41; ++i) long_word += "\u00e9";
  for (const auto& [json, says] : std::vector<std::pair<std::string, std::string>>{
           {"12", "a number"}, {"[]", "an array"}, {R"("a\"b")", "'a\"b'"}, {R"("")", "''"}}) {
    PaddedText text(json);
    Document document;
    ASSERT_TRUE(document.Parse(text.view()).has_value());
    EXPECT_EQ(Describe(Value(document, 0)), says);
  }
  PaddedText text(long_word + "\"");
  Document document;
  ASSERT_TRUE(document.Parse(text.view()).has_value());
  EXPECT_EQ(Describe(Value(document, 0)), "'" + long_word.substr(1, 80) + "...'");
}

}  // namespace
}  // namespace aiproxy
