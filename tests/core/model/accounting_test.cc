#include "core/model/accounting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.h"

namespace aiproxy {
namespace {

class AccountingTest : public testing::Test {
 protected:
  void Begin(std::string_view text) {
    padded_.Assign(text);
    Status status = document_.Parse(padded_.view(), {.max_depth = 1024});
    ASSERT_TRUE(status) << status.error().message;
    accounting_.Begin(document_, "the-target");
  }
  Value Root() { return {document_, 0}; }
  NodeId At(std::string_view name) { return Root().Find(name).id(); }

  /// Settles and tells each finding as "pointer: code: message".
  std::string Settled() {
    accounting_.Settle();
    std::string out;
    for (const Finding& finding : accounting_.findings()) {
      document_.AppendPointer(finding.node, out);
      out += ": " + std::string(finding.code->slug) + ": " + accounting_.Message(finding) + "\n";
    }
    return out;
  }

  std::ptrdiff_t CountOf(const DiagnosticCode& code) const {
    const std::vector<Finding>& findings = accounting_.findings();
    return std::count_if(findings.begin(), findings.end(),
                         [&](const Finding& finding) { return finding.code == &code; });
  }

  PaddedText padded_;
  Document document_;
  Accounting accounting_;
};

TEST_F(AccountingTest, NothingMarkedIsOneFinding) {
  Begin(R"({"a":1,"b":[2,3]})");
  EXPECT_EQ(Settled(), ": field-dropped: this has no place in the-target\n");
}

TEST_F(AccountingTest, TheRootMarkedCoversAll) {
  Begin(R"({"a":1,"b":[2,{"c":3}]})");
  accounting_.Use(0);
  EXPECT_EQ(Settled(), "");
}

TEST_F(AccountingTest, LeavesThatNobodyMarked) {
  Begin(R"({"a":1,"b":"x","c":true,"d":2.5})");
  accounting_.Use(At("a"));
  accounting_.Use(At("c"));
  EXPECT_EQ(Settled(),
            "/b: field-dropped: 'b' has no place in the-target\n"
            "/d: field-dropped: 'd' has no place in the-target\n");
}

TEST_F(AccountingTest, AMarkCoversWhatIsBelow) {
  Begin(R"({"a":{"x":[1,{"y":2}]},"b":3})");
  accounting_.Use(At("a"));
  EXPECT_EQ(Settled(), "/b: field-dropped: 'b' has no place in the-target\n");
}

TEST_F(AccountingTest, TheHighestWhollyUnmarkedContainer) {
  Begin(R"({"a":{"x":[1,{"y":2}],"z":3},"b":[{"c":1},{"c":2}],"d":0})");
  accounting_.Use(At("d"));
  EXPECT_EQ(Settled(),
            "/a: field-dropped: 'a' has no place in the-target\n"
            "/b: field-dropped: 'b' has no place in the-target\n");
}

TEST_F(AccountingTest, APartlyMarkedContainerTellsItsLeaves) {
  Begin(R"({"list":[{"keep":1,"lose":2},{"lose":{"deep":1}},3],"keep":4})");
  accounting_.Use(At("keep"));
  accounting_.Use((*Root().Find("list").items().begin()).Find("keep").id());
  EXPECT_EQ(Settled(),
            "/list/0/lose: field-dropped: 'lose' has no place in the-target\n"
            "/list/1: field-dropped: this has no place in the-target\n"
            "/list/2: field-dropped: this has no place in the-target\n");
}

TEST_F(AccountingTest, EmptyContainersAreContent) {
  Begin(R"({"a":[],"b":{},"c":"","d":0,"e":false})");
  accounting_.Use(At("d"));
  EXPECT_EQ(Settled(),
            "/a: field-dropped: 'a' has no place in the-target\n"
            "/b: field-dropped: 'b' has no place in the-target\n"
            "/c: field-dropped: 'c' has no place in the-target\n"
            "/e: field-dropped: 'e' has no place in the-target\n");
}

TEST_F(AccountingTest, NullCarriesNothing) {
  Begin(R"({"a":null,"b":1,"c":[null,null],"d":[{"e":null,"f":2}]})");
  accounting_.Use(At("b"));
  accounting_.Use((*Root().Find("d").items().begin()).Find("f").id());
  EXPECT_EQ(Settled(), "");
}

TEST_F(AccountingTest, ARootOfNull) {
  Begin("null");
  EXPECT_EQ(Settled(), "");
}

TEST_F(AccountingTest, AScalarRoot) {
  Begin("\"text\"");
  EXPECT_EQ(Settled(), ": field-dropped: this has no place in the-target\n");
}

TEST_F(AccountingTest, NoDocument) {
  accounting_.Begin(document_, "x");
  accounting_.Settle();
  EXPECT_TRUE(accounting_.findings().empty());
}

TEST_F(AccountingTest, DuplicatesWhereTheLastCounts) {
  Begin(R"({"a":1,"b":0,"a":2,"a":{"x":3}})");
  accounting_.Use(At("b"));
  accounting_.Use(At("a"));  // the last
  EXPECT_EQ(
      Settled(),
      "/a: duplicate-member: 'a' comes again later in the same object, and the last one counts\n"
      "/a: duplicate-member: 'a' comes again later in the same object, and the last one counts\n");
  EXPECT_EQ(accounting_.findings()[0].node, 2u);
  EXPECT_EQ(accounting_.findings()[1].node, 6u);
}

TEST_F(AccountingTest, DuplicatesThatAreAllCarried) {
  Begin(R"({"a":1,"a":2})");
  accounting_.Use(2);
  accounting_.Use(4);
  EXPECT_EQ(Settled(), "");
}

TEST_F(AccountingTest, DuplicateNamesCompareDecoded) {
  Begin(R"({"model":1,"m\u006fdel":2})");
  accounting_.Use(4);
  EXPECT_EQ(Settled(),
            "/model: duplicate-member: 'model' comes again later in the same object, and the last "
            "one counts\n");
  Begin(R"({"m\u006fdel":1,"model":2})");
  accounting_.Use(4);
  EXPECT_EQ(accounting_.findings().size(), 0u);
  EXPECT_TRUE(Settled().starts_with("/model: duplicate-member: "));
}

TEST_F(AccountingTest, ADuplicateNullCarriesNothing) {
  Begin(R"({"a":null,"a":1})");
  accounting_.Use(At("a"));
  EXPECT_EQ(Settled(), "");
}

TEST_F(AccountingTest, WrongTypes) {
  Begin(R"({"a":"x","b":1,"c":[2],"d":{"e":0},"f":true,"ok":1})");
  accounting_.WrongType(At("a"), Expected::kNumber);
  accounting_.WrongType(At("b"), Expected::kString);
  accounting_.WrongType(At("c"), Expected::kObject);
  accounting_.WrongType(At("d"), Expected::kArray);
  accounting_.WrongType(At("f"), Expected::kInteger);
  accounting_.Use(At("ok"));
  EXPECT_EQ(Settled(),
            "/a: wrong-type: expected a number, got a string; not carried to the-target\n"
            "/b: wrong-type: expected a string, got a number; not carried to the-target\n"
            "/c: wrong-type: expected an object, got an array; not carried to the-target\n"
            "/d: wrong-type: expected an array, got an object; not carried to the-target\n"
            "/f: wrong-type: expected an integer, got a boolean; not carried to the-target\n");
}

TEST_F(AccountingTest, AWrongTypeThatIsCarriedIsNoLoss) {
  Begin(R"({"a":"x"})");
  accounting_.WrongType(At("a"), Expected::kBoolean);
  accounting_.Use(At("a"));
  EXPECT_EQ(Settled(), "");
}

TEST_F(AccountingTest, EveryExpectationHasWords) {
  std::set<std::string> words;
  for (int e = 0; e <= static_cast<int>(Expected::kWord); ++e) {
    Begin("[1]");
    accounting_.WrongType(1, static_cast<Expected>(e));
    Finding finding{&kWrongType, 1, "", ""};
    std::string message = accounting_.Message(finding);
    EXPECT_TRUE(message.starts_with("expected ")) << message;
    EXPECT_TRUE(words.insert(message).second) << message;
  }
}

TEST_F(AccountingTest, DropSaysWhyAndCovers) {
  Begin(R"({"a":{"x":1,"y":2},"b":3})");
  accounting_.Drop(At("a"), kPartDropped, "{target} has no '{}'", "thing");
  accounting_.Use(At("b"));
  EXPECT_EQ(Settled(), "/a: part-dropped: the-target has no 'thing'\n");
}

TEST_F(AccountingTest, APartIsDroppedOnce) {
  Begin(R"({"a":{"x":1},"b":2})");
  accounting_.Drop(At("a"), kPartDropped, "the second of it");
  accounting_.Drop(At("a"), kPartDropped, "the first of it");
  accounting_.Report(0, kPartDropped, "one thing");
  accounting_.Report(0, kPartDropped, "another thing");
  accounting_.Drop(At("b"), kPartDropped, "another");
  EXPECT_EQ(Settled(),
            ": part-dropped: another thing\n"
            ": part-dropped: one thing\n"
            "/a: part-dropped: the first of it\n"
            "/b: part-dropped: another\n");
}

TEST_F(AccountingTest, ReportDoesNotCover) {
  Begin(R"({"a":1,"b":2})");
  accounting_.Report(At("a"), kValueDegraded, "rounded");
  accounting_.Report(kNoNode, kValueInvented, "'max_tokens' was invented");
  accounting_.Use(At("b"));
  EXPECT_EQ(Settled(),
            ": value-invented: 'max_tokens' was invented\n"
            "/a: field-dropped: 'a' has no place in the-target\n"
            "/a: value-degraded: rounded\n");
}

TEST_F(AccountingTest, FindingsAreInTheOrderOfTheInput) {
  Begin(R"({"a":1,"b":2,"c":3,"d":4})");
  accounting_.Drop(At("d"), kValueDropped, "d");
  accounting_.Drop(At("b"), kValueDropped, "b");
  accounting_.Use(At("c"));
  EXPECT_EQ(Settled(),
            "/a: field-dropped: 'a' has no place in the-target\n"
            "/b: value-dropped: b\n"
            "/d: value-dropped: d\n");
}

TEST_F(AccountingTest, BeginForgets) {
  Begin(R"({"a":1})");
  accounting_.Drop(0, kValueDropped, "x");
  Begin("{}");
  EXPECT_TRUE(accounting_.findings().empty());
  EXPECT_EQ(accounting_.target(), "the-target");
}

TEST_F(AccountingTest, Messages) {
  Begin("{}");
  auto message = [&](std::string_view text, std::string_view argument) {
    return accounting_.Message({&kValueDropped, 0, text, argument});
  };
  EXPECT_EQ(message("", ""), "");
  EXPECT_EQ(message("plain", "unused"), "plain");
  EXPECT_EQ(message("'{}' and '{}'", "x"), "'x' and 'x'");
  EXPECT_EQ(message("'{}'", "\"quoted\""), "'quoted'");
  EXPECT_EQ(message("'{}'", "\""), "'\"'");
  EXPECT_EQ(message("'{}'", "{}{target}"), "'{}{target}'");
  EXPECT_EQ(message("{target}: {}", "x"), "the-target: x");
  EXPECT_EQ(message("{ {x} {", "y"), "{ {x} {");
}

TEST_F(AccountingTest, LongArgumentsAreCutBetweenCharacters) {
  Begin("{}");
  auto message = [&](const std::string& argument) {
    return accounting_.Message({&kValueDropped, 0, "{}", argument});
  };
  EXPECT_EQ(message(std::string(60, 'a')), std::string(60, 'a'));
  EXPECT_EQ(message(std::string(61, 'a')), std::string(60, 'a') + "...");
  EXPECT_EQ(message(std::string(59, 'a') + "\xE4\xB8\xAD"), std::string(59, 'a') + "...");
  EXPECT_EQ(message(std::string(57, 'a') + "\xE4\xB8\xAD!"),
            std::string(57, 'a') + "\xE4\xB8\xAD...");
}

// A deep document of which only the innermost is marked: every level is looked at.
TEST_F(AccountingTest, DeepNesting) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "[0,";
  text += "1";
  for (int i = 0; i < 100; ++i) text += "]";
  Begin(text);
  accounting_.Use(static_cast<NodeId>(document_.size() - 1));
  accounting_.Settle();
  EXPECT_EQ(accounting_.findings().size(), 100u);
}

// What follows would take minutes if anything were looked for again for each finding.
TEST_F(AccountingTest, ManyUnknownMembers) {
  std::string text = "{\"known\":1";
  for (int i = 0; i < 300000; ++i) text += ",\"x" + std::to_string(i) + "\":0";
  Begin(text + "}");
  accounting_.Use(At("known"));
  accounting_.Settle();
  EXPECT_EQ(accounting_.findings().size(), 300000u);
  EXPECT_EQ(CountOf(kFieldDropped), 300000);
}

TEST_F(AccountingTest, ManyEqualNames) {
  std::string text = "{\"known\":1";
  for (int i = 0; i < 300000; ++i) text += i % 2 == 0 ? R"(,"x":0)" : R"(,"\u0078":0)";
  Begin(text + "}");
  accounting_.Use(At("known"));
  accounting_.Settle();
  EXPECT_EQ(CountOf(kDuplicateMember), 299999);
  EXPECT_EQ(CountOf(kFieldDropped), 1);
  EXPECT_EQ(accounting_.findings().back().code, &kFieldDropped);
}

TEST_F(AccountingTest, ANamesakeFarAway) {
  for (int between : {1, 31, 32, 33, 300, 5000}) {
    std::string text = R"({"known":1,"far":1,"own":1,"null":null)";
    for (int i = 0; i < between; ++i) text += ",\"x" + std::to_string(i) + "\":{\"far\":0}";
    Begin(text + R"(,"null":2,"f\u0061r":3})");
    accounting_.Use(At("known"));
    std::string settled = Settled();
    EXPECT_EQ(CountOf(kDuplicateMember), 1) << between;
    EXPECT_EQ(CountOf(kFieldDropped), between + 3) << between;
    EXPECT_EQ(accounting_.findings()[0].code, &kDuplicateMember) << between;
    EXPECT_TRUE(settled.starts_with("/far: duplicate-member: ")) << settled.substr(0, 80);
  }
}

// Large objects inside a large one: each is sorted once.
TEST_F(AccountingTest, LargeObjectsInside) {
  std::string inner = "{\"keep\":1";
  for (int i = 0; i < 100; ++i) inner += ",\"y" + std::to_string(i) + "\":0";
  std::string text = "{\"known\":1";
  for (int i = 0; i < 3000; ++i) text += ",\"x" + std::to_string(i) + "\":" + inner + "}";
  Begin(text + "}");
  for (Member member : Root().members()) {
    accounting_.Use(member.value.is_object() ? member.value.Find("keep").id() : member.value.id());
  }
  accounting_.Settle();
  EXPECT_EQ(CountOf(kFieldDropped), 300000);
}

// At every level the mark is the last thing: it must not be looked for from each of them.
TEST_F(AccountingTest, ManyLeavesBelowManyLevels) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "[";
  for (int i = 0; i < 300000; ++i) text += "0,";
  text += "1";
  for (int i = 0; i < 1000; ++i) text += "]";
  Begin(text);
  accounting_.Use(static_cast<NodeId>(document_.size() - 1));
  accounting_.Settle();
  EXPECT_EQ(CountOf(kFieldDropped), 300000);
}

TEST(DiagnosticCodes, AreDistinctAndNamed) {
  std::set<std::string_view> ids;
  std::set<std::string_view> slugs;
  std::string_view last;
  for (const DiagnosticCode* code : AllDiagnosticCodes()) {
    EXPECT_TRUE(ids.insert(code->id).second) << code->id;
    EXPECT_TRUE(slugs.insert(code->slug).second) << code->slug;
    EXPECT_LT(last, code->id);
    last = code->id;
    EXPECT_TRUE(code->id.starts_with("AIP"));
    EXPECT_EQ(code->slug.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos);
  }
  EXPECT_EQ(Name(Severity::kNote), "note");
  EXPECT_EQ(Name(Severity::kWarning), "warning");
  EXPECT_EQ(Name(Severity::kError), "error");
  EXPECT_EQ(Name(Loss::kNone), "");
  EXPECT_EQ(Name(Loss::kDropped), "dropped");
  EXPECT_EQ(Name(Loss::kDegraded), "degraded");
  EXPECT_EQ(Name(Loss::kInvented), "invented");
}

}  // namespace
}  // namespace aiproxy
