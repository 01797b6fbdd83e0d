#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "core/protocols/openai_chat/codec.h"
#include "core/stream/grammar_checker.h"

namespace aiproxy {
namespace {

/// Chunks through the decoder; what comes out is told in short: T"text" R"reasoning" C[id
/// name]"args".
class Chunks : public EventSink {
 public:
  explicit Chunks(const Limits& limits = {}, std::string_view target = "anthropic-messages")
      : limits_(limits), target_(target) {}

  /// One frame that is data as it stands.
  Status Push(std::string_view data) {
    const PaddedText& text = texts_.emplace_back(data);
    document_.Clear();
    arena_.Reset();
    accounting_.Begin(document_, target_);
    Status status = decoder_->Push({"", text.view()}, context_, checker_);
    if (status) accounting_.Settle();
    for (const Finding& finding : accounting_.findings()) {
      reported_ += ' ';
      document_.AppendPointer(finding.node, reported_);
    }
    return status;
  }
  /// A chunk with one choice.
  Status Delta(std::string_view delta, std::string_view finish = "null", int index = 0) {
    return Push(R"({"id":"c","choices":[{"index":)" + std::to_string(index) + R"(,"delta":)" +
                std::string(delta) + R"(,"finish_reason":)" + std::string(finish) + "}]}");
  }
  Status Finish() { return decoder_->Finish(context_, checker_); }
  bool done() const { return decoder_->done(); }
  const std::string& told() const { return told_; }
  const std::string& reported() const { return reported_; }

  Status OnEvent(const StreamEvent& event) override {
    std::visit(Overloaded{
                   [&](const StreamStart& e) { told_ += "start(" + e.id.Decode() + ") "; },
                   [&](const BlockStart& e) { Tell(e); },
                   [&](const BlockDelta& e) {
                     Use(e.text.node);
                     Use(e.signature.node);
                     told_ += e.text.Decode();
                     if (e.signature.present()) told_ += "#" + e.signature.Decode();
                   },
                   [](const BlockCitation&) {},
                   [&](const BlockEnd&) { told_ += "; "; },
                   [&](const StreamUsage& e) {
                     for (NodeId node : {e.usage.input.node, e.usage.output.node}) Use(node);
                     told_ += "usage " + std::to_string(e.usage.input.value) + " ";
                   },
                   [&](const StreamFinish& e) {
                     Use(e.reason.raw.node);
                     told_ += "finish(" + e.reason.raw.Decode() + ") ";
                   },
                   [&](const StreamMetadata& e) {
                     for (const ExtraMember& extra : e.extras)
                       told_ += "+" + extra.name.Decode() + " ";
                   },
                   [](const OpaqueEvent&) {},
                   [&](const StreamError& e) {
                     Use(e.error.message.node);
                     told_ += "error: " + e.error.message.Decode();
                   },
                   [&](const StreamEnd&) { told_ += "end"; },
               },
               event.variant());
    return Ok();
  }

 private:
  void Tell(const BlockStart& start) {
    switch (start.kind) {
      case BlockKind::kText:
        told_ += "T:";
        break;
      case BlockKind::kRefusal:
        told_ += "N:";
        break;
      case BlockKind::kReasoning:
        told_ += "R:";
        break;
      case BlockKind::kToolCall:
        told_ += "C[" + start.tool_call_id.Decode() + " " + start.tool_name.Decode() + "]";
        break;
      case BlockKind::kMedia:
        told_ += "M:";
        break;
      case BlockKind::kOpaque:
        told_ += "O:";
        break;
    }
  }
  void Use(NodeId node) {
    if (node != kNoNode) accounting_.Use(node);
  }

  Limits limits_;
  std::string_view target_;
  Document document_;
  Document scratch_;
  Accounting accounting_;
  Arena arena_;
  std::string buffer_;
  CodecContext context_{accounting_, arena_, scratch_, buffer_, limits_, {}};
  std::deque<PaddedText> texts_;
  std::string told_;
  std::string reported_;
  GrammarChecker checker_{*this};
  std::unique_ptr<StreamDecoder> decoder_ = kOpenAiChat.new_stream_decoder(limits_);
};

TEST(OpenAiStream, ReadsTextAndEndsWithDone) {
  Chunks chunks;
  ASSERT_TRUE(chunks.Delta(R"({"role":"assistant","content":""})"));
  ASSERT_TRUE(chunks.Delta(R"({"content":"H"})"));
  ASSERT_TRUE(chunks.Delta(R"({"content":"i"})"));
  ASSERT_TRUE(chunks.Delta("{}", R"("stop")"));
  ASSERT_TRUE(chunks.Push("[DONE]"));
  EXPECT_EQ(chunks.told(), "start(c) T:Hi; finish(stop) end");
  EXPECT_TRUE(chunks.done());
}

TEST(OpenAiStream, AChunkThatRepeatsAnotherIsReadTheSame) {
  Chunks chunks;
  for (const char* text : {"", "a", "b", "", "\\n", "c"}) {
    ASSERT_TRUE(chunks.Delta(R"({"content":")" + std::string(text) + R"("})"));
  }
  ASSERT_TRUE(chunks.Delta(R"({"tool_calls":[{"index":0,"id":"x","function":{"name":"f"}}]})"));
  ASSERT_TRUE(chunks.Delta(R"({"content":"d"})"));
  ASSERT_TRUE(chunks.Delta("{}", R"("tool_calls")"));
  ASSERT_TRUE(chunks.Delta(R"({"content":"late"})"));
  EXPECT_EQ(chunks.told(), "start(c) T:ab\nc; C[x f]; T:d; finish(tool_calls) ");
  EXPECT_EQ(chunks.reported(), " /id /choices/0/delta");
}

TEST(OpenAiStream, AFinishWithoutDoneIsAnEnd) {
  Chunks chunks;
  ASSERT_TRUE(chunks.Delta(R"({"content":"ok"})", R"("stop")"));
  ASSERT_TRUE(chunks.Finish());
  EXPECT_EQ(chunks.told(), "start(c) T:ok; finish(stop) end");
}

TEST(OpenAiStream, WithoutFinishAndDoneItWasCut) {
  Chunks chunks;
  ASSERT_TRUE(chunks.Delta(R"({"content":"ok"})"));
  ASSERT_TRUE(chunks.Finish());
  EXPECT_EQ(chunks.told(), "start(c) T:okerror: upstream stream ended before it was complete");
}

TEST(OpenAiStream, EveryChoiceHasToFinish) {
  Chunks chunks;
  ASSERT_TRUE(chunks.Delta(R"({"content":"a"})", "null", 0));
  ASSERT_TRUE(chunks.Delta(R"({"content":"b"})", R"("stop")", 1));
  ASSERT_TRUE(chunks.Finish());
  EXPECT_NE(chunks.told().find("error"), std::string::npos);
}

TEST(OpenAiStream, ArgumentsMayComeBeforeTheName) {
  Chunks chunks;
  ASSERT_TRUE(chunks.Delta(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]})"));
  ASSERT_TRUE(chunks.Delta(R"({"tool_calls":[{"index":0,"id":"t","function":{"name":"w"}}]})"));
  ASSERT_TRUE(chunks.Delta(R"({"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]})"));
  ASSERT_TRUE(chunks.Delta("{}", R"("tool_calls")"));
  EXPECT_EQ(chunks.told(), R"(start(c) C[t w]{"a":1}; finish(tool_calls) )");
}

TEST(OpenAiStream, ACallWithoutIdGetsOneAtTheFinish) {
  Chunks chunks;
  ASSERT_TRUE(
      chunks.Delta(R"({"tool_calls":[{"index":0,"function":{"name":"w","arguments":"{}"}}]})"));
  ASSERT_TRUE(chunks.Delta("{}", R"("tool_calls")"));
  EXPECT_EQ(chunks.told(), "start(c) C[call_0 w]{}; finish(tool_calls) ");
}

TEST(OpenAiStream, CallsThatInterleaveComeOneAfterTheOther) {
  Chunks chunks;
  ASSERT_TRUE(chunks.Delta(
      R"({"tool_calls":[{"index":0,"id":"x","function":{"name":"f","arguments":"1"}}]})"));
  ASSERT_TRUE(chunks.Delta(
      R"({"tool_calls":[{"index":1,"id":"y","function":{"name":"g","arguments":"3"}}]})"));
  ASSERT_TRUE(chunks.Delta(R"({"tool_calls":[{"index":0,"function":{"arguments":"2"}}]})"));
  ASSERT_TRUE(chunks.Delta(R"({"tool_calls":[{"index":1,"function":{"arguments":"4"}}]})"));
  ASSERT_TRUE(chunks.Delta("{}", R"("tool_calls")"));
  EXPECT_EQ(chunks.told(), "start(c) C[x f]12; C[y g]34; finish(tool_calls) ");
}

TEST(OpenAiStream, ANewIdAtTheSameIndexIsANewCall) {
  Chunks chunks;
  ASSERT_TRUE(chunks.Delta(
      R"({"tool_calls":[{"index":0,"id":"x","function":{"name":"f","arguments":"{}"}}]})"));
  ASSERT_TRUE(chunks.Delta(
      R"({"tool_calls":[{"index":0,"id":"y","function":{"name":"f","arguments":"[]"}}]})"));
  ASSERT_TRUE(chunks.Delta("{}", R"("tool_calls")"));
  EXPECT_EQ(chunks.told(), "start(c) C[x f]{}; C[y f][]; finish(tool_calls) ");
}

TEST(OpenAiStream, ASignatureBelongsToTheReasoningBeforeIt) {
  Chunks chunks;
  ASSERT_TRUE(chunks.Delta(
      R"({"content":"","reasoning":"r","reasoning_details":[{"type":"reasoning.text","text":"r","index":0}]})"));
  ASSERT_TRUE(chunks.Delta(
      R"({"content":"","reasoning_details":[{"type":"reasoning.text","signature":"s","index":0}]})"));
  ASSERT_TRUE(chunks.Delta(R"({"content":"t"})", R"("stop")"));
  EXPECT_EQ(chunks.told(), "start(c) R:r#s; T:t; finish(stop) ");
}

TEST(OpenAiStream, WhatComesBeforeTheStartHasNoIdToGive) {
  Chunks chunks;
  ASSERT_TRUE(
      chunks.Push(R"({"id":"","model":"","choices":[],"prompt_filter_results":[{"x":1}]})"));
  EXPECT_EQ(chunks.told(), "");
  EXPECT_EQ(chunks.reported(), " /prompt_filter_results");
  ASSERT_TRUE(chunks.Delta(R"({"content":"a"})"));
  EXPECT_EQ(chunks.told(), "start(c) T:a");
}

TEST(OpenAiStream, WhatComesBeforeTheStartIsKeptForItsOwnProtocol) {
  Chunks chunks({}, "openai-chat");
  ASSERT_TRUE(
      chunks.Push(R"({"id":"","model":"","choices":[],"prompt_filter_results":[{"x":1}]})"));
  ASSERT_TRUE(chunks.Delta(R"({"content":"a"})"));
  EXPECT_EQ(chunks.told(), "start(c) +prompt_filter_results T:a");
}

TEST(OpenAiStream, AnErrorEndsIt) {
  Chunks chunks;
  ASSERT_TRUE(chunks.Delta(R"({"content":"a"})"));
  ASSERT_TRUE(chunks.Push(R"({"error":{"message":"m","code":429}})"));
  EXPECT_TRUE(chunks.done());
  ASSERT_TRUE(chunks.Push("[DONE]"));
  ASSERT_TRUE(chunks.Finish());
  EXPECT_EQ(chunks.told(), "start(c) T:aerror: m");
}

TEST(OpenAiStream, DoneWithoutAnythingBeforeItIsCut) {
  Chunks chunks;
  ASSERT_TRUE(chunks.Push("[DONE]"));
  EXPECT_EQ(chunks.told(), "error: upstream stream ended before it was complete");
}

TEST(OpenAiStream, UsageNullIsNoUsage) {
  Chunks chunks;
  ASSERT_TRUE(chunks.Push(R"({"id":"c","choices":[],"usage":null})"));
  ASSERT_TRUE(chunks.Push(R"({"id":"c","choices":[],"usage":{"prompt_tokens":7}})"));
  EXPECT_EQ(chunks.told(), "start(c) usage 7 ");
}

TEST(OpenAiStream, ArgumentsThatWaitAreBounded) {
  Limits limits;
  limits.max_accumulated_bytes = 20;
  Chunks chunks(limits);
  std::string_view piece = R"({"tool_calls":[{"index":0,"function":{"arguments":"0123456789"}}]})";
  ASSERT_TRUE(chunks.Delta(piece));
  ASSERT_TRUE(chunks.Delta(piece));
  Status status = chunks.Delta(piece);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
}

TEST(OpenAiStream, ChoicesAndCallsAreBounded) {
  Limits limits;
  limits.max_open_blocks = 2;
  Chunks chunks(limits);
  ASSERT_TRUE(chunks.Delta("{}", "null", 0));
  ASSERT_TRUE(chunks.Delta("{}", "null", 1));
  Status status = chunks.Delta("{}", "null", 2);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
  status = chunks.Delta(R"({"tool_calls":[{"index":0},{"index":1},{"index":2}]})");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
}

TEST(OpenAiStream, AWrongStructureIsAnErrorWithItsPlace) {
  Chunks chunks;
  Status status = chunks.Push(R"({"id":"c","choices":[7]})");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().pointer, "/choices/0");
}

}  // namespace
}  // namespace aiproxy
