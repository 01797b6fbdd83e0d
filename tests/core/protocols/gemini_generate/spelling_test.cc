#include "core/protocols/gemini_generate/spelling.h"

#include <gtest/gtest.h>

#include "core/json/output.h"

namespace aiproxy::gemini_generate {
namespace {

std::string Camel(std::string_view name) {
  CamelBuffer buffer;
  return std::string(CamelName(name, buffer));
}

std::string Snake(std::string_view name) {
  Output out;
  Writer writer(out);
  writer.BeginObject();
  SpelledKey(name, true, writer);
  return out.ToString();
}

TEST(SpellingTest, SnakeIsReadAsCamel) {
  EXPECT_EQ(Camel("max_output_tokens"), "maxOutputTokens");
  EXPECT_EQ(Camel("topP"), "topP");
  EXPECT_EQ(Camel("parts"), "parts");
}

TEST(SpellingTest, WhatCannotBeSpelledBackIsNoName) {
  for (const char* name : {"_a", "a_", "a__b", "a_1", "max_outputTokens", "a_B"}) {
    EXPECT_EQ(Camel(name), "") << name;
  }
  EXPECT_EQ(Camel(std::string(70, 'a') + "_b"), "");
}

TEST(SpellingTest, IsSpelledBack) {
  EXPECT_EQ(Snake("maxOutputTokens"), "{\"max_output_tokens\":");
  EXPECT_EQ(Snake("topP"), "{\"top_p\":");
}

}  // namespace
}  // namespace aiproxy::gemini_generate
