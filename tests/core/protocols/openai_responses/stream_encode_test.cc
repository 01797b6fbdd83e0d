#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/protocols/openai_responses/codec.h"

namespace aiproxy {
namespace {

/// Reads events as the official client accumulates them (openai/lib/responses/ResponseAccumulator):
/// what it would throw at is a failure.
class Client {
 public:
  void Read(std::string_view json) {
    PaddedText text(json);
    ASSERT_TRUE(document_.Parse(text.view())) << json;
    Value root(document_, 0);
    std::string type = root.Find("type").Decoded();
    EXPECT_EQ(root.Find("sequence_number").Int(), next_++) << json;
    types_ += type.starts_with("response.") ? type.substr(9) : type;
    types_ += ' ';
    if (type == "error") return;
    if (type == "response.failed" && types_.starts_with("error")) return;
    ASSERT_TRUE(created_ || type == "response.created") << json;
    created_ = true;
    if (Value response = root.Find("response"); response.valid()) return TakeResponse(response);
    std::size_t index = static_cast<std::size_t>(root.Find("output_index").Int().value_or(-1));
    if (type == "response.output_item.added") {
      EXPECT_EQ(index, items_.size()) << "items come in the order of their index";
      EXPECT_TRUE(items_.empty() || !items_.back().done.empty()) << "one item after the other";
      items_.push_back({root.Find("item").Find("id").Decoded(), {}, {}});
      return;
    }
    ASSERT_LT(index, items_.size()) << json;
    Item& item = items_[index];
    EXPECT_TRUE(item.done.empty()) << json;
    if (type == "response.output_item.done") {
      item.done = root.Find("item").raw();
      EXPECT_EQ(root.Find("item").Find("id").Decoded(), item.id);
      return;
    }
    EXPECT_EQ(root.Find("item_id").Decoded(), item.id) << json;
    TakePart(root, type, item);
  }

  /// The types of the events, without "response.".
  const std::string& types() const { return types_; }
  /// The output of the last response that had one.
  const std::string& output() const { return output_; }

 private:
  struct Item {
    std::string id;
    std::vector<std::string> parts;
    std::string done;
  };

  void TakePart(const Value& root, std::string_view type, Item& item) {
    Value place = root.Find("summary_index");
    if (!place.valid()) place = root.Find("content_index");
    std::size_t part = place.valid() ? static_cast<std::size_t>(*place.Int()) : 0;
    if (type.ends_with("part.added")) {
      EXPECT_EQ(part, item.parts.size()) << type;
      item.parts.emplace_back();
      return;
    }
    if (!place.valid() && item.parts.empty()) item.parts.emplace_back();
    ASSERT_LT(part, item.parts.size()) << type;
    if (type.ends_with(".delta")) item.parts[part] += root.Find("delta").Decoded();
    if (!type.ends_with(".done")) return;
    Value whole = root.Find("part").valid() ? root.Find("part") : root;
    for (std::string_view name : {"text", "refusal", "arguments", "input"}) {
      if (Value said = whole.Find(name); said.valid()) {
        EXPECT_EQ(said.Decoded(), item.parts[part]) << type;
      }
    }
  }

  void TakeResponse(const Value& response) {
    Value output = response.Find("output");
    std::string status = response.Find("status").Decoded();
    if (status == "in_progress") {
      EXPECT_TRUE(output.empty_container());
      return;
    }
    output_ = output.raw();
    std::string done;
    for (const Item& item : items_) {
      if (!item.done.empty()) done += (done.empty() ? "" : ",") + item.done;
    }
    if (status != "failed") {
      EXPECT_EQ(output_, "[" + done + "]") << "every done item, in order";
    } else {
      EXPECT_TRUE(output_.starts_with("[" + done));
    }
  }

  Document document_;
  bool created_ = false;
  std::int64_t next_ = 0;
  std::vector<Item> items_;
  std::string types_;
  std::string output_;
};

/// Events in, what a client reads out.
class Encoding {
 public:
  explicit Encoding(bool start = true, const Limits& limits = {}) : limits_(limits) {
    accounting_.Begin(document_, "openai-responses");
    if (start) Start("r1");
  }

  void Start(std::string_view id) {
    StreamStart start;
    if (!id.empty()) start.id = Text::Plain(id);
    start.model = Text::Plain("m");
    start.created = {{"1", kNoNode}};
    Push(start);
  }
  void Push(const StreamEvent& event) { EXPECT_TRUE(TryPush(event)); }
  Status TryPush(const StreamEvent& event) { return encoder_->Push(event, context_); }

  void Block(BlockStart start) { Push(start); }
  void Piece(std::string_view text) {
    BlockDelta delta;
    delta.text = Text::Plain(text);
    Push(delta);
  }
  void Signature(std::string_view signature, Issuer issuer = Issuer::kUnknown) {
    BlockDelta delta;
    delta.signature = Text::Plain(signature);
    delta.issuer = issuer;
    Push(delta);
  }
  void End() { Push(BlockEnd{}); }
  void Text_(std::string_view text) {
    Block({});
    Piece(text);
    End();
  }
  void Finish(FinishReason::Kind kind = FinishReason::Kind::kStop) {
    StreamFinish finish;
    finish.reason.kind = kind;
    Push(finish);
    Push(StreamEnd{});
  }
  void Fail() {
    StreamError error;
    error.error.kind = ApiErrorKind::kOverloaded;
    error.error.message = Text::Plain("busy");
    Push(error);
  }

  /// What the client read of everything so far.
  Client Read() const {
    Client client;
    for (const std::string& frame : Frames()) client.Read(frame);
    return client;
  }
  std::vector<std::string> Frames() const {
    std::vector<std::string> frames;
    std::string text = output_.ToString();
    for (std::size_t at = 0; at < text.size();) {
      std::size_t data = text.find("data: ", at) + 6;
      std::size_t end = text.find("\n\n", data);
      frames.push_back(text.substr(data, end - data));
      at = end + 2;
    }
    return frames;
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
  std::unique_ptr<StreamEncoder> encoder_ = kOpenAiResponses.new_stream_encoder(frames_);
};

BlockStart Call(std::string_view id, std::string_view name, bool custom = false) {
  BlockStart start;
  start.kind = BlockKind::kToolCall;
  start.tool_call_id = Text::Plain(id);
  start.tool_name = Text::Plain(name);
  start.is_custom = custom;
  return start;
}

BlockStart Reasoning(Issuer issuer, std::string_view id = "", bool summary = true) {
  BlockStart start;
  start.kind = BlockKind::kReasoning;
  start.issuer = issuer;
  start.is_summary = summary;
  if (!id.empty()) start.reasoning_id = Text::Plain(id);
  return start;
}

TEST(ResponsesStreamEncoder, ATextHasItsWholeLifeCycle) {
  Encoding encoding;
  encoding.Text_("Hi");
  encoding.Finish();
  Client client = encoding.Read();
  EXPECT_EQ(client.types(),
            "created in_progress output_item.added content_part.added output_text.delta "
            "output_text.done content_part.done output_item.done completed ");
  EXPECT_EQ(client.output(),
            R"([{"id":"msg_0_r1","type":"message","status":"completed","content":[{"type":)"
            R"("output_text","annotations":[],"logprobs":[],"text":"Hi"}],"role":"assistant"}])");
}

TEST(ResponsesStreamEncoder, TextsAndRefusalsSideBySideAreOneItem) {
  Encoding encoding;
  encoding.Text_("a");
  BlockStart refusal;
  refusal.kind = BlockKind::kRefusal;
  encoding.Block(refusal);
  encoding.Piece("no");
  encoding.End();
  encoding.Block(Call("c", "f"));
  encoding.End();
  encoding.Text_("b");
  encoding.Finish();
  Client client = encoding.Read();
  EXPECT_EQ(client.types(),
            "created in_progress output_item.added content_part.added output_text.delta "
            "output_text.done content_part.done content_part.added refusal.delta refusal.done "
            "content_part.done output_item.done output_item.added function_call_arguments.delta "
            "function_call_arguments.done output_item.done output_item.added content_part.added "
            "output_text.delta output_text.done content_part.done output_item.done completed ");
  EXPECT_NE(client.output().find(R"("id":"msg_2_r1")"), std::string::npos);
}

TEST(ResponsesStreamEncoder, BlocksWithoutContentLeaveNoItem) {
  Encoding encoding;
  encoding.Block({});
  encoding.Piece("");
  encoding.End();
  encoding.Block(Reasoning(Issuer::kAnthropic));
  encoding.End();
  encoding.Finish();
  EXPECT_EQ(encoding.Read().types(), "created in_progress completed ");
  EXPECT_EQ(encoding.Read().output(), "[]");
}

TEST(ResponsesStreamEncoder, CallsWithoutArgumentsHaveAnEmptyObject) {
  Encoding encoding;
  encoding.Block(Call("x", "f"));
  encoding.End();
  encoding.Block(Call("y", "patch", true));
  encoding.End();
  encoding.Finish(FinishReason::Kind::kToolCalls);
  EXPECT_EQ(
      encoding.Read().output(),
      R"([{"id":"fc_0_r1","type":"function_call","status":"completed","arguments":"{}","call_id":"x","name":"f"},)"
      R"({"id":"ctc_1_r1","type":"custom_tool_call","status":"completed","input":"","call_id":"y","name":"patch"}])");
}

TEST(ResponsesStreamEncoder, AnIncompleteAnswerHasAnIncompleteLastItem) {
  struct Row {
    FinishReason::Kind kind;
    std::string_view types;
    std::string_view reason;
  };
  for (const Row& row : {
           Row{FinishReason::Kind::kLength, "incomplete ", R"({"reason":"max_output_tokens"})"},
           Row{FinishReason::Kind::kContentFilter, "incomplete ", R"({"reason":"content_filter"})"},
           Row{FinishReason::Kind::kPause, "completed ", "null"},
           Row{FinishReason::Kind::kUnset, "completed ", "null"},
       }) {
    Encoding encoding;
    encoding.Text_("a");
    encoding.Block(Call("c", "f"));
    encoding.Piece("{");
    encoding.End();
    encoding.Finish(row.kind);
    Client client = encoding.Read();
    EXPECT_TRUE(client.types().ends_with(row.types)) << client.types();
    std::string last = encoding.Frames().back();
    EXPECT_NE(last.find("\"incomplete_details\":" + std::string(row.reason)), last.npos) << last;
    bool incomplete = row.types == "incomplete ";
    EXPECT_EQ(client.output().find(R"("type":"function_call","status":"incomplete")") !=
                  std::string::npos,
              incomplete);
    EXPECT_NE(client.output().find(R"("type":"message","status":"completed")"), std::string::npos);
  }
}

TEST(ResponsesStreamEncoder, SummariesAndTheirSecretAreOneItem) {
  Encoding encoding;
  for (std::string_view text : {"a", "b"}) {
    encoding.Block(Reasoning(Issuer::kOpenAi, "rs_1"));
    encoding.Piece(text);
    encoding.End();
  }
  BlockStart secret = Reasoning(Issuer::kOpenAi, "rs_1");
  secret.encrypted = Text::Plain("gAAAA");
  encoding.Block(secret);
  encoding.End();
  encoding.Finish();
  Client client = encoding.Read();
  EXPECT_EQ(client.types(),
            "created in_progress output_item.added reasoning_summary_part.added "
            "reasoning_summary_text.delta reasoning_summary_text.done reasoning_summary_part.done "
            "reasoning_summary_part.added reasoning_summary_text.delta reasoning_summary_text.done "
            "reasoning_summary_part.done output_item.done completed ");
  EXPECT_EQ(client.output(),
            R"([{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"a"},)"
            R"({"type":"summary_text","text":"b"}],"encrypted_content":"gAAAA"}])");
}

TEST(ResponsesStreamEncoder, ASignatureOfAnotherVendorEndsItsItem) {
  Encoding encoding;
  encoding.Block(Reasoning(Issuer::kUnknown));
  encoding.Piece("a");
  encoding.Signature("old");
  encoding.Signature("Eq", Issuer::kAnthropic);
  encoding.End();
  encoding.Block(Reasoning(Issuer::kAnthropic));
  encoding.Signature("Er");
  encoding.End();
  encoding.Finish();
  EXPECT_EQ(
      encoding.Read().output(),
      R"([{"id":"rs_0_r1","type":"reasoning","summary":[{"type":"summary_text","text":"a"}],"encrypted_content":"Eq","format":"anthropic-claude-v1"},)"
      R"({"id":"rs_1_r1","type":"reasoning","summary":[{"type":"summary_text","text":""}],"encrypted_content":"Er","format":"anthropic-claude-v1"}])");
}

TEST(ResponsesStreamEncoder, ReasoningItselfIsContent) {
  Encoding encoding;
  encoding.Block(Reasoning(Issuer::kOpenAi, "rs_1", false));
  encoding.Piece("raw");
  encoding.End();
  encoding.Finish();
  EXPECT_EQ(encoding.Read().types(),
            "created in_progress output_item.added content_part.added reasoning_text.delta "
            "reasoning_text.done content_part.done output_item.done completed ");
}

TEST(ResponsesStreamEncoder, CitationsComeBeforeTheTextIsDone) {
  Encoding encoding;
  encoding.Block({});
  BlockCitation citation;
  citation.citation.is_url = true;
  citation.citation.url = Text::Plain("u");
  encoding.Piece("\xF0\x9F\x97\xBC!");
  encoding.Push(citation);
  encoding.End();
  encoding.Finish();
  Client client = encoding.Read();
  EXPECT_EQ(client.types(),
            "created in_progress output_item.added content_part.added output_text.delta "
            "output_text.annotation.added output_text.done content_part.done output_item.done "
            "completed ");
  EXPECT_NE(client.output().find(R"("annotations":[{"type":"url_citation","url":"u","title":"",)"
                                 R"("start_index":0,"end_index":2}])"),
            std::string::npos);
}

TEST(ResponsesStreamEncoder, AnErrorIsToldTwiceWithWhatWasAnswered) {
  Encoding encoding;
  encoding.Text_("a");
  encoding.Block(Call("c", "f"));
  encoding.Piece("{\"x");
  encoding.Fail();
  encoding.Push(StreamEnd{});  // nothing comes behind it
  Client client = encoding.Read();
  EXPECT_TRUE(client.types().ends_with("function_call_arguments.delta error failed "));
  EXPECT_NE(client.output().find(R"("status":"incomplete","arguments":"{\"x")"), std::string::npos);
}

TEST(ResponsesStreamEncoder, AnErrorMayBeAll) {
  Encoding encoding(false);
  encoding.Fail();
  EXPECT_EQ(encoding.Read().types(), "error failed ");
}

TEST(ResponsesStreamEncoder, AMissingIdIsTheSameInEveryEvent) {
  Encoding encoding(false);
  encoding.Start("");
  encoding.Text_("a");
  encoding.Finish();
  std::vector<std::string> frames = encoding.Frames();
  std::size_t at = frames.front().find("\"resp_");
  ASSERT_NE(at, std::string::npos);
  std::string id = frames.front().substr(at, 23);
  EXPECT_EQ(id.back(), '"');
  EXPECT_NE(frames.back().find(id), std::string::npos);
  EXPECT_NE(frames.back().find("\"msg_0_" + id.substr(1)), std::string::npos);
}

TEST(ResponsesStreamEncoder, WhatIsKeptIsBoundedAndTheErrorStillComes) {
  Limits limits;
  limits.max_accumulated_bytes = 4096;
  for (int kind = 0; kind < 4; ++kind) {
    Encoding encoding(true, limits);
    std::string piece(1000, 'x');
    Status status = Ok();
    if (kind == 1) encoding.Block(Call("c", "f"));
    if (kind != 1) encoding.Block(kind == 2 ? Reasoning(Issuer::kUnknown) : BlockStart{});
    if (kind == 3) encoding.Piece("text with sources");
    for (int i = 0; i < 10 && status; ++i) {
      if (kind == 3) {
        BlockCitation citation;
        citation.citation.is_url = true;
        citation.citation.url = Text::Plain(piece);
        status = encoding.TryPush(citation);
      } else {
        BlockDelta delta;
        delta.text = Text::Plain(piece);
        status = encoding.TryPush(delta);
      }
    }
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
    encoding.Fail();
    EXPECT_TRUE(encoding.Read().types().ends_with("error failed "));
  }
}

}  // namespace
}  // namespace aiproxy
