#include "core/model/claude_version.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string_view>

namespace aiproxy {
namespace {

struct Row {
  std::string_view model;
  int major;
  int minor;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.model; }

class ClaudeVersionTest : public testing::TestWithParam<Row> {};

TEST_P(ClaudeVersionTest, IsReadFromTheName) {
  ClaudeVersion version = ParseClaudeVersion(GetParam().model);
  EXPECT_EQ(version.major, GetParam().major);
  EXPECT_EQ(version.minor, GetParam().minor);
}

INSTANTIATE_TEST_SUITE_P(
    Names, ClaudeVersionTest,
    testing::Values(Row{"claude-3-5-sonnet-20241022", 3, 5}, Row{"claude-3-opus-20240229", 3, 0},
                    Row{"claude-3-haiku@20240307", 3, 0}, Row{"claude-2.1", 2, 1},
                    Row{"claude-instant-1.2", 1, 2}, Row{"claude-sonnet-4-20250514", 4, 0},
                    Row{"claude-sonnet-4-5", 4, 5}, Row{"claude-sonnet-4-5-20250929", 4, 5},
                    Row{"claude-opus-4-8", 4, 8}, Row{"claude-sonnet-5", 5, 0},
                    Row{"claude-haiku-5-5", 5, 5}, Row{"anthropic/claude-opus-4.6", 4, 6},
                    Row{"anthropic/claude-3.7-sonnet:thinking", 3, 7},
                    Row{"us.anthropic.claude-sonnet-4-5-20250929-v1:0", 4, 5},
                    Row{"anthropic.claude-v2:1", 2, 1}, Row{"claude-mythos-preview", 0, 0},
                    Row{"gpt-4o", 0, 0}, Row{"", 0, 0}, Row{"claude", 0, 0}, Row{"claude-", 0, 0}));

TEST(ClaudeVersion, SaysWhatTheModelAccepts) {
  EXPECT_TRUE(ParseClaudeVersion("claude-opus-4-6").accepts_sampling());
  EXPECT_FALSE(ParseClaudeVersion("claude-opus-4-7").accepts_sampling());
  EXPECT_FALSE(ParseClaudeVersion("claude-sonnet-4-20250514").accepts_temperature_and_top_p());
  EXPECT_TRUE(ParseClaudeVersion("claude-3-7-sonnet").accepts_temperature_and_top_p());
  EXPECT_EQ(ParseClaudeVersion("claude-3-5-sonnet-20241022").family, ClaudeFamily::kSonnet);
  EXPECT_EQ(ParseClaudeVersion("claude-mythos-preview").thinking_off(),
            ClaudeVersion::Off::kAlwaysOn);
  EXPECT_EQ(ParseClaudeVersion("claude-sonnet-5-5").thinking_off(),
            ClaudeVersion::Off::kBetweenTools);
  EXPECT_EQ(ParseClaudeVersion("claude-opus-5").thinking_off(), ClaudeVersion::Off::kDisabled);
  EXPECT_FALSE(ParseClaudeVersion("claude-opus-5-5").accepts_forced_tool());
  EXPECT_TRUE(ParseClaudeVersion("claude-fable-5").accepts_forced_tool());
  EXPECT_FALSE(ParseClaudeVersion("claude-sonnet-5").has_system_messages());
  EXPECT_FALSE(ParseClaudeVersion("claude-opus-4-1").accepts_temperature_and_top_p());
  EXPECT_FALSE(ParseClaudeVersion("gpt-4o").accepts_temperature_and_top_p());
  EXPECT_TRUE(ParseClaudeVersion("claude-opus-4-6").has_adaptive_thinking());
  EXPECT_FALSE(ParseClaudeVersion("claude-opus-4-5").has_adaptive_thinking());
  EXPECT_TRUE(ParseClaudeVersion("claude-opus-4-8").has_system_messages());
  EXPECT_FALSE(ParseClaudeVersion("claude-opus-4-7").has_system_messages());
}

TEST(ClaudeVersion, LimitsWhatOldModelsWrite) {
  EXPECT_EQ(ParseClaudeVersion("claude-2.1").default_max_tokens(), 4096);
  EXPECT_EQ(ParseClaudeVersion("claude-3-opus-20240229").default_max_tokens(), 4096);
  EXPECT_EQ(ParseClaudeVersion("claude-3-5-haiku-20241022").default_max_tokens(), 8192);
  EXPECT_EQ(ParseClaudeVersion("claude-3-7-sonnet-20250219").default_max_tokens(), 32000);
  EXPECT_EQ(ParseClaudeVersion("kimi-k2").default_max_tokens(), 32000);
}

}  // namespace
}  // namespace aiproxy
