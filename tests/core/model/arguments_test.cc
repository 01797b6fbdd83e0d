#include "core/model/arguments.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace aiproxy {
namespace {

class ArgumentsTest : public testing::Test {
 protected:
  /// The document is {"x": json}; the arguments are the value of x.
  void Begin(std::string_view json) {
    padded_.Assign("{\"x\":" + std::string(json) + "}");
    Status status = document_.Parse(padded_.view());
    ASSERT_TRUE(status) << status.error().message;
    accounting_.Begin(document_, "the-target");
    Value value = Value(document_, 0).Find("x");
    arguments_ = {};
    if (value.is_string())
      arguments_.text = Text::Of(value);
    else
      arguments_.json = Raw::Of(value);
  }

  std::string AsString() {
    Output out;
    Writer writer(out, &document_);
    WriteArgumentsAsString(arguments_, context_, writer);
    return out.ToString();
  }
  std::string AsObject() {
    Output out;
    Writer writer(out, &document_);
    WriteArgumentsAsObject(arguments_, context_, writer);
    return out.ToString();
  }
  /// What is reported, once everything was written: "" or "pointer: code".
  std::string Reported() {
    accounting_.Settle();
    std::string out;
    for (const Finding& finding : accounting_.findings()) {
      document_.AppendPointer(finding.node, out);
      out += ": " + std::string(finding.code->slug) + ";";
    }
    return out;
  }

  PaddedText padded_;
  Document document_;
  Document scratch_;
  Arena arena_;
  std::string buffer_;
  Limits limits_;
  Accounting accounting_;
  CodecContext context_{accounting_, arena_, scratch_, buffer_, limits_, {}};
  Arguments arguments_;
};

TEST_F(ArgumentsTest, TextAsStringStaysAsItCame) {
  for (std::string_view text :
       {R"("{\"a\": 1.0}")", R"("{\"broken\"")", R"("\u007b\/}")", R"("\ud800")", R"(" ")"}) {
    Begin(text);
    EXPECT_EQ(AsString(), text);
    EXPECT_EQ(Reported(), "");
  }
}

TEST_F(ArgumentsTest, NoneAsString) {
  Begin("1");
  arguments_ = {};
  EXPECT_EQ(AsString(), "\"{}\"");
  Begin("\"\"");
  EXPECT_EQ(AsString(), "\"{}\"");
  EXPECT_EQ(Reported(), "");
}

TEST_F(ArgumentsTest, ObjectAsString) {
  Begin(R"({"a": [1.0, "q\"\\\u00e9"], "a":2 })");
  EXPECT_EQ(AsString(), R"("{\"a\": [1.0, \"q\\\"\\\\\\u00e9\"], \"a\":2 }")");
  EXPECT_EQ(Reported(), "");
  Begin("{}");
  EXPECT_EQ(AsString(), "\"{}\"");
  EXPECT_EQ(Reported(), "");
}

TEST_F(ArgumentsTest, OtherJsonAsString) {
  Begin("[1, 2]");
  EXPECT_EQ(AsString(), "\"[1, 2]\"");
  EXPECT_EQ(Reported(), "");
}

TEST_F(ArgumentsTest, RawArgumentsAreUnwrapped) {
  Begin(R"({"_raw_arguments":"{\"broken\": \ud800"})");
  EXPECT_EQ(AsString(), R"("{\"broken\": \ud800")");
  EXPECT_EQ(Reported(), "");
  // Only when it is the only member, and text.
  Begin(R"({"_raw_arguments":"x","b":1})");
  EXPECT_EQ(AsString(), R"("{\"_raw_arguments\":\"x\",\"b\":1}")");
  Begin(R"({"_raw_arguments":1})");
  EXPECT_EQ(AsString(), R"("{\"_raw_arguments\":1}")");
  EXPECT_EQ(Reported(), "");
}

TEST_F(ArgumentsTest, RawArgumentsWithoutANodeAreUnwrapped) {
  Begin(R"({"_raw_arguments": "{\"broken\": \ud800"})");
  arguments_.json.node = kNoNode;  // as from the aggregate of a stream
  EXPECT_EQ(AsString(), R"("{\"broken\": \ud800")");
  Begin(R"({"_raw_arguments":"x","b":1})");
  arguments_.json.node = kNoNode;
  EXPECT_EQ(AsString(), R"("{\"_raw_arguments\":\"x\",\"b\":1}")");
}

TEST_F(ArgumentsTest, RawArgumentsAsTextAreUnwrapped) {
  Begin(R"("{\"_raw_arguments\": \"{\\\"a\\\": \"}")");
  EXPECT_EQ(AsString(), R"("{\"a\": ")");
  EXPECT_EQ(Reported(), "");
  // Text that is not the wrapper stays as it came.
  for (std::string_view text :
       {R"("{\"_raw_arguments\":\"x\",\"b\":1}")", R"("{\"_raw_arguments\":\"x\"")",
        R"("{\"_raw_arguments\":\"\ud800\"}")", R"("_raw_arguments")"}) {
    Begin(text);
    EXPECT_EQ(AsString(), text);
    EXPECT_EQ(Reported(), "");
  }
}

TEST_F(ArgumentsTest, ObjectAsObjectStaysAsItCame) {
  Begin(R"({"b":1e2,"a":"\/","b":null})");
  EXPECT_EQ(AsObject(), R"({"b":1e2,"a":"\/","b":null})");
  EXPECT_EQ(Reported(), "");
}

TEST_F(ArgumentsTest, TextAsObject) {
  Begin(R"("{\"a\":1.0,\"n\":\"x\\ny \\u00e9 \u4e2d\",\"a\":2}")");
  EXPECT_EQ(AsObject(), "{\"a\":1.0,\"n\":\"x\\ny \\u00e9 \xE4\xB8\xAD\",\"a\":2}");
  EXPECT_EQ(Reported(), "");
  Begin("\"{}\"");
  EXPECT_EQ(AsObject(), "{}");
  EXPECT_EQ(Reported(), "");
}

TEST_F(ArgumentsTest, TextAsObjectIsSqueezed) {
  Begin(R"("\ufeff\n{\n  \"a\" : [ 1, \"b c\" ]\r\n}\n")");
  EXPECT_EQ(AsObject(), R"({"a":[1,"b c"]})");
  EXPECT_EQ(Reported(), "");
}

TEST_F(ArgumentsTest, NoneAsObject) {
  Begin("1");
  arguments_ = {};
  EXPECT_EQ(AsObject(), "{}");
  Begin("\"\"");
  EXPECT_EQ(AsObject(), "{}");
  EXPECT_EQ(Reported(), "");
}

TEST_F(ArgumentsTest, BrokenTextIsWrappedAndReported) {
  for (std::string_view text : {R"("{\"a\": 1")", R"("[1]")", R"("null")", R"("3")",
                                R"("not json")", R"(" ")", R"("{\"a\":1} x")", R"("\ud800")"}) {
    Begin(text);
    EXPECT_EQ(AsObject(), "{\"_raw_arguments\":" + std::string(text) + "}");
    EXPECT_EQ(Reported(), "/x: arguments-wrapped;") << text;
  }
}

TEST_F(ArgumentsTest, ALoneSurrogateCannotBeCarriedAsText) {
  Begin(R"("{\"lone\":\"\ud800\"}")");
  EXPECT_EQ(AsObject(), "{\"lone\":\"\xEF\xBF\xBD\"}");
  EXPECT_EQ(Reported(), "/x: lone-surrogate;");
}

// An escape of a lone surrogate inside the inner JSON is its business.
TEST_F(ArgumentsTest, AnEscapedLoneSurrogateInsideIsCarried) {
  Begin(R"("{\"lone\":\"\\ud800\"}")");
  EXPECT_EQ(AsObject(), R"({"lone":"\ud800"})");
  EXPECT_EQ(Reported(), "");
}

TEST_F(ArgumentsTest, OtherJsonAsObjectIsWrapped) {
  Begin("[1, \"x\"]");
  EXPECT_EQ(AsObject(), R"({"_raw_arguments":"[1, \"x\"]"})");
  EXPECT_EQ(Reported(), "/x: arguments-wrapped;");
}

TEST_F(ArgumentsTest, WrappingAndUnwrappingGivesTheTextBack) {
  for (std::string_view text : {R"("{\"a\": 1")", R"("\ud800 \u0000 \/")", R"("plain")"}) {
    Begin(text);
    std::string wrapped = AsObject();
    Begin(wrapped);
    EXPECT_EQ(AsString(), text);
  }
}

// What a stream held: spans without a node.
TEST_F(ArgumentsTest, WithoutANode) {
  Begin("0");
  accounting_.Use(0);
  arguments_ = {Text::Plain("{\"a\":\"\n\"}"), {}};
  EXPECT_EQ(AsObject(), R"({"_raw_arguments":"{\"a\":\"\n\"}"})");
  EXPECT_EQ(Reported(), ": arguments-wrapped;");
  Begin("0");
  accounting_.Use(0);
  arguments_ = {Text::Plain("{\"a\": 1}"), {}};
  EXPECT_EQ(AsObject(), R"({"a": 1})");
  EXPECT_EQ(AsString(), R"("{\"a\": 1}")");
  arguments_ = {{}, Raw{"{\"a\": 1}", kNoNode}};
  EXPECT_EQ(AsObject(), R"({"a":1})");
  EXPECT_EQ(AsString(), R"("{\"a\": 1}")");
  EXPECT_EQ(Reported(), "");
}

TEST_F(ArgumentsTest, TooDeepTextIsWrapped) {
  std::string deep = "\"{\\\"a\\\":";
  for (int i = 0; i < 200; ++i) deep += "[";
  for (int i = 0; i < 200; ++i) deep += "]";
  deep += "}\"";
  Begin(deep);
  EXPECT_EQ(AsObject(), "{\"_raw_arguments\":" + deep + "}");
  EXPECT_EQ(Reported(), "/x: arguments-wrapped;");
}

TEST(TakerTest, TakesOrKeeps) {
  PaddedText text(
      R"({"s":"x","n":1.5,"b":true,"i":2,"neg":-1,"real":1.5,"o":{},"a":[],"null":null,"bad":7})");
  Document document;
  ASSERT_TRUE(document.Parse(text.view()));
  Document scratch;
  Arena arena;
  std::string buffer;
  Limits limits;
  Accounting accounting;
  accounting.Begin(document, "t");
  CodecContext context{accounting, arena, scratch, buffer, limits, {}};
  Taker take(context);
  Extras extras;
  auto member = [&](std::string_view name) {
    for (Member m : Value(document, 0).members()) {
      if (m.key.Is(name)) return m;
    }
    return Member();
  };
  auto wrong = [&](std::string_view name) {
    return (document.node(member(name).value.id()).flags & JsonNode::kWrongType) != 0;
  };

  Text s;
  take.Take(member("s"), s, extras);
  EXPECT_TRUE(s.Is("x"));
  Number n;
  take.Take(member("n"), n, extras);
  EXPECT_EQ(n.json, "1.5");
  Sourced<bool> b;
  take.Take(member("b"), b, extras);
  EXPECT_TRUE(b.Is(true));
  Sourced<std::int64_t> i;
  take.Take(member("i"), i, extras);
  EXPECT_TRUE(i.Is(2));
  Raw o;
  take.TakeObject(member("o"), o, extras);
  EXPECT_EQ(o.json, "{}");
  Raw a;
  take.TakeArray(member("a"), a, extras);
  EXPECT_EQ(a.json, "[]");
  EXPECT_TRUE(extras.empty());

  Sourced<std::int64_t> count;
  take.Take(member("neg"), count, extras);
  take.Take(member("real"), count, extras);
  Text none;
  take.Take(member("null"), none, extras);
  take.Take(member("bad"), none, extras);
  Raw raw;
  take.TakeObject(member("a"), raw, extras);
  take.TakeArray(member("o"), raw, extras);
  take.TakeRaw(member("null"), raw, extras);
  EXPECT_FALSE(count.present() || none.present() || raw.present());
  ASSERT_EQ(extras.size(), 7u);
  EXPECT_EQ(extras[0].name.bytes, "neg");
  EXPECT_EQ(extras[6].value.json, "null");
  EXPECT_TRUE(wrong("neg") && wrong("real") && wrong("bad") && wrong("a") && wrong("o"));
  EXPECT_FALSE(wrong("null"));
  take.TakeRaw(member("bad"), raw, extras);
  EXPECT_EQ(raw.json, "7");
}

}  // namespace
}  // namespace aiproxy
