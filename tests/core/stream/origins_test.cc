#include "core/stream/origins.h"

#include <gtest/gtest.h>

namespace aiproxy {
namespace {

class OriginsTest : public testing::Test {
 protected:
  OriginsTest() {
    origins_.Add("/extras/x", {3, "/choices/0/x", true});
    origins_.Add("/usage", {7, "/usage", false});
    origins_.Add("/usage/extras/y", {8, "/usage/y", true});
  }

  std::string Find(std::string_view pointer) {
    Origin origin = origins_.Find(pointer);
    return std::to_string(origin.event) + origin.pointer;
  }

  Origins origins_;
};

TEST_F(OriginsTest, TheValueItself) { EXPECT_EQ(Find("/usage"), "7/usage"); }

TEST_F(OriginsTest, InsideAValueThatWasCarriedWhole) {
  EXPECT_EQ(Find("/extras/x/a/0"), "3/choices/0/x/a/0");
}

TEST_F(OriginsTest, TheClosestAround) { EXPECT_EQ(Find("/usage/input"), "7/usage"); }

TEST_F(OriginsTest, TheFirstBelow) {
  EXPECT_EQ(Find("/extras"), "3/choices/0/x");
  EXPECT_EQ(Find("/usage/extras"), "8/usage/y");
}

TEST_F(OriginsTest, None) {
  EXPECT_EQ(Find(""), "-1");
  EXPECT_EQ(Find("/created"), "-1");
  EXPECT_EQ(Find("/extras/xy"), "-1");
}

}  // namespace
}  // namespace aiproxy
