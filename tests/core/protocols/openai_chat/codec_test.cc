#include "core/protocols/openai_chat/codec.h"
#include "core/model/words.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/protocols/openai_chat/wire.h"

namespace aiproxy {
namespace {

/// A document, and what a codec needs beside it.
class Input {
 public:
  explicit Input(std::string_view json, std::string_view target = "openai-chat") : text_(json) {
    EXPECT_TRUE(document_.Parse(text_.view()));
    accounting_.Begin(document_, target);
  }
  Value root() { return Value(document_, 0); }
  CodecContext& context() { return context_; }

  /// The request written for the target, as one that came from another protocol.
  std::string Foreign(ChatRequest request) {
    request.protocol = "elsewhere";
    for (Message& message : request.messages) message.style = 0;
    Writer writer(output_, &document_);
    EXPECT_TRUE(kOpenAiChat.encode_request(request, context_, writer));
    return output_.ToString();
  }

 private:
  PaddedText text_;
  Limits limits_;
  Document document_;
  Document scratch_;
  Accounting accounting_;
  Arena arena_;
  std::string buffer_;
  Output output_;
  CodecContext context_{accounting_, arena_, scratch_, buffer_, limits_, {}};
};

Status DecodeRequest(std::string_view json, std::string& pointer) {
  Input document(json);
  ChatRequest request;
  Status status = kOpenAiChat.decode_request(document.root(), {}, document.context(), request);
  if (!status) pointer = status.error().pointer;
  return status;
}

TEST(OpenAiRequest, RefusesAWrongStructureAndSaysWhere) {
  struct Row {
    std::string_view json;
    std::string_view pointer;
  };
  for (const Row& row : {
           Row{R"([])", ""},
           Row{R"({"model":"m"})", ""},
           Row{R"({"model":1,"messages":[]})", "/model"},
           Row{R"({"messages":{}})", "/messages"},
           Row{R"({"messages":["hi"]})", "/messages/0"},
           Row{R"({"messages":[{"content":"hi"}]})", "/messages/0"},
           Row{R"({"messages":[{"role":"king","content":"hi"}]})", "/messages/0/role"},
           Row{R"({"messages":[{"role":"user","content":["hi"]}]})", "/messages/0/content/0"},
           Row{R"({"messages":[{"role":"assistant","tool_calls":[1]}]})",
               "/messages/0/tool_calls/0"},
       }) {
    std::string pointer = "none";
    EXPECT_FALSE(DecodeRequest(row.json, pointer)) << row.json;
    EXPECT_EQ(pointer, row.pointer) << row.json;
  }
}

TEST(OpenAiRequest, PairsAFunctionResultWithTheLatestCallOfItsName) {
  Input document(
      R"({"messages":[{"role":"assistant","function_call":{"name":"f","arguments":"{}"}},)"
      R"({"role":"assistant","function_call":{"name":"g","arguments":"{}"}},)"
      R"({"role":"function","name":"f","content":"1"},{"role":"function","name":"h","content":"2"}]})");
  ChatRequest request;
  ASSERT_TRUE(kOpenAiChat.decode_request(document.root(), {}, document.context(), request));
  auto id = [&](std::size_t i) {
    return std::get<ToolResultPart>(request.messages[i].parts[0].variant()).call_id.Decode();
  };
  EXPECT_EQ(id(2), "call_0");
  EXPECT_EQ(id(3), "call_3");
}

TEST(OpenAiRequest, ASignatureAloneGetsTheTextBesideIt) {
  Input document(R"({"messages":[{"role":"assistant","content":"a","reasoning_content":"why",)"
                 R"("reasoning_details":[{"type":"reasoning.text","signature":"s"}]}]})");
  ChatRequest request;
  ASSERT_TRUE(kOpenAiChat.decode_request(document.root(), {}, document.context(), request));
  ASSERT_EQ(request.messages[0].parts.size(), 2u);
  const auto& reasoning = std::get<ReasoningPart>(request.messages[0].parts[0].variant());
  EXPECT_EQ(reasoning.text.Decode(), "why");
  EXPECT_EQ(reasoning.signature.Decode(), "s");
}

TEST(OpenAiRequest, ToolResultsOfAnotherProtocolComeFirst) {
  Input document(R"({"a":"one","b":"two"})");
  ToolResultPart result;
  result.call_id = Text::Plain("t");
  MediaPart image;
  image.source = MediaPart::Source::kUrl;
  image.data = Text::Plain("https://x/i.png");
  result.content.push_back(document.context().arena, image);
  TextPart text;
  text.text = Text::Plain("look");
  Message message;
  message.role = Role::kUser;
  message.parts.push_back(document.context().arena, text);
  message.parts.push_back(document.context().arena, result);
  ChatRequest request;
  request.messages.push_back(document.context().arena, message);
  EXPECT_EQ(
      document.Foreign(request),
      R"({"messages":[{"role":"tool","tool_call_id":"t","content":"[image]"},)"
      R"({"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/i.png"}},)"
      R"({"type":"text","text":"look"}]}]})");
}

TEST(OpenAiNames, LongOnesAreShortenedStablyAndStayApart) {
  Input document("{}");
  CodecContext& context = document.context();
  std::string fits(64, 'a');
  std::string longer = fits + "b";
  std::string other = fits + "c";
  EXPECT_EQ(openai_chat::AcceptedName(Text::Plain(fits), context).Decode(), fits);
  std::string one = openai_chat::AcceptedName(Text::Plain(longer), context).Decode();
  EXPECT_EQ(one.size(), 64u);
  EXPECT_EQ(one, openai_chat::AcceptedName(Text::Plain(longer), context).Decode());
  EXPECT_NE(one, openai_chat::AcceptedName(Text::Plain(other), context).Decode());
}

TEST(OpenAiText, CountsCodePointsOfEscapedText) {
  auto count = [](std::string_view bytes) {
    return aiproxy::CodePointsOf({bytes, kNoNode, Text::Spelling::kEscaped});
  };
  EXPECT_EQ(count(R"(a\n\"b)"), 4);
  EXPECT_EQ(count(R"(\u00e9\ud83d\uDE00x)"), 3);
  EXPECT_EQ(count(R"(\ud83dx\ude00)"), 3);
  EXPECT_EQ(count("\\\\u\xC3\xA9"), 3);
}

TEST(OpenAiErrors, KindByCodeThenTypeThenStatus) {
  struct Row {
    std::string_view json;
    int status;
    ApiErrorKind kind;
    int written_status;
  };
  for (const Row& row : {
           Row{R"({"error":{"message":"m","code":"insufficient_quota"}})", 429,
               ApiErrorKind::kBilling, 429},
           Row{R"({"error":{"message":"m","code":"429"}})", 0, ApiErrorKind::kRateLimit, 429},
           Row{R"({"error":{"message":"m","type":"invalid_request_error"}})", 404,
               ApiErrorKind::kNotFound, 404},
           Row{R"({"error":{"message":"m","type":"requests"}})", 0, ApiErrorKind::kRateLimit, 429},
           Row{R"({"error":"m"})", 529, ApiErrorKind::kOverloaded, 503},
           Row{R"({"detail":"m"})", 0, ApiErrorKind::kApi, 500},
           Row{R"([{"error":{"message":"m","code":400}}])", 0, ApiErrorKind::kInvalidRequest, 400},
           Row{R"({"choices":[]})", 200, ApiErrorKind::kApi, 500},
       }) {
    Input document(row.json);
    HttpHead head;
    head.status = row.status;
    ApiError error;
    ASSERT_TRUE(kOpenAiChat.decode_error(document.root(), head, document.context(), error));
    EXPECT_EQ(error.kind, row.kind) << row.json;
    EXPECT_EQ(kOpenAiChat.error_status(error), row.written_status) << row.json;
  }
}

TEST(OpenAiRecognition, TellsItsMessagesFromAnthropics) {
  struct Row {
    std::string_view json;
    Certainty certainty;
    MessageKind kind;
  };
  for (const Row& row : {
           Row{R"({"messages":[{"role":"tool"}],"max_tokens":1})", Certainty::kSure,
               MessageKind::kRequest},
           Row{R"({"messages":[{"role":"user","content":"a"}]})", Certainty::kLikely,
               MessageKind::kRequest},
           Row{R"({"messages":[],"system":"s","max_tokens":1})", Certainty::kPossible,
               MessageKind::kRequest},
           Row{R"({"choices":[],"messages":[]})", Certainty::kPossible, MessageKind::kResponse},
           Row{R"({"choices":[{"delta":{}}]})", Certainty::kLikely, MessageKind::kStream},
           Row{R"({"error":{"message":"m","code":null}})", Certainty::kLikely, MessageKind::kError},
           Row{R"({"type":"message_start"})", Certainty::kNone, MessageKind::kRequest},
       }) {
    Input document(row.json);
    Recognition recognition = kOpenAiChat.recognise(document.root(), "");
    EXPECT_EQ(recognition.certainty, row.certainty) << row.json;
    EXPECT_EQ(recognition.kind, row.kind) << row.json;
  }
}

}  // namespace
}  // namespace aiproxy
