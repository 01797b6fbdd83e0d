#include "core/protocols/gemini_generate/gemini_model.h"

#include <gtest/gtest.h>

namespace aiproxy::gemini_generate {
namespace {

TEST(GeminiModelTest, VersionsDecideAboutThinking) {
  EXPECT_FALSE(GeminiModel("gemini-2.0-flash").thinks());
  EXPECT_FALSE(GeminiModel("models/gemini-1.5-pro").thinks());
  EXPECT_TRUE(GeminiModel("gemini-2.5-flash").thinks());
  EXPECT_FALSE(GeminiModel("gemini-2.5-flash").has_levels());
  EXPECT_TRUE(GeminiModel("google/gemini-3-pro-preview").has_levels());
  EXPECT_FALSE(GeminiModel("gemini-3-pro-preview").has_minimal_level());
  EXPECT_TRUE(GeminiModel("gemini-3.1-flash").has_minimal_level());
}

TEST(GeminiModelTest, NamesWithoutVersionAreTheNewest) {
  for (const char* name : {"gemini-flash-latest", "tunedModels/mine", "", "claude-sonnet-4-5"}) {
    EXPECT_TRUE(GeminiModel(name).has_levels()) << name;
  }
}

TEST(GeminiModelTest, Budgets) {
  EXPECT_EQ(GeminiModel("gemini-2.5-pro").least_budget(), 128);
  EXPECT_EQ(GeminiModel("gemini-2.5-pro").most_budget(), 32768);
  EXPECT_EQ(GeminiModel("gemini-2.5-flash-lite").least_budget(), 512);
  EXPECT_EQ(GeminiModel("gemini-2.5-flash").most_budget(), 24576);
}

}  // namespace
}  // namespace aiproxy::gemini_generate
