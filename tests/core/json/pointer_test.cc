#include "core/json/pointer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace aiproxy {
namespace {

class PointerCursorTest : public testing::Test {
 protected:
  void Parse(std::string_view text) {
    padded_.Assign(text);
    Status status = document_.Parse(padded_.view(), {.max_depth = 1024});
    ASSERT_TRUE(status) << status.error().message;
    cursor_.Begin(document_);
  }

  PaddedText padded_;
  Document document_;
  PointerCursor cursor_;
};

TEST_F(PointerCursorTest, EveryNodeInOrder) {
  Parse(R"({"a":[1,{"b":2},[]],"":{"c~/d":[[3]]},"\u00e9\"":4})");
  const std::vector<std::string_view> expected = {
      "",           "/a",           "/a",          "/a/0",       "/a/1",     "/a/1/b",
      "/a/1/b",     "/a/2",         "/",           "/",          "//c~0~1d", "//c~0~1d",
      "//c~0~1d/0", "//c~0~1d/0/0", "/\xC3\xA9\"", "/\xC3\xA9\""};
  ASSERT_EQ(document_.size(), expected.size());
  for (NodeId id = 0; id < expected.size(); ++id) EXPECT_EQ(cursor_.To(id), expected[id]) << id;
}

TEST_F(PointerCursorTest, TheSameNodeTwice) {
  Parse(R"({"a":[1,2]})");
  EXPECT_EQ(cursor_.To(4), "/a/1");
  EXPECT_EQ(cursor_.To(4), "/a/1");
  EXPECT_EQ(cursor_.To(2), "/a");
  EXPECT_EQ(cursor_.To(0), "");
  EXPECT_EQ(cursor_.To(0), "");
}

TEST_F(PointerCursorTest, ANodeThatIsNotThere) {
  Parse("[1]");
  EXPECT_EQ(cursor_.To(2), "");
  EXPECT_EQ(cursor_.To(kNoNode), "");
  EXPECT_EQ(cursor_.To(1), "/0");
}

// The way that is remembered never shows: any order of questions gives what a new cursor says.
TEST_F(PointerCursorTest, AnyOrder) {
  std::string text;
  std::mt19937 random(7);
  for (int i = 0; i < 200; ++i) {
    if (i != 0) text += ',';
    switch (random() % 4) {
      case 0:
        text += R"({"x":[1,2,[3,{"y":4}]],"z":{}})";
        break;
      case 1:
        text += R"([[],[[[5]]]])";
        break;
      default:
        text += "6";
    }
  }
  Parse("[" + text + "]");
  for (int i = 0; i < 5000; ++i) {
    auto id = static_cast<NodeId>(random() % document_.size());
    std::string fresh;
    document_.AppendPointer(id, fresh);
    ASSERT_EQ(cursor_.To(id), fresh) << id;
  }
}

TEST_F(PointerCursorTest, BeginForgetsTheWay) {
  Parse("[[1,2],[3]]");
  EXPECT_EQ(cursor_.To(3), "/0/1");
  Parse(R"({"a":{"b":1}})");
  EXPECT_EQ(cursor_.To(4), "/a/b");
}

// Walking from the first sibling for each of these would take minutes.
TEST_F(PointerCursorTest, ManySiblingsCostOnePass) {
  std::string text = "{";
  for (int i = 0; i < 500000; ++i) text += "\"x" + std::to_string(i) + "\":0,";
  text += "\"list\":[";
  for (int i = 0; i < 500000; ++i) text += "[0],";
  Parse(text + "0]}");
  for (NodeId id = 0; id < document_.size(); ++id) cursor_.To(id);
  EXPECT_EQ(cursor_.To(static_cast<NodeId>(document_.size() - 1)), "/list/500000");
}

}  // namespace
}  // namespace aiproxy
