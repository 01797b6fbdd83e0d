#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/protocols/anthropic_messages/codec.h"
#include "core/stream/grammar_checker.h"

namespace aiproxy {
namespace {

/// Frames of this protocol through the decoder, the grammar checker and (as if they came from
/// elsewhere, unless `same`) the encoder.
class Stream : public EventSink {
 public:
  explicit Stream(const Limits& limits = {}, bool same = false) : limits_(limits), same_(same) {
    accounting_.Begin(document_, "anthropic-messages");
  }

  Status Push(std::string_view data) {
    const PaddedText& text = texts_.emplace_back(data);
    return decoder_->Push({"", text.view()}, context_, checker_);
  }
  Status Finish() { return decoder_->Finish(context_, checker_); }
  bool done() const { return decoder_->done(); }

  Status OnEvent(const StreamEvent& event) override {
    if (const StreamStart* start = std::get_if<StreamStart>(&event.variant()); start && !same_) {
      StreamStart foreign = *start;
      foreign.protocol = "elsewhere";
      return encoder_->Push(foreign, context_);
    }
    return encoder_->Push(event, context_);
  }

  /// The types of the events written, in order.
  std::string Types() const {
    std::string types;
    std::string text = output_.ToString();
    for (std::size_t at = text.find("event: "); at != text.npos;
         at = text.find("event: ", at + 1)) {
      types += text.substr(at + 7, text.find('\n', at) - at - 7) + " ";
    }
    return types;
  }
  std::string text() const { return output_.ToString(); }

 private:
  Limits limits_;
  bool same_;
  Document document_;
  Document scratch_;
  Accounting accounting_;
  Arena arena_;
  std::string buffer_;
  CodecContext context_{accounting_, arena_, scratch_, buffer_, limits_, {}};
  std::deque<PaddedText> texts_;
  Output output_;
  FrameWriter frames_{Framing::kSse, output_};
  std::unique_ptr<StreamDecoder> decoder_ = kAnthropicMessages.new_stream_decoder(limits_);
  std::unique_ptr<StreamEncoder> encoder_ = kAnthropicMessages.new_stream_encoder(frames_);
  GrammarChecker checker_{*this};
};

constexpr std::string_view kStart =
    R"({"type":"message_start","message":{"id":"m","type":"message","role":"assistant",)"
    R"("model":"claude-opus-4-6","content":[],"usage":{"input_tokens":5,)"
    R"("cache_read_input_tokens":80,"output_tokens":1}}})";
constexpr std::string_view kText =
    R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})";
constexpr std::string_view kHi =
    R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}})";
constexpr std::string_view kStop = R"({"type":"content_block_stop","index":0})";
constexpr std::string_view kEnd =
    R"({"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},)"
    R"("usage":{"output_tokens":9}})";

TEST(AnthropicStream, AnnouncesABlockWithItsFirstContent) {
  Stream stream;
  ASSERT_TRUE(stream.Push(kStart));
  ASSERT_TRUE(stream.Push(kText));
  EXPECT_EQ(stream.Types(), "message_start ");
  ASSERT_TRUE(stream.Push(kHi));
  EXPECT_EQ(stream.Types(), "message_start content_block_start content_block_delta ");
}

TEST(AnthropicStream, LeavesOutABlockWithoutContent) {
  Stream stream;
  for (std::string_view data : {kStart, kText, kStop, kEnd}) ASSERT_TRUE(stream.Push(data));
  ASSERT_TRUE(stream.Push(R"({"type":"message_stop"})"));
  EXPECT_EQ(stream.Types(), "message_start message_delta message_stop ");
}

TEST(AnthropicStream, HoldsTheUsageUntilTheEndAndDoesNotAdd) {
  Stream stream;
  for (std::string_view data : {kStart, kText, kHi, kStop, kEnd}) ASSERT_TRUE(stream.Push(data));
  EXPECT_EQ(stream.Types().find("message_delta"), std::string::npos);
  ASSERT_TRUE(stream.Finish());
  std::string end = R"("usage":{"input_tokens":5,"cache_read_input_tokens":80,"output_tokens":9}})";
  EXPECT_NE(stream.text().find(end), std::string::npos) << stream.text();
  EXPECT_TRUE(stream.done());
}

TEST(AnthropicStream, IsCutWithoutAStopReason) {
  Stream stream;
  for (std::string_view data : {kStart, kText, kHi}) ASSERT_TRUE(stream.Push(data));
  ASSERT_TRUE(stream.Finish());
  EXPECT_EQ(stream.Types(), "message_start content_block_start content_block_delta error ");
}

TEST(AnthropicStream, EndsWithItsError) {
  Stream stream;
  ASSERT_TRUE(stream.Push(
      R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})"));
  EXPECT_TRUE(stream.done());
  ASSERT_TRUE(stream.Push(kStart));
  ASSERT_TRUE(stream.Finish());
  EXPECT_EQ(stream.Types(), "error ");
}

TEST(AnthropicStream, PassesOverPingsAndAStrayDone) {
  Stream stream;
  ASSERT_TRUE(stream.Push(R"({"type":"ping"})"));
  ASSERT_TRUE(stream.Push("[DONE]"));
  EXPECT_EQ(stream.text(), "");
}

TEST(AnthropicStream, DeliversTheInputOfTheStartOnce) {
  constexpr std::string_view kTool =
      R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t",)"
      R"("name":"f","input":{"x":1}}})";
  Stream whole;
  for (std::string_view data : {kStart, kTool, kStop}) ASSERT_TRUE(whole.Push(data));
  EXPECT_NE(whole.text().find(R"("partial_json":"{\"x\":1}")"), std::string::npos);
  Stream pieces;
  for (std::string_view data : {kStart, kTool}) ASSERT_TRUE(pieces.Push(data));
  ASSERT_TRUE(pieces.Push(R"({"type":"content_block_delta","index":0,"delta":)"
                          R"({"type":"input_json_delta","partial_json":"{}"}})"));
  ASSERT_TRUE(pieces.Push(kStop));
  EXPECT_EQ(pieces.text().find(R"({\"x)"), std::string::npos) << pieces.text();
}

TEST(AnthropicStream, WritesTheLastSignatureBeforeTheEndOfItsBlock) {
  Stream stream;
  ASSERT_TRUE(stream.Push(kStart));
  ASSERT_TRUE(stream.Push(R"({"type":"content_block_start","index":0,)"
                          R"("content_block":{"type":"thinking","thinking":"","signature":""}})"));
  for (std::string_view signature : {"one", "two"}) {
    ASSERT_TRUE(stream.Push(R"({"type":"content_block_delta","index":0,"delta":)"
                            R"({"type":"signature_delta","signature":")" +
                            std::string(signature) + "\"}}"));
  }
  ASSERT_TRUE(stream.Push(kStop));
  EXPECT_EQ(stream.text().find("one"), std::string::npos);
  EXPECT_LT(stream.text().find("two"), stream.text().find("content_block_stop"));
}

TEST(AnthropicStream, HoldsBackNoMoreThanTheLimit) {
  Limits limits;
  limits.max_accumulated_bytes = 8;
  Stream stream(limits);
  ASSERT_TRUE(stream.Push(kStart));
  Status status =
      stream.Push(R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use",)"
                  R"("id":"t","name":"f","input":{"x":"0123456789"}}})");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
}

TEST(AnthropicStream, RefusesAFrameOverTheLimit) {
  Limits limits;
  limits.max_event_bytes = 16;
  Stream stream(limits);
  ASSERT_FALSE(stream.Push(kStart));
}

TEST(AnthropicStream, WritesUnknownFramesBackToItsOwnProtocol) {
  constexpr std::string_view kOdd =
      R"({"type":"content_block_delta","index":0,"delta":{"type":"mood_delta","mood":"glad"}})";
  Stream stream({}, true);
  for (std::string_view data : {kStart, kText, kOdd}) ASSERT_TRUE(stream.Push(data));
  EXPECT_NE(stream.text().find(kOdd), std::string::npos);
}

}  // namespace
}  // namespace aiproxy
