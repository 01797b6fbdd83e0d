#include "core/model/words.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace aiproxy {
namespace {

using std::string_view_literals::operator""sv;

constexpr Effort kEfforts[] = {Effort::kNone, Effort::kMinimal, Effort::kLow, Effort::kMedium,
                               Effort::kHigh, Effort::kXHigh,   Effort::kMax};

TEST(EffortWords, AndBack) {
  for (Effort effort : kEfforts) EXPECT_EQ(EffortOf(Word(effort)), effort);
  EXPECT_EQ(Word(Effort::kNone), "none");
  EXPECT_EQ(Word(Effort::kXHigh), "xhigh");
  EXPECT_EQ(EffortOf("High"), std::nullopt);
  EXPECT_EQ(EffortOf(""), std::nullopt);
  EXPECT_EQ(EffortOf("ultra"), std::nullopt);
}

TEST(EffortBudgets, AndBack) {
  EXPECT_EQ(BudgetOf(Effort::kNone), 0);
  EXPECT_EQ(BudgetOf(Effort::kMinimal), 1024);
  EXPECT_EQ(BudgetOf(Effort::kLow), 4096);
  EXPECT_EQ(BudgetOf(Effort::kMedium), 8192);
  EXPECT_EQ(BudgetOf(Effort::kHigh), 16384);
  EXPECT_EQ(BudgetOf(Effort::kXHigh), 24576);
  EXPECT_EQ(BudgetOf(Effort::kMax), 32768);
  for (Effort effort : kEfforts) {
    if (effort == Effort::kNone) continue;
    EXPECT_EQ(EffortOfBudget(BudgetOf(effort)), effort);
  }
  EXPECT_EQ(EffortOfBudget(1025), Effort::kLow);
  EXPECT_EQ(EffortOfBudget(10000), Effort::kHigh);
  EXPECT_EQ(EffortOfBudget(1), Effort::kMinimal);
  EXPECT_EQ(EffortOfBudget(0), Effort::kMinimal);
  EXPECT_EQ(EffortOfBudget(32769), Effort::kMax);
  EXPECT_EQ(EffortOfBudget(INT64_MAX), Effort::kMax);
}

TEST(Issuers, OfModels) {
  struct Row {
    Issuer issuer;
    std::vector<std::string_view> models;
  };
  const Row kRows[] = {
      {Issuer::kAnthropic,
       {"claude-sonnet-4-5", "anthropic/claude-sonnet-4.5", "anthropic.claude-v2",
        "us.anthropic.claude-3-7-sonnet-20250219-v1:0", "global.anthropic.claude-opus-4-6-v1",
        "claude-opus-4-1@20250805", "publishers/anthropic/models/claude-opus-4-1",
        "google/claude-opus-4-1", "databricks-claude-sonnet-4", "Claude-Sonnet-4",
        "anthropic/some-new-family"}},
      {Issuer::kOpenAi,
       {"gpt-4o",
        "gpt-3.5-turbo",
        "gpt-35-turbo",
        "gpt-5.1-codex",
        "gpt-6",
        "gpt-7-mini",
        "openai/gpt-5",
        "azure/my-gpt-4o",
        "chatgpt-4o-latest",
        "codex-mini-latest",
        "ft:gpt-4o-mini:acme::AbC1",
        "o1",
        "o1-pro",
        "o3-mini",
        "o3-deep-research",
        "o4-mini",
        "openai/o3",
        "ft:o4-mini:acme",
        "computer-use-preview",
        "gpt-oss-120b",
        "openai/gpt-oss-20b:free",
        "gpt-audio",
        "openai.gpt-oss-120b-1:0",
        "GPT-4o"}},
      {Issuer::kGoogle,
       {"gemini-2.5-pro", "google/gemini-2.5-flash", "models/gemini-3-pro", "gemma-3-27b-it",
        "google/gemma-2-9b", "learnlm-2.0-flash-experimental", "google/another-one"}},
      {Issuer::kXai, {"grok-4", "x-ai/grok-4-fast", "xai.grok-4", "x-ai/another-one"}},
      {Issuer::kUnknown,
       {"", "deepseek-chat", "qwen-max", "kimi-k2", "EleutherAI/gpt-neox-20b", "minigpt-4", "yolo1",
        "o30", "proto1", "llama-3-70b", "mistralai/codestral"}},
  };
  for (const Row& row : kRows) {
    for (std::string_view model : row.models) EXPECT_EQ(IssuerOfModel(model), row.issuer) << model;
  }
}

TEST(Issuers, Formats) {
  for (Issuer issuer : {Issuer::kAnthropic, Issuer::kOpenAi, Issuer::kGoogle, Issuer::kXai}) {
    EXPECT_EQ(IssuerOfFormat(ReasoningFormat(issuer)), issuer);
  }
  EXPECT_EQ(ReasoningFormat(Issuer::kAnthropic), "anthropic-claude-v1");
  EXPECT_EQ(ReasoningFormat(Issuer::kUnknown), "unknown");
  EXPECT_EQ(ReasoningFormat(Issuer::kOther), "unknown");
  EXPECT_EQ(IssuerOfFormat("anthropic-claude-v2"), Issuer::kAnthropic);
  EXPECT_EQ(IssuerOfFormat("unknown"), Issuer::kUnknown);
  EXPECT_EQ(IssuerOfFormat(""), Issuer::kUnknown);
  EXPECT_EQ(IssuerOfFormat("mistral-v1"), Issuer::kOther);
}

TEST(DataUrls, Split) {
  Text media_type;
  Text data;
  bool base64 = false;
  Text url{"data:image/png;base64,iVBORw0KGgo=", 7, Text::Spelling::kClean};
  ASSERT_TRUE(SplitDataUrl(url, media_type, data, base64));
  EXPECT_EQ(media_type.bytes, "image/png");
  EXPECT_EQ(media_type.node, 7u);
  EXPECT_EQ(data.bytes, "iVBORw0KGgo=");
  EXPECT_EQ(data.node, 7u);
  EXPECT_TRUE(base64);
}

TEST(DataUrls, Parameters) {
  Text media_type;
  Text data;
  bool base64 = false;
  auto split = [&](std::string_view url) {
    return SplitDataUrl({url, kNoNode, Text::Spelling::kClean}, media_type, data, base64);
  };
  ASSERT_TRUE(split("data:text/plain;charset=utf-8;base64,QQ=="));
  EXPECT_EQ(media_type.bytes, "text/plain");
  EXPECT_TRUE(base64);
  ASSERT_TRUE(split("data:text/plain,a,b"));
  EXPECT_EQ(media_type.bytes, "text/plain");
  EXPECT_EQ(data.bytes, "a,b");
  EXPECT_FALSE(base64);
  ASSERT_TRUE(split("data:,hello"));
  EXPECT_EQ(media_type.bytes, "");
  EXPECT_EQ(data.bytes, "hello");
  EXPECT_FALSE(base64);
  ASSERT_TRUE(split("data:image/png;base64,"));
  EXPECT_EQ(data.bytes, "");
  EXPECT_FALSE(split("https://example.com/data:image/png;base64,A"));
  EXPECT_FALSE(split("data:image/png;base64"));
  EXPECT_FALSE(split(""));
}

// PHP's json_encode writes every slash as \/.
TEST(DataUrls, KeepTheirSpelling) {
  Text media_type;
  Text data;
  bool base64 = false;
  Text url{R"(data:image\/jpeg;base64,\/9j\/4AA)", 3, Text::Spelling::kEscaped};
  ASSERT_TRUE(SplitDataUrl(url, media_type, data, base64));
  EXPECT_TRUE(media_type.Is("image/jpeg"));
  EXPECT_EQ(data.Decode(), "/9j/4AA");
  EXPECT_TRUE(base64);
}

TEST(MediaTypes, Normalised) {
  Text jpg{"image/jpg", 5, Text::Spelling::kClean};
  EXPECT_TRUE(NormalisedMediaType(jpg).Is("image/jpeg"));
  EXPECT_EQ(NormalisedMediaType(jpg).node, 5u);
  Text png{"image/png", 6, Text::Spelling::kClean};
  EXPECT_TRUE(NormalisedMediaType(png).Is("image/png"));
  EXPECT_FALSE(NormalisedMediaType(Text()).present());
  Text escaped{R"(image\/jpg)", 5, Text::Spelling::kEscaped};
  EXPECT_TRUE(NormalisedMediaType(escaped).Is("image/jpeg"));
}

TEST(MediaTypes, Sniffed) {
  EXPECT_EQ(SniffedMediaType("iVBORw0KGgoAAAANSUhEUg"), "image/png");
  EXPECT_EQ(SniffedMediaType("/9j/4AAQSkZJRg"), "image/jpeg");
  EXPECT_EQ(SniffedMediaType("R0lGODlhAQABAIAAAAUEBA"), "image/gif");
  EXPECT_EQ(SniffedMediaType("R0lGODdhAQABAIAAAAUEBA"), "image/gif");
  EXPECT_EQ(SniffedMediaType("UklGRiQAAABXRUJQVlA4"), "image/webp");
  EXPECT_EQ(SniffedMediaType("UklGRiQAAABXQVZFZm10"), "");  // RIFF, but WAVE
  EXPECT_EQ(SniffedMediaType("JVBERi0xLjQK"), "application/pdf");
  EXPECT_EQ(SniffedMediaType("AAAA"), "");
  EXPECT_EQ(SniffedMediaType(""), "");
}

// "RIFF", four bytes of size, "WEBP": the size changes every digit but the first five.
TEST(MediaTypes, WebpOfAnySize) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (unsigned size = 1; size < 5000000; size = size * 3 + 1) {
    std::string bytes = "RIFF";
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(size >> (8 * i));
    bytes += "WEBPVP8 aaaa";
    std::string base64;
    for (std::size_t i = 0; i + 3 <= bytes.size(); i += 3) {
      auto at = [&](std::size_t k) {
        return static_cast<unsigned>(static_cast<unsigned char>(bytes[i + k]));
      };
      unsigned word = at(0) << 16 | at(1) << 8 | at(2);
      for (int shift = 18; shift >= 0; shift -= 6) base64 += kDigits[(word >> shift) & 63];
    }
    EXPECT_EQ(SniffedMediaType(base64), "image/webp") << base64;
  }
}

TEST(Base64, Decodes) {
  EXPECT_EQ(DecodeBase64(""), "");
  EXPECT_EQ(DecodeBase64("QQ=="), "A");
  EXPECT_EQ(DecodeBase64("QUI="), "AB");
  EXPECT_EQ(DecodeBase64("QUJD"), "ABC");
  EXPECT_EQ(DecodeBase64("QQ"), "A");
  EXPECT_EQ(DecodeBase64("QUI"), "AB");
  EXPECT_EQ(DecodeBase64("QU\r\nJD\n"), "ABC");
  EXPECT_EQ(DecodeBase64("+/+/"), "\xFB\xFF\xBF");
  EXPECT_EQ(DecodeBase64("-_-_"), "\xFB\xFF\xBF");
  EXPECT_EQ(DecodeBase64("AAAA"), "\0\0\0"sv);
  EXPECT_EQ(DecodeBase64("Q"), std::nullopt);
  EXPECT_EQ(DecodeBase64("Q==="), std::nullopt);
  EXPECT_EQ(DecodeBase64("QQ==QQ=="), std::nullopt);
  EXPECT_EQ(DecodeBase64("QU JD"), std::nullopt);
  EXPECT_EQ(DecodeBase64("QU*D"), std::nullopt);
  EXPECT_EQ(DecodeBase64("\xC3\xA9"), std::nullopt);
  EXPECT_EQ(DecodeBase64(std::string(4000, 'A'))->size(), 3000u);
}

TEST(ErrorStatus, AndBack) {
  for (int k = 0; k <= static_cast<int>(ApiErrorKind::kOverloaded); ++k) {
    auto kind = static_cast<ApiErrorKind>(k);
    EXPECT_EQ(ErrorKindOfStatus(StatusOf(kind)), kind) << k;
  }
  EXPECT_EQ(ErrorKindOfStatus(529), ApiErrorKind::kOverloaded);
  EXPECT_EQ(ErrorKindOfStatus(408), ApiErrorKind::kTimeout);
  EXPECT_EQ(ErrorKindOfStatus(418), ApiErrorKind::kInvalidRequest);
  EXPECT_EQ(ErrorKindOfStatus(500), ApiErrorKind::kApi);
  EXPECT_EQ(ErrorKindOfStatus(502), ApiErrorKind::kApi);
  EXPECT_EQ(ErrorKindOfStatus(0), ApiErrorKind::kApi);
}

TEST(CodePointsTest, Counts) {
  EXPECT_EQ(CodePoints(""), 0);
  EXPECT_EQ(CodePoints("abc"), 3);
  EXPECT_EQ(CodePoints("a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80"), 4);
}

TEST(CodePointsTest, Range) {
  std::string_view text = "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80";
  EXPECT_EQ(CodePointRange(text, 0, 1), "a");
  EXPECT_EQ(CodePointRange(text, 1, 3), "\xC3\xA9\xE4\xB8\xAD");
  EXPECT_EQ(CodePointRange(text, 3, 4), "\xF0\x9F\x98\x80");
  EXPECT_EQ(CodePointRange(text, 0, 4), text);
  EXPECT_EQ(CodePointRange(text, 2, 9), text.substr(3));
  EXPECT_EQ(CodePointRange(text, -1, 2), "");
  EXPECT_EQ(CodePointRange(text, 2, 2), "");
  EXPECT_EQ(CodePointRange(text, 4, 5), "");
  EXPECT_EQ(CodePointRange(text, 3, 1), "");
  EXPECT_EQ(CodePointRange("", 0, 1), "");
}

TEST(AnthropicToolTypes, DatedAndNot) {
  for (std::string_view type : {"bash_20250124", "web_search_20250305", "tool_search_tool_bm25",
                                "tool_search_tool_regex_20251119", "mcp_toolset"}) {
    EXPECT_TRUE(IsAnthropicToolType(type)) << type;
  }
  for (std::string_view type :
       {"", "function", "custom", "_20250124", "Bash_20250124", "bash-x_20250124", "bash_2025012",
        "bash_19990101", "bash_2025012x", "web_search", "file_search"}) {
    EXPECT_FALSE(IsAnthropicToolType(type)) << type;
  }
}

TEST(IsBlankTest, Spellings) {
  auto clean = [](std::string_view s) { return Text{s, 0, Text::Spelling::kClean}; };
  auto escaped = [](std::string_view s) { return Text{s, 0, Text::Spelling::kEscaped}; };
  EXPECT_TRUE(IsBlank(Text()));
  EXPECT_TRUE(IsBlank(clean("")));
  EXPECT_TRUE(IsBlank(clean("  ")));
  EXPECT_TRUE(IsBlank(Text::Plain(" \t\r\n")));
  EXPECT_FALSE(IsBlank(clean(" a ")));
  EXPECT_TRUE(IsBlank(escaped(R"(\n\t \u0020)")));
  EXPECT_FALSE(IsBlank(escaped(R"(\na)")));
  EXPECT_FALSE(IsBlank(escaped(R"(a\n)")));
  EXPECT_FALSE(IsBlank(escaped(R"( \\n)")));
  EXPECT_TRUE(IsBlank(escaped("")));  // the data of an escaped data URL may be empty
}

}  // namespace
}  // namespace aiproxy
