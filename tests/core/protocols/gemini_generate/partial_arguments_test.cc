#include "core/protocols/gemini_generate/partial_arguments.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "core/json/document.h"

namespace aiproxy::gemini_generate {
namespace {

/// What the pieces amount to, or the message of the first error.
std::string Joined(std::initializer_list<std::string_view> pieces) {
  PartialArguments arguments;
  for (std::string_view piece : pieces) {
    PaddedText text(piece);
    Document document;
    EXPECT_TRUE(document.Parse(text.view()).has_value()) << piece;
    if (Status status = arguments.Add(Value(document, 0)); !status) return status.error().message;
  }
  return arguments.Take();
}

TEST(PartialArgumentsTest, StringsOfOnePathAreJoined) {
  EXPECT_EQ(Joined({R"({"jsonPath":"$.a","stringValue":"x\n"})",
                    R"({"json_path":"$.a","string_value":"y"})"}),
            R"({"a":"x\ny"})");
}

TEST(PartialArgumentsTest, PathsMakeObjectsAndLists) {
  EXPECT_EQ(Joined({R"({"jsonPath":"$.l[1].b","numberValue":1e2})",
                    R"({"jsonPath":"$['a b'].c","boolValue":true})",
                    R"({"jsonPath":"$.n","nullValue":"NULL_VALUE"})"}),
            R"({"l":[null,{"b":1e2}],"a b":{"c":true},"n":null})");
  EXPECT_EQ(Joined({}), "{}");
}

TEST(PartialArgumentsTest, OddPathsAreErrors) {
  for (const char* piece :
       {R"({"jsonPath":"a","numberValue":1})", R"({"jsonPath":"$[x]","numberValue":1})",
        R"({"jsonPath":"$['a","numberValue":1})", R"({"jsonPath":"$.","numberValue":1})",
        R"({"numberValue":1})"}) {
    EXPECT_TRUE(Joined({piece}).starts_with("expected")) << piece;
  }
}

TEST(PartialArgumentsTest, IsBounded) {
  EXPECT_EQ(Joined({R"({"jsonPath":"$.l[9999]","numberValue":1})"}),
            "more arguments in pieces than the limit allows");
  std::string deep = R"({"jsonPath":"$)";
  for (int i = 0; i < 70; ++i) deep += ".a";
  EXPECT_EQ(Joined({deep + R"(","numberValue":1})"}),
            "more arguments in pieces than the limit allows");
}

}  // namespace
}  // namespace aiproxy::gemini_generate
