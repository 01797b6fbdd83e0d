#include <gtest/gtest.h>

#include <ostream>
#include <string_view>

#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {
namespace {

struct Row {
  std::string_view path;
  std::string_view model;
  bool stream;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.path; }

class PathTest : public testing::TestWithParam<Row> {};

TEST_P(PathTest, NamesTheModel) {
  RequestTarget target;
  ASSERT_TRUE(ReadPath(GetParam().path, target));
  EXPECT_EQ(target.model, GetParam().model);
  EXPECT_EQ(target.stream, GetParam().stream);
}

INSTANTIATE_TEST_SUITE_P(
    Paths, PathTest,
    testing::Values(
        Row{"/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse",
            "anthropic.claude-3-haiku-20240307-v1:0", false},
        Row{"/model/amazon.nova-pro-v1:0/converse-stream?x=1", "amazon.nova-pro-v1:0", true},
        Row{"/proxy/v2/model/m/converse", "m", false},
        Row{"/model/a%252Fb/converse", "a%2Fb", false},
        Row{"/model/a%7Fb/converse",
            "a\x7f"
            "b",
            false},
        Row{"/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fp/converse",
            "arn:aws:bedrock:us-east-1:1:inference-profile/p", false},
        Row{"/model/arn:aws:bedrock:us-east-1:1:inference-profile/p/converse",
            "arn:aws:bedrock:us-east-1:1:inference-profile/p", false}));

TEST(Path, OfSomethingElseIsAnError) {
  for (std::string_view path : {"", "/", "/model/converse", "/model//converse", "/model/x/describe",
                                "/v1/messages", "/model/%zz/converse", "/model/a\nb/converse"}) {
    RequestTarget target;
    EXPECT_FALSE(ReadPath(path, target)) << path;
  }
}

TEST(Path, EscapesTheModelOnce) {
  EXPECT_EQ(EscapedModel("us.anthropic.claude-opus-4-6-v1"), "us.anthropic.claude-opus-4-6-v1");
  EXPECT_EQ(EscapedModel("arn:aws:x/y"), "arn%3Aaws%3Ax%2Fy");
  EXPECT_EQ(EscapedModel("a%2Fb"), "a%252Fb");
}

TEST(Path, TellsTheFamilyOfAModel) {
  EXPECT_EQ(FamilyOf("us.anthropic.claude-opus-4-6-v1"), Family::kClaude);
  EXPECT_EQ(FamilyOf("claude-sonnet-4-5"), Family::kClaude);
  EXPECT_EQ(FamilyOf("us.amazon.nova-pro-v1:0"), Family::kNova);
  EXPECT_EQ(FamilyOf("amazon.nova-2-lite-v1:0"), Family::kNova2);
  EXPECT_EQ(FamilyOf("openai.gpt-oss-120b-1:0"), Family::kGptOss);
  EXPECT_EQ(FamilyOf("mistral.mistral-large-2407-v1:0"), Family::kMistral);
  EXPECT_EQ(FamilyOf("meta.llama3-70b-instruct-v1:0"), Family::kOther);
  EXPECT_EQ(FamilyOf("arn:aws:bedrock:us-east-1:1:application-inference-profile/abc123"),
            Family::kUnknown);
  EXPECT_EQ(FamilyOf("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2"),
            Family::kClaude);
}

}  // namespace
}  // namespace aiproxy::bedrock_converse
