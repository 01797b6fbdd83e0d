#include "core/json/difference.h"

#include <gtest/gtest.h>

#include <string>

namespace aiproxy {
namespace {

/// Differences as "pointer: before -> after", separated by " | "; ' stands for ".
std::string Differences(std::string before, std::string after) {
  auto quoted = [](std::string& text) -> std::string& {
    for (char& c : text) c = c == '\'' ? '"' : c;
    return text;
  };
  PaddedText before_text(quoted(before));
  PaddedText after_text(quoted(after));
  Document before_document;
  Document after_document;
  EXPECT_TRUE(before_document.Parse(before_text.view(), {})) << before;
  EXPECT_TRUE(after_document.Parse(after_text.view(), {})) << after;
  std::string all;
  for (const JsonDifference& one :
       DifferencesOf(Value(before_document, 0), Value(after_document, 0))) {
    if (!all.empty()) all += " | ";
    all += one.pointer + ": " + (one.before.valid() ? std::string(one.before.raw()) : "") + " -> " +
           (one.after.valid() ? std::string(one.after.raw()) : "");
  }
  for (char& c : all) c = c == '"' ? '\'' : c;
  return all;
}

TEST(JsonDifference, NothingDiffers) {
  EXPECT_EQ(Differences("{'a':1,'b':[{},'\\u0041']}", "{'b':[{},'A'], 'a':1}"), "");
  EXPECT_EQ(Differences("1", "1"), "");
  EXPECT_EQ(Differences("{'a':1,'a':2}", "{'a':2}"), "");
}

TEST(JsonDifference, Scalars) {
  EXPECT_EQ(Differences("1", "1.0"), ": 1 -> 1.0");
  EXPECT_EQ(Differences("'1'", "1"), ": '1' -> 1");
  EXPECT_EQ(Differences("{'a':true}", "{'a':false}"), "/a: true -> false");
  EXPECT_EQ(Differences("{'a':[]}", "{'a':{}}"), "/a: [] -> {}");
}

TEST(JsonDifference, Members) {
  EXPECT_EQ(Differences("{'a':1,'b':2,'c':{'d':3}}", "{'x':{'y':1},'c':{'d':4,'e':5},'b':2}"),
            "/a: 1 ->  | /c/d: 3 -> 4 | /c/e:  -> 5 | /x:  -> {'y':1}");
  EXPECT_EQ(Differences("{'a/b~c':1}", "{}"), "/a~1b~0c: 1 -> ");
}

TEST(JsonDifference, Items) {
  EXPECT_EQ(Differences("[1,2,3]", "[1,2]"), "/2: 3 -> ");
  EXPECT_EQ(Differences("[1,2,3]", "[2,3]"), "/0: 1 -> ");
  EXPECT_EQ(Differences("[1,3]", "[1,2,3]"), "/1:  -> 2");
  EXPECT_EQ(Differences("[1,1]", "[1,1,1]"), "/2:  -> 1");
  EXPECT_EQ(Differences("[{'a':1,'b':2},9]", "[{'a':2,'b':2},9]"), "/0/a: 1 -> 2");
  EXPECT_EQ(Differences("[[1],[2],[3]]", "[[1],[5],[6],[3]]"), "/1/0: 2 -> 5 | /2:  -> [6]");
}

TEST(JsonDifference, ManyMembersTakeTimeForEachOnce) {
  std::string before = "{";
  for (int i = 0; i < 20000; ++i) before += (i > 0 ? ",'" : "'") + std::to_string(i) + "':1";
  EXPECT_EQ(Differences(before + "}", before + ",'x':1}"), "/x:  -> 1");
}

}  // namespace
}  // namespace aiproxy
