#include <gtest/gtest.h>

#include <string>

#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {
namespace {

TEST(ToolName, OfTheApiStaysAsItIs) {
  Arena arena;
  EXPECT_EQ(ValidToolName("get_weather", arena), "get_weather");
  EXPECT_EQ(ValidToolName(std::string(64, 'a'), arena), std::string(64, 'a'));
}

TEST(ToolName, IsShortenedWithAMark) {
  Arena arena;
  std::string_view name = ValidToolName(std::string(65, 'a'), arena);
  EXPECT_EQ(name.size(), 64u);
  EXPECT_EQ(name.substr(0, 56), std::string(55, 'a') + "_");
}

TEST(ToolName, StartsWithALetter) {
  Arena arena;
  EXPECT_EQ(ValidToolName("1st", arena), "t1st");
  EXPECT_EQ(ValidToolName("_x", arena), "t_x");
  EXPECT_EQ(ValidToolName("ns.tool", arena).substr(0, 8), "ns_tool_");
  EXPECT_EQ(ValidToolName(std::string(80, '9'), arena).size(), 64u);
}

}  // namespace
}  // namespace aiproxy::bedrock_converse
