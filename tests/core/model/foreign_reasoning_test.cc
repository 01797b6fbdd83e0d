#include "core/model/foreign_reasoning.h"

#include <gtest/gtest.h>

namespace aiproxy {
namespace {

Issuer IssuerOf(std::string_view secret) { return IssuerOfSecret(Text::Plain(secret)); }

TEST(IssuerOfSecretTest, AnthropicsAreAHeaderOfNumbersInAField) {
  EXPECT_EQ(IssuerOf("EuYBCkQYAiJAgCs1le6/Pol5Z4/JMomV"), Issuer::kAnthropic);
  EXPECT_EQ(IssuerOf("EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxB"), Issuer::kAnthropic);
  EXPECT_EQ(IssuerOf("EqoBCkgIARABGAIiQL"), Issuer::kAnthropic);
  EXPECT_EQ(IssuerOf("EmwKAhgBEgy3va3pzix"), Issuer::kAnthropic);
}

TEST(IssuerOfSecretTest, GooglesAreACiphertextWithAVersion) {
  EXPECT_EQ(IssuerOf("CiQBvj72+6HI8+eJU+HjXyUghM3M"), Issuer::kGoogle);
  EXPECT_EQ(IssuerOf("Cs0BAdHtim8abc"), Issuer::kGoogle);
  EXPECT_EQ(IssuerOf("EjQKMgG+Pvb7a+BCB+Y31Vao"), Issuer::kGoogle);
  EXPECT_EQ(IssuerOf("EvAGCu0GARFNMg98NSHQOW"), Issuer::kGoogle);
  EXPECT_EQ(IssuerOf("skip_thought_signature_validator"), Issuer::kGoogle);
}

TEST(IssuerOfSecretTest, EitherAlphabetAndEscapedSlashes) {
  EXPECT_EQ(IssuerOf("EjQKMgG-Pvb7"), Issuer::kGoogle);
  Text escaped{"EuYBCkQ\\/", kNoNode, Text::Spelling::kEscaped};
  EXPECT_EQ(IssuerOfSecret(escaped), Issuer::kUnknown);
  escaped.bytes = "Ev\\/KCgrwigoBEU0y";
  EXPECT_EQ(IssuerOfSecret(escaped), Issuer::kGoogle);
}

TEST(IssuerOfSecretTest, OpenAisAreFernetTokens) {
  EXPECT_EQ(IssuerOf("gAAAAABoX"), Issuer::kOpenAi);
}

TEST(IssuerOfSecretTest, OthersShowNothing) {
  for (std::string_view secret : {"", "E", "Eg", "EgA=", "UzE=", "c2lnbmF0dXJl", "sig_1", "AAAA",
                                  "////////", "CgIYAhIM", "EuYBCkTwAiJA", "gAAA"}) {
    EXPECT_EQ(IssuerOf(secret), Issuer::kUnknown) << secret;
  }
}

}  // namespace
}  // namespace aiproxy
