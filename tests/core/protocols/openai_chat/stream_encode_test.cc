#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/protocols/openai_chat/codec.h"

namespace aiproxy {
namespace {

/// Events in, the deltas and finish reasons that are written out.
class Encoding {
 public:
  Encoding() {
    accounting_.Begin(document_, "openai-chat");
    StreamStart start;
    start.id = Text::Plain("id");
    start.model = Text::Plain("m");
    start.created = {{"1", kNoNode}};
    Push(start);
    output_.Clear();
  }

  void Push(const StreamEvent& event) { ASSERT_TRUE(encoder_->Push(event, context_)); }
  void Block(BlockStart start) { Push(start); }
  void Piece(std::string_view text) {
    BlockDelta delta;
    delta.text = Text::Plain(text);
    Push(delta);
  }
  void Signature(std::string_view signature) {
    BlockDelta delta;
    delta.signature = Text::Plain(signature);
    Push(delta);
  }
  void End() { Push(BlockEnd{}); }

  /// What was written, without the envelope that every chunk repeats.
  std::string Written() const {
    std::string written;
    std::string text = output_.ToString();
    constexpr std::string_view kEnvelope =
        R"({"id":"id","object":"chat.completion.chunk","created":1,"model":"m",)";
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = text.find("\n\n", at);
      std::string frame = text.substr(at + 6, end - at - 6);
      if (frame.starts_with(kEnvelope)) frame = "{" + frame.substr(kEnvelope.size());
      written += frame + "\n";
      at = end + 2;
    }
    return written;
  }

 private:
  Limits limits_;
  Document document_;
  Document scratch_;
  Accounting accounting_;
  Arena arena_;
  std::string buffer_;
  CodecContext context_{accounting_, arena_, scratch_, buffer_, limits_, {}};
  Output output_;
  FrameWriter frames_{Framing::kSse, output_};
  std::unique_ptr<StreamEncoder> encoder_ = kOpenAiChat.new_stream_encoder(frames_);
};

BlockStart Call(std::string_view id, std::string_view name) {
  BlockStart start;
  start.kind = BlockKind::kToolCall;
  start.tool_call_id = Text::Plain(id);
  start.tool_name = Text::Plain(name);
  return start;
}

TEST(OpenAiStreamEncoder, CallsWithoutArgumentsHaveAnEmptyObject) {
  Encoding encoding;
  encoding.Block(Call("x", "f"));
  encoding.End();
  encoding.Block(Call("y", "g"));
  encoding.Piece("[]");
  encoding.End();
  EXPECT_EQ(
      encoding.Written(),
      R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"x","type":"function","function":{"name":"f","arguments":""}}]},"finish_reason":null}]})"
      "\n"
      R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]},"finish_reason":null}]})"
      "\n"
      R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"y","type":"function","function":{"name":"g","arguments":""}}]},"finish_reason":null}]})"
      "\n"
      R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"[]"}}]},"finish_reason":null}]})"
      "\n");
}

TEST(OpenAiStreamEncoder, TheLastSignatureCounts) {
  Encoding encoding;
  BlockStart start;
  start.kind = BlockKind::kReasoning;
  start.issuer = Issuer::kAnthropic;
  encoding.Block(start);
  encoding.Signature("old");
  encoding.Signature("new");
  EXPECT_EQ(encoding.Written(), "");
  encoding.End();
  EXPECT_EQ(
      encoding.Written(),
      R"({"choices":[{"index":0,"delta":{"reasoning_details":[{"type":"reasoning.text","signature":"new","format":"anthropic-claude-v1","index":0}]},"finish_reason":null}]})"
      "\n");
}

TEST(OpenAiStreamEncoder, ACitationCoversTheTextOfItsBlockInCodePoints) {
  Encoding encoding;
  encoding.Block({});
  encoding.Piece("\xF0\x9F\x97\xBC: ");
  encoding.End();
  encoding.Block({});
  BlockCitation citation;
  citation.citation.is_url = true;
  citation.citation.url = Text::Plain("u");
  encoding.Push(citation);
  encoding.Piece("1916");
  encoding.End();
  EXPECT_TRUE(encoding.Written().ends_with(
      R"({"choices":[{"index":0,"delta":{"annotations":[{"type":"url_citation","url_citation":{"url":"u","title":"","start_index":3,"end_index":7}}]},"finish_reason":null}]})"
      "\n"))
      << encoding.Written();
}

TEST(OpenAiStreamEncoder, ASecondChoiceBeginsWithItsRole) {
  Encoding encoding;
  BlockStart start;
  start.candidate = 1;
  encoding.Block(start);
  encoding.Piece("b");
  EXPECT_EQ(
      encoding.Written(),
      R"({"choices":[{"index":1,"delta":{"role":"assistant","content":"b"},"finish_reason":null}]})"
      "\n");
}

TEST(OpenAiStreamEncoder, UsageComesLast) {
  Encoding encoding;
  StreamUsage usage;
  usage.usage.set = true;
  usage.usage.input = 3;
  encoding.Push(usage);
  StreamFinish finish;
  finish.reason.kind = FinishReason::Kind::kLength;
  encoding.Push(finish);
  usage.usage.input = {};
  usage.usage.output = 4;
  encoding.Push(usage);
  encoding.Push(StreamEnd{});
  EXPECT_EQ(encoding.Written(),
            R"({"choices":[{"index":0,"delta":{},"finish_reason":"length"}]})"
            "\n"
            R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}})"
            "\n[DONE]\n");
}

TEST(OpenAiStreamEncoder, NothingComesAfterAnError) {
  Encoding encoding;
  StreamError error;
  error.error.kind = ApiErrorKind::kOverloaded;
  error.error.message = Text::Plain("busy");
  encoding.Push(error);
  encoding.Push(StreamEnd{});
  EXPECT_EQ(encoding.Written(),
            R"({"error":{"message":"busy","type":"server_error","param":null,"code":"overloaded"}})"
            "\n");
}

}  // namespace
}  // namespace aiproxy
