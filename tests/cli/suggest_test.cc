#include "cli/suggest.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace aiproxy {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"openai-chat", "anthropic-messages", "claude",
                                                    "--from"};

TEST(Suggest, FindsOneEditInAShortName) {
  EXPECT_EQ(Nearest("claud", kNames), "claude");
  EXPECT_EQ(Nearest("cluade", kNames), "claude");
  EXPECT_EQ(Nearest("CLAUDE", kNames), "claude");
  EXPECT_EQ(Nearest("--form", kNames), "--from");
}

TEST(Suggest, FindsSeveralEditsInALongName) {
  EXPECT_EQ(Nearest("antropic-mesages", kNames), "anthropic-messages");
}

TEST(Suggest, FindsWhatWasLeftOut) {
  constexpr std::array<std::string_view, 2> kKinds = {"dropped", "degraded"};
  EXPECT_EQ(Nearest("dropd", kKinds), "dropped");
}

TEST(Suggest, FindsWhatWasCutShort) {
  EXPECT_EQ(Nearest("anthropic", kNames), "anthropic-messages");
}

TEST(Suggest, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(Nearest("zzz", kNames), "");
  EXPECT_EQ(Nearest("", kNames), "");
  EXPECT_EQ(Nearest(std::string(100000, 'c'), kNames), "");
  EXPECT_EQ(DidYouMean("zzz", kNames), "");
}

TEST(Suggest, ListsWords) {
  EXPECT_EQ(OneOf(std::array<std::string_view, 3>{"a", "b", "c"}), "a, b or c");
  EXPECT_EQ(OneOf(std::array<std::string_view, 1>{"a"}), "a");
}

}  // namespace
}  // namespace aiproxy
