#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <string_view>

#include "core/protocols/bedrock_converse/codec.h"
#include "core/stream/grammar_checker.h"

namespace aiproxy {
namespace {

/// Frames of this protocol through the decoder, the grammar checker and (as if they came from
/// elsewhere) the encoder; written as text, so that a test can read it.
class Stream : public EventSink {
 public:
  Stream() { accounting_.Begin(document_, "bedrock-converse"); }

  Status Push(std::string_view event, std::string_view data,
              Frame::Type type = Frame::Type::kEvent) {
    const PaddedText& text = texts_.emplace_back(data);
    return decoder_->Push({event, text.view(), type}, context_, checker_);
  }
  Status Finish() { return decoder_->Finish(context_, checker_); }
  bool done() const { return decoder_->done(); }

  Status OnEvent(const StreamEvent& event) override {
    if (const StreamStart* start = std::get_if<StreamStart>(&event.variant())) {
      StreamStart foreign = *start;
      foreign.protocol = "elsewhere";
      return encoder_->Push(foreign, context_);
    }
    return encoder_->Push(event, context_);
  }

  std::string text() const { return output_.ToString(); }

 private:
  Limits limits_;
  Document document_;
  Document scratch_;
  Accounting accounting_;
  Arena arena_;
  std::string buffer_;
  CodecContext context_{accounting_, arena_, scratch_, buffer_, limits_, {}};
  std::deque<PaddedText> texts_;
  Output output_;
  FrameWriter frames_{Framing::kSse, output_};
  std::unique_ptr<StreamDecoder> decoder_ = kBedrockConverse.new_stream_decoder(limits_);
  std::unique_ptr<StreamEncoder> encoder_ = kBedrockConverse.new_stream_encoder(frames_);
  GrammarChecker checker_{*this};
};

constexpr std::string_view kStarted = "event: messageStart\ndata: {\"role\":\"assistant\"}\n\n";

TEST(BedrockStream, GivesAnIndexToBlocksWithContentOnly) {
  Stream stream;
  ASSERT_TRUE(stream.Push("messageStart", R"({"role":"assistant","p":"abc"})"));
  ASSERT_TRUE(stream.Push("contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":""}})"));
  ASSERT_TRUE(stream.Push("contentBlockStop", R"({"contentBlockIndex":0})"));
  ASSERT_TRUE(stream.Push("contentBlockDelta", R"({"contentBlockIndex":1,"delta":{"text":"a"}})"));
  ASSERT_TRUE(stream.Push("contentBlockStop", R"({"contentBlockIndex":1})"));
  EXPECT_EQ(stream.text(), std::string(kStarted) +
                               "event: contentBlockDelta\n"
                               "data: {\"contentBlockIndex\":0,\"delta\":{\"text\":\"a\"}}\n\n"
                               "event: contentBlockStop\ndata: {\"contentBlockIndex\":0}\n\n");
}

TEST(BedrockStream, OpensABlockAnewForADeltaOfAnotherKind) {
  Stream stream;
  ASSERT_TRUE(stream.Push("messageStart", R"({"role":"assistant"})"));
  ASSERT_TRUE(stream.Push("contentBlockDelta",
                          R"({"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"h"}}})"));
  ASSERT_TRUE(stream.Push("contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"a"}})"));
  EXPECT_NE(stream.text().find("{\"contentBlockIndex\":1,\"delta\":{\"text\":\"a\"}}"),
            std::string::npos)
      << stream.text();
}

TEST(BedrockStream, WritesTheLastSignatureAtTheEndOfItsBlock) {
  Stream stream;
  ASSERT_TRUE(stream.Push("messageStart", R"({"role":"assistant"})"));
  for (std::string_view signature : {"UzE=", "UzI="}) {
    std::string delta = R"({"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":")";
    ASSERT_TRUE(stream.Push("contentBlockDelta", delta.append(signature).append("\"}}}")));
  }
  ASSERT_TRUE(stream.Push("contentBlockStop", R"({"contentBlockIndex":0})"));
  EXPECT_EQ(stream.text().find("UzE="), std::string::npos);
  EXPECT_NE(stream.text().find(R"({"reasoningContent":{"signature":"UzI="}})"), std::string::npos);
}

TEST(BedrockStream, EndsBehindItsMetadata) {
  Stream stream;
  ASSERT_TRUE(stream.Push("messageStart", R"({"role":"assistant"})"));
  ASSERT_TRUE(stream.Push("messageStop", R"({"stopReason":"end_turn"})"));
  EXPECT_FALSE(stream.done());
  ASSERT_TRUE(
      stream.Push("metadata", R"({"usage":{"inputTokens":3,"outputTokens":4,"totalTokens":7}})"));
  EXPECT_TRUE(stream.done());
  EXPECT_NE(stream.text().find("\"totalTokens\":7}"), std::string::npos);
}

TEST(BedrockStream, IsCutWithoutAMessageStop) {
  Stream stream;
  ASSERT_TRUE(stream.Push("messageStart", R"({"role":"assistant"})"));
  ASSERT_TRUE(stream.Push("contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"a"}})"));
  ASSERT_TRUE(stream.Finish());
  EXPECT_NE(stream.text().find("event: internalServerException\n"), std::string::npos);
}

TEST(BedrockStream, IsOverWithAnException) {
  Stream stream;
  ASSERT_TRUE(stream.Push("throttlingException", R"({"message":"slow"})", Frame::Type::kException));
  EXPECT_TRUE(stream.done());
  EXPECT_NE(stream.text().find("event: throttlingException\ndata: {\"message\":\"slow\"}"),
            std::string::npos);
}

}  // namespace
}  // namespace aiproxy
