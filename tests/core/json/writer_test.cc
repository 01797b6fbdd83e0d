#include "core/json/writer.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace aiproxy {
namespace {

using std::string_view_literals::operator""sv;

class WriterTest : public testing::Test {
 protected:
  Value Parse(std::string_view text) {
    padded_.Assign(text);
    EXPECT_TRUE(document_.Parse(padded_.view())) << text;
    return {document_, 0};
  }
  bool Covered(NodeId id) { return (document_.node(id).flags & JsonNode::kCovered) != 0; }

  PaddedText padded_;
  Document document_;
  Output out_;
};

TEST_F(WriterTest, Commas) {
  Writer writer(out_);
  writer.BeginObject();
  writer.Key("a");
  writer.Int(1);
  writer.Key("b");
  writer.BeginArray();
  writer.EndArray();
  writer.Key("c");
  writer.BeginArray();
  writer.Int(-2);
  writer.BeginObject();
  writer.EndObject();
  writer.Bool(true);
  writer.Bool(false);
  writer.Null();
  writer.String("s");
  writer.Literal("\"x\"");
  writer.BeginArray();
  writer.Null();
  writer.EndArray();
  writer.EndArray();
  writer.Key(Text::Plain("d\n"));
  writer.BeginObject();
  writer.Key("e");
  writer.Null();
  writer.EndObject();
  writer.EndObject();
  EXPECT_EQ(out_.ToString(),
            R"({"a":1,"b":[],"c":[-2,{},true,false,null,"s","x",[null]],"d\n":{"e":null}})");
}

TEST_F(WriterTest, IntBorders) {
  Writer writer(out_);
  writer.BeginArray();
  writer.Int(INT64_MIN);
  writer.Int(INT64_MAX);
  writer.Int(0);
  writer.EndArray();
  EXPECT_EQ(out_.ToString(), "[-9223372036854775808,9223372036854775807,0]");
}

TEST_F(WriterTest, Strings) {
  Arena arena;
  Value array = Parse(R"(["clean","esc\u0061ped\/",""])");
  Writer writer(out_, &document_);
  writer.BeginArray();
  for (Value item : array.items()) writer.String(Text::Of(item));
  writer.String(Text::Of(*array.items().begin()).CopyTo(arena));
  writer.String(Text::Plain("a\"b\\c\n"));
  writer.String(Text::Plain({}));
  writer.String(std::string_view());
  writer.String("bad \xFF");
  writer.EndArray();
  EXPECT_EQ(out_.ToString(),
            "[\"clean\",\"esc\\u0061ped\\/\",\"\",\"clean\",\"a\\\"b\\\\c\\n\",\"\",\"\",\"bad "
            "\xEF\xBF\xBD\"]");
  EXPECT_FALSE(Covered(0));
  EXPECT_TRUE(Covered(1) && Covered(2) && Covered(3));
}

TEST_F(WriterTest, ValuesAreMarked) {
  Value root = Parse(R"({"a":1e2,"b":true,"c":[1],"d":"x","e":5})");
  Writer writer(out_, &document_);
  writer.BeginObject();
  writer.Member("a", Number::Of(root.Find("a")));
  writer.Member("b", Sourced<bool>(true, root.Find("b").id()));
  writer.Member("c", Raw::Of(root.Find("c")));
  writer.Member("d", Text::Of(root.Find("d")));
  writer.Member("e", Sourced<std::int64_t>(7, root.Find("e").id()));
  writer.Member("absent", Text());
  writer.Member("absent", Raw());
  writer.Member("absent", Number());
  writer.Member("absent", Sourced<bool>());
  writer.EndObject();
  EXPECT_EQ(out_.ToString(), R"({"a":1e2,"b":true,"c":[1],"d":"x","e":7})");
  for (Member member : root.members()) {
    EXPECT_TRUE(Covered(member.value.id())) << member.key.raw();
    EXPECT_FALSE(Covered(member.key.id()));
  }
}

TEST_F(WriterTest, PiecewiseString) {
  Parse(R"(["a\n","b", {"k" : "v\"\\" , "n":[ 1 ] }])");
  Writer writer(out_, &document_);
  writer.BeginArray();
  writer.Int(0);
  writer.BeginString();
  writer.AppendText(Text::Of(Value(document_, 1)));
  writer.AppendLiteral(": ");
  writer.AppendText(Text::Plain("\""));
  writer.AppendLiteral("");
  writer.AppendJson(Raw::Of(Value(document_, 3)));
  writer.EndString();
  writer.BeginString();
  writer.EndString();
  writer.Int(1);
  writer.EndArray();
  EXPECT_EQ(out_.ToString(), R"([0,"a\n: \"{\"k\" : \"v\\\"\\\\\" , \"n\":[ 1 ] }","",1])");
  EXPECT_TRUE(Covered(1));
  EXPECT_TRUE(Covered(3));
  EXPECT_FALSE(Covered(2));
  // The string is the JSON as it came once it is decoded.
  PaddedText padded(out_.ToString());
  Document again;
  ASSERT_TRUE(again.Parse(padded.view()));
  EXPECT_EQ(Value(again, 2).Decoded(), "a\n: \"{\"k\" : \"v\\\"\\\\\" , \"n\":[ 1 ] }");
}

TEST_F(WriterTest, SqueezesWhatHasWhiteSpace) {
  Value root = Parse("{ \"a\" : [ 1 , { } ] , \"s\" : \" x y \" }");
  Writer writer(out_, &document_);
  writer.BeginArray();
  writer.Value(Raw::Of(root));
  writer.Value(Raw::Of(root.Find("s")));
  writer.EndArray();
  EXPECT_EQ(out_.ToString(), "[{\"a\":[1,{}],\"s\":\" x y \"},\" x y \"]");
}

// What a stream holds back has no node any more, and a line break would end an event's line.
TEST_F(WriterTest, SqueezesWhatIsNotOfTheSource) {
  Arena arena;
  Value root = Parse("{\n\"a\": 1\r\n}");
  Raw held = Raw::Of(root).CopyTo(arena);
  Parse("{}");
  Writer writer(out_, &document_);
  writer.Value(held);
  Writer other(out_);
  other.Value(Raw{"[\n]", kNoNode});
  EXPECT_EQ(out_.ToString(), "{\"a\":1}[]");
}

TEST_F(WriterTest, CompactValuesGoOutAsTheyCame) {
  std::string_view text = "{\"b\":1,\"a\":[1.0,1e2,\"\\/\"],\"b\":2}";
  Value root = Parse(text);
  Writer(out_, &document_).Value(Raw::Of(root));
  EXPECT_EQ(out_.ToString(), text);
}

TEST_F(WriterTest, Spliced) {
  Writer writer(out_);
  writer.BeginArray();
  writer.Spliced("\xEF\xBB\xBF \n{\"a\":1}\r\n");
  writer.Spliced(" [ 1 , \"a b\" ]");
  writer.Spliced("[ 1,\n\"a b\" ]");
  writer.Spliced("1");
  writer.EndArray();
  EXPECT_EQ(out_.ToString(), "[{\"a\":1},[ 1 , \"a b\" ],[1,\"a b\"],1]");
}

TEST_F(WriterTest, LargeSpansGoByReference) {
  std::string big(Output::kByReference, 'x');
  Value root = Parse("[\"" + big + "\",[\"" + big + "\"]]");
  Arena arena;
  Writer writer(out_, &document_);
  writer.BeginArray();
  writer.String(Text::Of(Value(document_, 1)));
  writer.Value(Raw::Of(Value(document_, 2)));
  writer.EndArray();
  EXPECT_TRUE(out_.has_references());
  EXPECT_EQ(out_.ToString(), root.raw());
  // Not those without a node: nobody promises that they stay.
  out_.Clear();
  Writer(out_, &document_).String(Text::Of(Value(document_, 1)).CopyTo(arena));
  EXPECT_FALSE(out_.has_references());
}

std::string Indented(std::string_view json, unsigned width = 2) {
  Output out;
  AppendIndented(json, width, out);
  return out.ToString();
}

std::string Squeezed(std::string_view json) {
  Output out;
  AppendSqueezed(json, out);
  return out.ToString();
}

TEST(Indented, EveryShape) {
  EXPECT_EQ(Indented("1"), "1");
  EXPECT_EQ(Indented(" null "), "null");
  EXPECT_EQ(Indented("\"a,b:{}[]\\\"\""), "\"a,b:{}[]\\\"\"");
  EXPECT_EQ(Indented("{}"), "{}");
  EXPECT_EQ(Indented("[]"), "[]");
  EXPECT_EQ(Indented("{ }"), "{}");
  EXPECT_EQ(Indented("[\n]"), "[]");
  EXPECT_EQ(Indented("[1]"), "[\n  1\n]");
  EXPECT_EQ(Indented("[1,2]"), "[\n  1,\n  2\n]");
  EXPECT_EQ(Indented("[[]]"), "[\n  []\n]");
  EXPECT_EQ(Indented("[{},[]]"), "[\n  {},\n  []\n]");
  EXPECT_EQ(Indented("{\"a\":1}"), "{\n  \"a\": 1\n}");
  EXPECT_EQ(Indented("{\"a\":{},\"b\":[]}"), "{\n  \"a\": {},\n  \"b\": []\n}");
  EXPECT_EQ(Indented("{\"a\" : { \"b\" :\t[ true , -1.5e+3 ] } }"),
            "{\n  \"a\": {\n    \"b\": [\n      true,\n      -1.5e+3\n    ]\n  }\n}");
  EXPECT_EQ(Indented("[[[1]]]", 1), "[\n [\n  [\n   1\n  ]\n ]\n]");
  EXPECT_EQ(Indented("[1]", 0), "[\n1\n]");
  EXPECT_EQ(Indented("{\"a\":\"\\\\\"}", 4), "{\n    \"a\": \"\\\\\"\n}");
  EXPECT_EQ(Indented("\xEF\xBB\xBF{\"a\":1}"), "{\n  \"a\": 1\n}");
}

TEST(Indented, SqueezingGivesTheCompactForm) {
  for (std::string_view json :
       {"{\"a\":[1,2,{\"b\":null}],\"c\":\"x\\\"y z\"}"sv, "[[],{},[[]],[{}],\"\"]"sv, "0"sv,
        "\" \""sv, "[\"\\\\\",\"\\\\\\\"\",\"a\\\\\"]"sv}) {
    EXPECT_EQ(Squeezed(Indented(json)), json);
    EXPECT_EQ(Squeezed(json), json);
    EXPECT_EQ(Indented(Indented(json)), Indented(json));
  }
}

TEST(Squeezed, WhiteSpace) {
  EXPECT_EQ(Squeezed(" \t\r\n1 \t\r\n"), "1");
  EXPECT_EQ(Squeezed(" { \"a b\" : [ 1 , 2 ] } "), "{\"a b\":[1,2]}");
  EXPECT_EQ(Squeezed("[\" \\\" \" , \" \"]"), "[\" \\\" \",\" \"]");
  EXPECT_EQ(Squeezed("\xEF\xBB\xBF [ ]"), "[]");
  EXPECT_EQ(Squeezed(""), "");
}

}  // namespace
}  // namespace aiproxy
