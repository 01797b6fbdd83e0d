#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "core/protocols/gemini_generate/codec.h"
#include "core/stream/grammar_checker.h"

namespace aiproxy {
namespace {

/// Frames through the decoder; what comes out is told in short: T"text" R"thoughts" C[id
/// name]"args".
class Frames : public EventSink {
 public:
  explicit Frames(const Limits& limits = {}, std::string_view target = "openai-chat")
      : limits_(limits), target_(target) {}

  Status Push(std::string_view data) {
    const PaddedText& text = texts_.emplace_back(data);
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
  /// A frame with one candidate.
  Status Parts(std::string_view parts, std::string_view more = "", int index = 0) {
    return Push(R"({"candidates":[{"index":)" + std::to_string(index) +
                R"(,"content":{"role":"model","parts":[)" + std::string(parts) + "]}" +
                std::string(more) + R"(}],"responseId":"r","modelVersion":"gemini-3-pro"})");
  }
  Status Finish() { return decoder_->Finish(context_, checker_); }
  bool done() const { return decoder_->done(); }
  const std::string& told() const { return told_; }
  const std::string& reported() const { return reported_; }

  Status OnEvent(const StreamEvent& event) override {
    std::visit(
        Overloaded{
            [&](const StreamStart& e) { told_ += "start(" + e.id.Decode() + ") "; },
            [&](const BlockStart& e) { Tell(e); },
            [&](const BlockDelta& e) {
              for (NodeId node : {e.text.node, e.signature.node}) Use(node);
              told_ += e.text.Decode();
              if (e.signature.present()) told_ += "#" + e.signature.Decode();
            },
            [&](const BlockCitation& e) { told_ += "(" + e.citation.url.Decode() + ")"; },
            [&](const BlockEnd&) { told_ += "; "; },
            [&](const StreamUsage& e) {
              for (NodeId node : {e.usage.input.node, e.usage.output.node}) Use(node);
              told_ += "usage " + std::to_string(e.usage.output.value) + " ";
            },
            [&](const StreamFinish& e) {
              told_ += "finish" + std::to_string(e.candidate) + "(" + e.reason.raw.Decode() + ") ";
            },
            [&](const StreamMetadata&) { told_ += "metadata "; },
            [](const OpaqueEvent&) {},
            [&](const StreamError& e) { told_ += "error(" + e.error.message.Decode() + ")"; },
            [&](const StreamEnd&) { told_ += "end"; },
        },
        event.variant());
    return Ok();
  }

 private:
  void Use(NodeId node) {
    if (node != kNoNode) accounting_.Use(node);
  }
  void Tell(const BlockStart& start) {
    if (start.candidate != 0) told_ += std::to_string(start.candidate);
    switch (start.kind) {
      case BlockKind::kText:
        told_ += "T ";
        break;
      case BlockKind::kReasoning:
        told_ += "R ";
        break;
      case BlockKind::kToolCall:
        told_ += "C[" + start.tool_name.Decode() + "] ";
        for (NodeId node : {start.tool_call_id.node, start.tool_name.node}) Use(node);
        break;
      case BlockKind::kMedia:
        told_ += "M ";
        break;
      case BlockKind::kRefusal:
      case BlockKind::kOpaque:
        told_ += "O ";
        break;
    }
  }

  Limits limits_;
  std::string_view target_;
  std::deque<PaddedText> texts_;
  Document document_;
  Document scratch_;
  Arena arena_;
  std::string buffer_;
  Accounting accounting_;
  CodecContext context_{accounting_, arena_, scratch_, buffer_, limits_, {}};
  GrammarChecker checker_{*this};
  std::unique_ptr<StreamDecoder> decoder_ = kGeminiGenerate.new_stream_decoder(limits_);
  std::string told_;
  std::string reported_;
};

constexpr std::string_view kStop = R"(,"finishReason":"STOP")";

TEST(GeminiStreamDecode, PiecesOfOneKindAreOneBlock) {
  Frames frames;
  ASSERT_TRUE(frames.Parts(R"({"text":"a","thought":true},{"text":"b","thought":true})"));
  ASSERT_TRUE(frames.Parts(R"({"text":"c"})"));
  ASSERT_TRUE(frames.Parts(R"({"text":"d"},{"functionCall":{"name":"f","args":{"x":1}}})"));
  ASSERT_TRUE(frames.Parts(R"({"text":""})", kStop));
  ASSERT_TRUE(frames.Finish());
  EXPECT_EQ(frames.told(), "start(r) R ab; T cd; C[f] {\"x\":1}; finish0(STOP) end");
  EXPECT_EQ(frames.reported(), "");
}

TEST(GeminiStreamDecode, TheLastFinishAndEveryUsageCount) {
  Frames frames;
  ASSERT_TRUE(
      frames.Push(R"({"candidates":[{"content":{"parts":[{"text":"a"}]},)"
                  R"("finishReason":"STOP"}],"usageMetadata":{"candidatesTokenCount":1}})"));
  ASSERT_TRUE(frames.Push(R"({"candidates":[{"content":{"parts":[{"text":"b"}]},)"
                          R"("finishReason":"MAX_TOKENS"}],)"
                          R"("usageMetadata":{"candidatesTokenCount":2}})"));
  ASSERT_TRUE(frames.Finish());
  EXPECT_EQ(frames.told(), "start() T ausage 1 busage 2 ; finish0(MAX_TOKENS) end");
}

TEST(GeminiStreamDecode, AFinishWithoutContentIsEnough) {
  Frames frames;
  ASSERT_TRUE(frames.Push(R"({"candidates":[]})"));
  ASSERT_TRUE(frames.Push(R"({"candidates":[{}]})"));
  ASSERT_TRUE(frames.Push(R"({"candidates":[{"finishReason":"SAFETY"}]})"));
  ASSERT_TRUE(frames.Finish());
  EXPECT_EQ(frames.told(), "start() finish0(SAFETY) end");
  EXPECT_EQ(frames.reported(), "");
}

TEST(GeminiStreamDecode, ABlockedPromptIsAnAnswer) {
  Frames frames;
  ASSERT_TRUE(frames.Push(R"({"promptFeedback":{"blockReason":"SAFETY"}})"));
  ASSERT_TRUE(frames.Finish());
  EXPECT_EQ(frames.told(), "start() finish0(SAFETY) end");
}

TEST(GeminiStreamDecode, CandidatesInterleave) {
  Frames frames;
  ASSERT_TRUE(frames.Push(R"({"candidates":[{"content":{"parts":[{"text":"a"}]}},)"
                          R"({"content":{"parts":[{"text":"b"}]}}]})"));
  ASSERT_TRUE(frames.Parts(R"({"text":"c"})", kStop, 1));
  ASSERT_TRUE(frames.Parts(R"({"text":"d"})", kStop, 0));
  ASSERT_TRUE(frames.Finish());
  EXPECT_EQ(frames.told(), "start() T a1T bcd; finish0(STOP) ; finish1(STOP) end");
}

TEST(GeminiStreamDecode, AnErrorEndsIt) {
  Frames frames;
  ASSERT_TRUE(frames.Parts(R"({"text":"a"})"));
  ASSERT_TRUE(frames.Push(R"({"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}})"));
  EXPECT_TRUE(frames.done());
  ASSERT_TRUE(frames.Parts(R"({"text":"b"})"));
  ASSERT_TRUE(frames.Finish());
  EXPECT_EQ(frames.told(), "start(r) T aerror(busy)");
}

TEST(GeminiStreamDecode, WithoutAFinishItWasCut) {
  Frames frames;
  ASSERT_TRUE(frames.Parts(R"({"functionCall":{"name":"f","willContinue":true}})"));
  ASSERT_TRUE(frames.Finish());
  EXPECT_TRUE(frames.told().starts_with("start(r) error(")) << frames.told();
  Frames empty;
  ASSERT_TRUE(empty.Finish());
  EXPECT_TRUE(empty.told().starts_with("error(")) << empty.told();
}

TEST(GeminiStreamDecode, SignaturesStandBeforeWhatTheySign) {
  Frames frames;
  ASSERT_TRUE(frames.Parts(R"({"text":"a"},{"text":"b","thoughtSignature":"S1"})"));
  ASSERT_TRUE(frames.Parts(R"({"text":"t","thought":true,"thoughtSignature":"S2"})"));
  ASSERT_TRUE(frames.Parts(R"({"text":"","thoughtSignature":"S3"})", kStop));
  ASSERT_TRUE(frames.Finish());
  EXPECT_EQ(frames.told(), "start(r) T a; R #S1; T b; R t#S2; R #S3; finish0(STOP) end");
}

TEST(GeminiStreamDecode, CallsInPiecesAreOneCall) {
  Frames frames;
  ASSERT_TRUE(frames.Parts(R"({"functionCall":{"name":"f","willContinue":true,"odd":1}})"));
  ASSERT_TRUE(frames.Parts(
      R"({"function_call":{"partial_args":[{"json_path":"$.a","string_value":"x"}],"will_continue":true}})"));
  ASSERT_TRUE(frames.Parts(R"({"functionCall":{"name":"g","args":{}}})", kStop));
  ASSERT_TRUE(frames.Finish());
  EXPECT_EQ(frames.told(), "start(r) C[g] {}; C[f] {\"a\":\"x\"}; finish0(STOP) end");
  EXPECT_EQ(frames.reported(), " /candidates/0/content/parts/0/functionCall/odd");
}

TEST(GeminiStreamDecode, WhatCannotBeReadIsAnError) {
  for (
      std::string_view data :
      {"[1]", "\"x\"", R"({"candidates":[{"index":-1}]})", R"({"candidates":[{"index":5000}]})",
       R"({"candidates":[{"content":{"parts":["x"]}}]})",
       R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","partialArgs":[{}]}}]}}]})"}) {
    Frames frames;
    EXPECT_FALSE(frames.Push(data)) << data;
  }
}

TEST(GeminiStreamDecode, WhatIsHeldBackIsBounded) {
  Limits limits;
  limits.max_accumulated_bytes = 200;
  Frames frames(limits, "gemini-generate");
  EXPECT_TRUE(frames.Push(R"({"odd":")" + std::string(100, 'x') + R"("})"));
  EXPECT_TRUE(frames.Push(R"({"odd":")" + std::string(120, 'y') + R"("})"));  // in its place
  EXPECT_FALSE(frames.Push(R"({"more":")" + std::string(100, 'z') + R"("})"));
}

}  // namespace
}  // namespace aiproxy
