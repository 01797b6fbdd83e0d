#include "core/json/field_names.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace aiproxy {
namespace {

constexpr FieldNames kFew("role", "content");
constexpr FieldNames kMany("model", "messages", "max_tokens", "max_completion_tokens",
                           "temperature", "top_p", "n", "stop", "stream", "stream_options", "user",
                           "tools", "tool_choice", "parallel_tool_calls", "response_format", "seed",
                           "logprobs", "top_logprobs", "presence_penalty", "frequency_penalty",
                           "logit_bias", "metadata", "service_tier", "store", "reasoning_effort",
                           "modalities", "audio", "prediction", "web_search_options", "functions",
                           "function_call", "safety_identifier", "prompt_cache_key", "verbosity",
                           "id", "a", "ab", "abc");
constexpr FieldNames kEmptyName("", "x");

constexpr std::string_view kSpelled[] = {
    "model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p",
    "n",     "stop",     "stream"};

TEST(FieldNames, FindsEachName) {
  for (std::size_t i = 0; i < std::size(kSpelled); ++i) {
    EXPECT_EQ(kMany.Find(kSpelled[i]), static_cast<int>(i));
  }
  static_assert(kMany("model") == 0);
  static_assert(kMany("abc") == 37);
  EXPECT_EQ(kMany.Find("abc"), kMany("abc"));
  EXPECT_EQ(kFew.Find("role"), kFew("role"));
  EXPECT_EQ(kFew.Find("content"), kFew("content"));
}

TEST(FieldNames, RefusesAllElse) {
  EXPECT_EQ(kFew.Find(""), kFew.kUnknown);
  EXPECT_EQ(kFew.Find("Role"), kFew.kUnknown);
  EXPECT_EQ(kFew.Find("roles"), kFew.kUnknown);
  EXPECT_EQ(kFew.Find("rol"), kFew.kUnknown);
  EXPECT_EQ(kMany.Find("max_XXXXXXXXXX_tokens"), kMany.kUnknown);  // same size, same ends
  EXPECT_EQ(kMany.Find(std::string(100000, 'x')), kMany.kUnknown);
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const char two[] = {static_cast<char>(a), static_cast<char>(b)};
      std::string_view name(two, 2);
      int expected = name == "id" ? kMany("id") : name == "ab" ? kMany("ab") : kMany.kUnknown;
      ASSERT_EQ(kMany.Find(name), expected);
    }
  }
}

TEST(FieldNames, TheEmptyName) {
  EXPECT_EQ(kEmptyName.Find(""), 0);
  EXPECT_EQ(kEmptyName.Find("x"), 1);
  EXPECT_EQ(kEmptyName.Find("y"), kEmptyName.kUnknown);
}

TEST(FieldNames, NamesCompareDecoded) {
  PaddedText text(R"({"r\u006fle":1,"content":2,"rol\\u0065":3})");
  Document document;
  ASSERT_TRUE(document.Parse(text.view()));
  int expected[] = {kFew("role"), kFew("content"), kFew.kUnknown};
  int i = 0;
  for (Member member : Value(document, 0).members()) {
    EXPECT_EQ(kFew.Find(member.key), expected[i++]);
    switch (kFew.Find(member.key)) {
      case kFew("role"):
        EXPECT_EQ(member.value.raw(), "1");
        break;
      case kFew("content"):
        EXPECT_EQ(member.value.raw(), "2");
        break;
      default:
        EXPECT_EQ(member.value.raw(), "3");
    }
  }
}

}  // namespace
}  // namespace aiproxy
