#include "core/json/document.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

#include "core/json/text.h"
#include "core/json/value.h"
#include "core/json/writer.h"

namespace {
std::atomic<std::size_t> allocations{0};
}  // namespace

// Counts what the heap is asked for, to prove that the steady state asks for nothing.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new[](std::size_t size) { return operator new(size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace aiproxy {
namespace {

using std::string_view_literals::operator""sv;

class DocumentTest : public testing::Test {
 protected:
  void Parse(std::string_view text) {
    padded_.Assign(text);
    Status status = document_.Parse(padded_.view());
    ASSERT_TRUE(status) << status.error().message;
  }
  Value Root() { return {document_, 0}; }
  std::string Pointer(NodeId id) {
    std::string out;
    document_.AppendPointer(id, out);
    return out;
  }

  PaddedText padded_;
  Document document_;
};

TEST_F(DocumentTest, TapeOfSpans) {
  Parse(" {\"a\" : [1, true ,{}] , \"b\\n\":null} ");
  struct Expected {
    JsonKind kind;
    std::string_view raw;
    NodeId next;
  };
  const Expected expected[] = {
      {JsonKind::kObject, "{\"a\" : [1, true ,{}] , \"b\\n\":null}", 8},
      {JsonKind::kString, "\"a\"", 2},
      {JsonKind::kArray, "[1, true ,{}]", 6},
      {JsonKind::kNumber, "1", 4},
      {JsonKind::kTrue, "true", 5},
      {JsonKind::kObject, "{}", 6},
      {JsonKind::kString, "\"b\\n\"", 7},
      {JsonKind::kNull, "null", 8},
  };
  ASSERT_EQ(document_.size(), std::size(expected));
  for (NodeId id = 0; id < document_.size(); ++id) {
    EXPECT_EQ(document_.node(id).kind, expected[id].kind) << id;
    EXPECT_EQ(document_.Raw(id), expected[id].raw) << id;
    EXPECT_EQ(document_.node(id).next, expected[id].next) << id;
    EXPECT_EQ(document_.node(id).flags, id == 6 ? JsonNode::kEscaped : 0) << id;
  }
}

TEST_F(DocumentTest, SpellingIsKept) {
  for (std::string_view text : {"1e2"sv, "1.0"sv, "-0"sv, "12345678901234567890123"sv,
                                "\"\\/\\u00e9\\ud800\""sv, "{\"a\":1,\"a\":2}"sv}) {
    Parse(text);
    EXPECT_EQ(Root().raw(), text);
  }
}

TEST_F(DocumentTest, ByteOrderMarkIsNotPartOfTheRoot) {
  Parse("\xEF\xBB\xBF{\"a\":1}\r\n");
  EXPECT_EQ(Root().raw(), "{\"a\":1}");
  EXPECT_EQ(document_.node(0).begin, 3u);
  EXPECT_EQ(document_.text().size(), 12u);
  EXPECT_FALSE(document_.has_white_space());
}

TEST_F(DocumentTest, WhiteSpaceBetweenTokens) {
  for (std::string_view text :
       {"[ 1]"sv, "[1 ]"sv, "[1,\n2]"sv, "[1\t,2]"sv, "[ ]"sv, "{ }"sv, "{\"a\":\r1}"sv,
        "{\"a\" :1}"sv, "{\"a\":1 }"sv, "{\"a\":1, \"b\":2}"sv}) {
    Parse(text);
    EXPECT_TRUE(document_.has_white_space()) << text;
  }
  for (std::string_view text :
       {" [1,2] "sv, "\n{\"a\":[]}\n"sv, "[\"a b\\n\"]"sv, " 1 "sv, "\" \""sv}) {
    Parse(text);
    EXPECT_FALSE(document_.has_white_space()) << text;
  }
}

TEST_F(DocumentTest, FindTakesTheLastOfAName) {
  Parse("{\"a\":1,\"b\":2,\"\\u0061\":3,\"\":4}");
  EXPECT_EQ(Root().Find("a").raw(), "3");
  EXPECT_EQ(Root().Find("b").raw(), "2");
  EXPECT_EQ(Root().Find("").raw(), "4");
  EXPECT_FALSE(Root().Find("c").valid());
  EXPECT_FALSE(Root().Find("\\u0061").valid());
}

TEST_F(DocumentTest, FindInAnythingButAnObject) {
  Parse("[\"a\",1]");
  EXPECT_FALSE(Root().Find("a").valid());
  EXPECT_FALSE(Value(document_, 1).Find("a").valid());
  EXPECT_FALSE(Value().Find("a").valid());
}

TEST_F(DocumentTest, MembersAndItemsInOrder) {
  Parse("{\"b\":1,\"a\":{\"x\":[2,3]},\"b\":4}");
  std::string seen;
  for (Member member : Root().members()) {
    seen += std::string(member.key.body()) + "=" + std::string(member.value.raw()) + ";";
  }
  EXPECT_EQ(seen, "b=1;a={\"x\":[2,3]};b=4;");
  // Of a temporary, too.
  int sum = 0;
  for (Value item : Root().Find("a").Find("x").items()) sum += static_cast<int>(*item.Int());
  EXPECT_EQ(sum, 5);
  for (Member member : Root().Find("a").members()) EXPECT_TRUE(member.key.Is("x"));
}

TEST_F(DocumentTest, EmptyContainers) {
  Parse("[[],{},[0]]");
  EXPECT_TRUE(Value(document_, 1).empty_container());
  EXPECT_TRUE(Value(document_, 2).empty_container());
  EXPECT_FALSE(Value(document_, 3).empty_container());
  for (Member member : Value(document_, 2).members()) FAIL() << member.key.raw();
  for (Value item : Value(document_, 1).items()) FAIL() << item.raw();
}

TEST_F(DocumentTest, PointerToEveryNode) {
  Parse("{\"a\":[1,[2,{\"b\":3}],4],\"c\":{\"d\":{}}}");
  const std::string_view expected[] = {"",       "/a",     "/a",       "/a/0",     "/a/1",
                                       "/a/1/0", "/a/1/1", "/a/1/1/b", "/a/1/1/b", "/a/2",
                                       "/c",     "/c",     "/c/d",     "/c/d"};
  ASSERT_EQ(document_.size(), std::size(expected));
  for (NodeId id = 0; id < document_.size(); ++id) EXPECT_EQ(Pointer(id), expected[id]) << id;
}

TEST_F(DocumentTest, PointerNames) {
  Parse(
      R"({"":0,"a/b":1,"m~n":2,"~1":3,"\u0061\/":4,"é😀":5,"\ud83d\ude00":6,"q\"\\":7," ":8,"\n":9})");
  const std::string_view expected[] = {"/",   "/a~1b", "/m~0n",  "/~01", "/a~1",
                                       "/é😀", "/😀",    "/q\"\\", "/ ",   "/\n"};
  std::size_t i = 0;
  for (Member member : Root().members()) {
    EXPECT_EQ(Pointer(member.value.id()), expected[i]);
    EXPECT_EQ(Pointer(member.key.id()), expected[i]);
    ++i;
  }
  EXPECT_EQ(i, std::size(expected));
}

TEST_F(DocumentTest, PointerIsAppended) {
  Parse("[[7]]");
  std::string out = "#";
  document_.AppendPointer(2, out);
  EXPECT_EQ(out, "#/0/0");
}

TEST_F(DocumentTest, Locate) {
  Parse("{\r\n \"a\":\r\n1,\n\n\"b\":\r2}");
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  auto place = [&](std::size_t offset) {
    document_.Locate(offset, line, column);
    return std::to_string(line) + ":" + std::to_string(column);
  };
  std::string_view text = document_.text();
  EXPECT_EQ(place(0), "1:1");
  EXPECT_EQ(place(text.find('"')), "2:2");
  EXPECT_EQ(place(text.find('1')), "3:1");
  EXPECT_EQ(place(text.find("\"b")), "5:1");
  EXPECT_EQ(place(text.find('2')), "5:6");
  EXPECT_EQ(place(text.size()), "5:8");
}

TEST_F(DocumentTest, ErrorAt) {
  Parse("{\"a\":\n [1,{\"b/c\":2}]}");
  Error error =
      document_.ErrorAt(Root().Find("a").items().begin().at + 3, "expected a string, got a number");
  EXPECT_EQ(error.kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(error.message, "expected a string, got a number");
  EXPECT_EQ(error.pointer, "/a/1/b~1c");
  EXPECT_EQ(error.line, 2u);
  EXPECT_EQ(error.column, 12u);
}

TEST_F(DocumentTest, SizeLimit) {
  PaddedText text("[1,2,3]");
  EXPECT_TRUE(document_.Parse(text.view(), {.max_bytes = 7}));
  Status status = document_.Parse(text.view(), {.max_bytes = 6});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
  EXPECT_EQ(status.error().message, "the input has 7 bytes, the limit is 6");
  EXPECT_EQ(document_.size(), 0u);
}

TEST_F(DocumentTest, AFailedParseLeavesNothingOfTheFormerText) {
  Parse("[1,2]");
  padded_.Assign("[1,");
  EXPECT_FALSE(document_.Parse(padded_.view()));
  EXPECT_EQ(document_.size(), 0u);
  Parse("{}");
  EXPECT_EQ(document_.size(), 1u);
}

TEST_F(DocumentTest, Clear) {
  Parse("[1,2]");
  document_.Clear();
  EXPECT_EQ(document_.size(), 0u);
  EXPECT_EQ(document_.text(), "");
}

TEST_F(DocumentTest, ManyNodesGrowTheTape) {
  std::string text = "[";
  for (int i = 0; i < 100000; ++i) text += std::to_string(i) + ",";
  text += "\"end\"]";
  Parse(text);
  EXPECT_EQ(document_.size(), 100002u);
  EXPECT_EQ(document_.Raw(54322), "54321");
  EXPECT_EQ(document_.Raw(100001), "\"end\"");
  EXPECT_EQ(document_.node(0).next, 100002u);
  EXPECT_EQ(Pointer(54322), "/54321");
}

TEST_F(DocumentTest, CoverMarksOneNode) {
  Parse("{\"a\":[1]}");
  document_.Cover(2);
  document_.Cover(kNoNode);
  EXPECT_EQ(document_.node(2).flags & JsonNode::kCovered, JsonNode::kCovered);
  EXPECT_EQ(document_.node(3).flags, 0);
  // Parsing again forgets the marks.
  Parse("{\"a\":[1]}");
  EXPECT_EQ(document_.node(2).flags, 0);
}

TEST_F(DocumentTest, Reuse) {
  PaddedText text("{\"a\":[1,2,{\"b\":\"caf\xC3\xA9 \\n\"}],\"c\":\"0123456789abcdef0123456789\"}");
  Output out;
  auto round = [&] {
    out.Clear();
    ASSERT_TRUE(document_.Parse(text.view()));
    Writer writer(out, &document_);
    writer.BeginObject();
    for (Member member : Root().members()) {
      writer.Key(Text::Of(member.key));
      writer.Value(Raw::Of(member.value));
    }
    writer.Key("plain");
    writer.String(
        std::string_view("needs \"escapes\" and a line\nbreak, and is longer than a short string"));
    writer.EndObject();
  };
  round();
  std::size_t before = allocations;
  std::size_t capacity = document_.capacity();
  for (int i = 0; i < 100; ++i) round();
  EXPECT_EQ(allocations - before, 0u);
  EXPECT_EQ(document_.capacity(), capacity);
}

TEST_F(DocumentTest, AHugeTapeIsGivenBack) {
  std::string dense = "[";
  for (int i = 0; i < 1000000; ++i) dense += "0,";
  dense += "0]";
  Parse(dense);
  EXPECT_GE(document_.capacity(), 1000002u);
  std::size_t huge = document_.capacity();
  Parse(dense);
  EXPECT_EQ(document_.capacity(), huge);
  Parse("[1,2]");
  EXPECT_LT(document_.capacity(), 1000u);
  EXPECT_EQ(document_.size(), 3u);
  // A text of the same size keeps it, however few values it has.
  Parse(dense);
  Parse("\"" + std::string(dense.size(), 'x') + "\"");
  EXPECT_EQ(document_.capacity(), huge);
}

TEST(PaddedText, HasPaddingAndCopies) {
  PaddedText text;
  EXPECT_EQ(text.view(), "");
  for (std::string_view content : {""sv, "1"sv, "{\"a\":\"\0\"}"sv}) {
    text.Assign(content);
    PaddedText copy = text;
    EXPECT_EQ(copy.view(), content);
    for (std::size_t i = 0; i < Document::kPadding; ++i) {
      EXPECT_EQ(copy.view().data()[content.size() + i], '\0');
    }
  }
}

TEST(JsonKindNames, Describe) {
  EXPECT_EQ(Describe(JsonKind::kNull), "null");
  EXPECT_EQ(Describe(JsonKind::kFalse), "a boolean");
  EXPECT_EQ(Describe(JsonKind::kTrue), "a boolean");
  EXPECT_EQ(Describe(JsonKind::kNumber), "a number");
  EXPECT_EQ(Describe(JsonKind::kString), "a string");
  EXPECT_EQ(Describe(JsonKind::kArray), "an array");
  EXPECT_EQ(Describe(JsonKind::kObject), "an object");
}

}  // namespace
}  // namespace aiproxy
