#include "core/exchange/exchange.h"

#include <gtest/gtest.h>

#include "core/protocols/registry.h"

namespace aiproxy {
namespace {

constexpr std::string_view kRequest =
    R"({"model":"gpt-4o","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"caf\u00e9 \"x\""}],)"
    R"("temperature":0.5,"max_tokens":100,"stop":["END"],"user":"u-1","metadata":{"trace":"t"},"seed":7})";

struct Outcome {
  std::string output;
  Error error;
  bool ok = false;
};

Outcome Translate(ExchangeOptions options, std::string_view input,
                  std::string_view to = "anthropic-messages") {
  options.to = FindProtocol(to);
  DocumentExchange exchange(options, nullptr);
  PaddedText text(input);
  Output out;
  Outcome outcome;
  Status status = exchange.Translate(text.view(), out);
  outcome.ok = status.has_value();
  if (!status) outcome.error = status.error();
  outcome.output = out.ToString();
  return outcome;
}

TEST(DocumentExchange, SameProtocolGivesTheVeryBytes) {
  std::string spaced = " {\"model\" : \"gpt-4o\", \"messages\":[], \"x\":1e2, \"x\":\"\\/\" }\r\n";
  ExchangeOptions options;
  options.from = FindProtocol("openai-chat");
  options.kind = MessageKind::kRequest;
  EXPECT_EQ(Translate(options, spaced, "openai-chat").output, spaced);
}

TEST(DocumentExchange, ARequestOfBedrockHasMessages) {
  ExchangeOptions options;
  options.from = FindProtocol("neutral");
  const std::string begin = R"({"neutral":"request","protocol":"bedrock-converse","model":"m")";
  EXPECT_EQ(Translate(options, begin + "}", "bedrock-converse").output, R"({"messages":[]})");
  const std::string message = R"({"role":"user","parts":[{"part":"text","text":"x"}]})";
  EXPECT_EQ(
      Translate(options, begin + R"(,"messages":[)" + message + "]}", "bedrock-converse").output,
      R"({"messages":[{"role":"user","content":[{"text":"x"}]}]})");
}

TEST(DocumentExchange, MetadataThatIsNoMapHasNoPlace) {
  ExchangeOptions options;
  options.from = FindProtocol("neutral");
  const Outcome outcome = Translate(
      options, R"({"neutral":"request","model":"m","messages":[],"metadata":[{"a":"b"}]})",
      "openai-responses");
  EXPECT_TRUE(outcome.ok);
  EXPECT_EQ(outcome.output.find("metadata"), std::string::npos);
}

TEST(DocumentExchange, AnEditChangesOnlyItsBytes) {
  ExchangeOptions options;
  options.from = FindProtocol("openai-chat");
  options.kind = MessageKind::kRequest;
  options.model = "o\"3";
  options.stream = true;
  EXPECT_EQ(
      Translate(options, R"({"model" : "gpt-4o", "messages":[],  "stream": false})", "openai-chat")
          .output,
      R"({"model" : "o\"3", "messages":[],  "stream": true})");
  EXPECT_EQ(Translate(options, R"({"messages":[]})", "openai-chat").output,
            R"({"model":"o\"3","stream":true,"messages":[]})");
  EXPECT_EQ(Translate(options, R"({ })", "openai-chat").output,
            R"({"model":"o\"3","stream":true })");
  options.stream = false;
  options.model.reset();
  EXPECT_EQ(Translate(options, R"({"messages":[]})", "openai-chat").output, R"({"messages":[]})");
}

TEST(DocumentExchange, WithoutStreamingItsOptionsGo) {
  ExchangeOptions options;
  options.from = FindProtocol("openai-chat");
  options.kind = MessageKind::kRequest;
  options.stream = false;
  auto edited = [&](std::string_view text) {
    return Translate(options, text, "openai-chat").output;
  };
  EXPECT_EQ(edited(R"({"a":1, "stream_options" : {"include_usage":true} , "stream":true})"),
            R"({"a":1 , "stream":false})");
  EXPECT_EQ(edited(R"({ "stream_options":{}, "a":1})"), R"({ "a":1})");
  EXPECT_EQ(edited(R"({"a":1,"stream_options":{} })"), R"({"a":1 })");
  EXPECT_EQ(edited(R"({"a":1,"stream_options":{},"stream_options":null,"b":2})"),
            R"({"a":1,"b":2})");
  EXPECT_EQ(edited(R"({"a":1,"stream_options":{},"stream_options":null})"), R"({"a":1})");
  EXPECT_EQ(edited(R"({ "stream_options":{} })"), R"({  })");
  options.model = "m";
  EXPECT_EQ(edited(R"({"stream_options":{}})"), R"({"model":"m"})");
  EXPECT_EQ(edited(R"({"stream_options":{},"a":1})"), R"({"model":"m","a":1})");
  options.on_loss.refuse_dropped = true;
  Outcome outcome = Translate(options, R"({"a":1,"stream_options":{}})", "openai-chat");
  EXPECT_EQ(outcome.error.kind, ErrorKind::kLossRefused);
  EXPECT_EQ(outcome.error.pointer, "/stream_options");
  options.on_loss = {};
  options.through_codecs = true;
  EXPECT_EQ(
      edited(
          R"({"model":"x","messages":[],"stream":true,"stream_options":{"include_usage":true}})"),
      R"({"model":"m","messages":[],"stream":false})");
}

TEST(DocumentExchange, WhatTheHeadSaysLeavesTheBody) {
  ExchangeOptions options;
  options.from = FindProtocol("anthropic-messages");
  options.kind = MessageKind::kRequest;
  std::string request = R"({"model":"m","betas":["a","b"],"max_tokens":1,"messages":[]})";
  EXPECT_EQ(Translate(options, request).output, request);
  options.emit = Emit::kEnvelope;
  std::string envelope = Translate(options, request).output;
  EXPECT_NE(envelope.find(R"("anthropic-beta":"a,b")"), std::string::npos) << envelope;
  EXPECT_NE(envelope.find(R"("body":{"model":"m","max_tokens":1,"messages":[]})"),
            std::string::npos)
      << envelope;
  // A head that came with the request is left alone, and so is its body.
  std::string whole =
      R"({"method":"POST","path":"/v1/messages","headers":{},"body":)" + request + "}";
  EXPECT_NE(Translate(options, whole).output.find(request), std::string::npos);
}

TEST(DocumentExchange, EveryDuplicateIsEdited) {
  std::string request = R"({"messages":[])";
  for (int i = 0; i < 40; ++i) request += R"(,"model":"old","stream":true)";
  ExchangeOptions options;
  options.to = FindProtocol("openai-chat");
  options.from = options.to;
  options.model = "new";
  options.stream = false;
  Outcome outcome = Translate(options, request + "}", "openai-chat");
  EXPECT_EQ(outcome.output.find("old"), std::string::npos);
  EXPECT_EQ(outcome.output.find("true"), std::string::npos);
}

TEST(DocumentExchange, ModelIsReplacedWithoutALoss) {
  ExchangeOptions options;
  options.model = "claude-sonnet-4-5";
  options.on_loss = {true, true, true};
  Outcome outcome = Translate(
      options,
      R"({"model":"gpt-4o","max_tokens":1,"messages":[{"role":"user","content":"x"}],"n":1})");
  EXPECT_TRUE(outcome.ok) << outcome.error.message;
  EXPECT_NE(outcome.output.find(R"("model":"claude-sonnet-4-5")"), std::string::npos);
}

TEST(DocumentExchange, ARefusedLossWritesNothing) {
  ExchangeOptions options;
  options.on_loss.refuse_dropped = true;
  Outcome outcome = Translate(options, kRequest);
  EXPECT_FALSE(outcome.ok);
  EXPECT_EQ(outcome.error.kind, ErrorKind::kLossRefused);
  EXPECT_EQ(outcome.output, "");
  options.on_loss = {.refuse_dropped = false, .refuse_degraded = true, .refuse_invented = true};
  EXPECT_TRUE(Translate(options, kRequest).ok);
}

TEST(DocumentExchange, AFailureLeavesWhatWasThere) {
  ExchangeOptions options;
  options.to = FindProtocol("anthropic-messages");
  DocumentExchange exchange(options, nullptr);
  Output out;
  PaddedText good(kRequest);
  ASSERT_TRUE(exchange.Translate(good.view(), out));
  std::string before = out.ToString();
  for (std::string_view bad :
       {"", "{", R"({"model":"m","messages":[{"role":"user","content":7}]})", "[]", "<html>"}) {
    PaddedText text(bad);
    EXPECT_FALSE(exchange.Translate(text.view(), out)) << bad;
    EXPECT_EQ(out.ToString(), before);
  }
}

TEST(DocumentExchange, LargeSpansAreReferenced) {
  std::string big(Output::kByReference * 2, 'A');
  std::string request =
      R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":")" + big + R"("}]})";
  ExchangeOptions options;
  options.to = FindProtocol("anthropic-messages");
  DocumentExchange exchange(options, nullptr);
  PaddedText text(request);
  Output out;
  ASSERT_TRUE(exchange.Translate(text.view(), out));
  EXPECT_TRUE(out.has_references());
  EXPECT_NE(out.ToString().find(big), std::string::npos);
}

TEST(DocumentExchange, Envelopes) {
  ExchangeOptions options;
  options.emit = Emit::kEnvelope;
  Outcome outcome = Translate(
      options, R"({"method":"POST","path":"/v1/chat/completions","headers":{"X":"y"},"body":)" +
                   std::string(kRequest) + "}");
  ASSERT_TRUE(outcome.ok) << outcome.error.message;
  EXPECT_TRUE(outcome.output.starts_with(R"({"method":"POST","path":"/v1/messages","headers":{)"))
      << outcome.output;
  options.emit = Emit::kHttp;
  outcome = Translate(
      options,
      R"({"status":429,"headers":{"Retry-After":"7","request-id":"r\r\nx: y"},"body":{"error":{"message":"slow","type":"requests","code":"rate_limit_exceeded"}}})");
  ASSERT_TRUE(outcome.ok) << outcome.error.message;
  EXPECT_TRUE(outcome.output.starts_with("HTTP/1.1 429 Too Many Requests\r\n")) << outcome.output;
  EXPECT_NE(outcome.output.find("retry-after: 7\r\n"), std::string::npos);
  EXPECT_EQ(outcome.output.find("x: y"), std::string::npos);
}

TEST(DocumentExchange, UnrolledGeminiErrorsEndTheStream) {
  for (std::string_view input :
       {R"({"modelVersion":"m"})",
        R"([{"error":{"code":503,"message":"x","status":"UNAVAILABLE"}}])", R"({"error":"x"})"}) {
    ExchangeOptions options;
    options.from = FindProtocol("gemini-generate");
    options.kind = MessageKind::kResponse;
    options.through_codecs = options.unroll = true;
    Outcome unrolled = Translate(options, input, "gemini-generate");
    ASSERT_TRUE(unrolled.ok) << unrolled.error.message;
    EXPECT_TRUE(unrolled.output.starts_with(R"(data: {"error":)")) << unrolled.output;
  }
}

TEST(DocumentExchange, AnEnvelopeWithoutModelCanBeRead) {
  for (const Protocol* to : AllProtocols()) {
    ExchangeOptions options;
    options.emit = Emit::kEnvelope;
    Outcome there = Translate(options, R"({"messages":[{"role":"user","content":"x"}]})", to->id);
    ASSERT_TRUE(there.ok) << there.error.message;
    ExchangeOptions back;
    back.from = to;
    Outcome outcome = Translate(back, there.output, "openai-chat");
    EXPECT_TRUE(outcome.ok) << outcome.error.message << "\n" << there.output;
  }
}

TEST(DocumentExchange, Recognition) {
  auto recognised = [](std::string_view input, std::string_view to = "neutral") {
    ExchangeOptions options;
    options.to = FindProtocol(to);
    DocumentExchange exchange(options, nullptr);
    PaddedText text(input);
    Output out;
    if (!exchange.Translate(text.view(), out)) return std::string("-");
    return std::string(exchange.recognised().protocol->id) + " " +
           std::string(Name(exchange.recognised().kind)) +
           (exchange.recognised().assumed ? " assumed" : "");
  };
  EXPECT_EQ(recognised(R"({"model":"m","messages":[]})"), "openai-chat request assumed");
  EXPECT_EQ(recognised(R"({"model":"m","max_tokens":5,"system":"s","messages":[]})"),
            "anthropic-messages request");
  EXPECT_EQ(recognised(R"({"model":"m","messages":[{"role":"system","content":"s"}]})"),
            "openai-chat request assumed");
  EXPECT_EQ(recognised(R"({"model":"m","messages":[{"role":"user","content":"s"}],"stop":"x"})"),
            "openai-chat request");
  EXPECT_EQ(
      recognised(
          R"({"id":"x","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"x"}}]})"),
      "openai-chat response");
  EXPECT_EQ(
      recognised(R"({"id":"x","type":"message","role":"assistant","content":[],"model":"m"})"),
      "anthropic-messages response");
  EXPECT_EQ(recognised(R"({"type":"error","error":{"type":"api_error","message":"x"}})"),
            "anthropic-messages error");
  EXPECT_EQ(
      recognised(R"({"error":{"message":"x","type":"server_error","param":null,"code":null}})"),
      "openai-chat error");
  EXPECT_EQ(recognised(R"({"foo":1})"), "-");
  EXPECT_EQ(recognised(R"({"neutral":"response","candidates":[]})"), "neutral response");
  EXPECT_EQ(
      recognised(
          R"({"model":"claude","max_tokens":1,"messages":[{"role":"assistant","content":"a","reasoning":"b"}]})"),
      "openai-chat request");
  EXPECT_EQ(
      recognised(
          R"({"system":[{"text":"s"}],"messages":[{"role":"user","content":[{"text":"a"}]}]})"),
      "bedrock-converse request");
  EXPECT_EQ(recognised(R"({"system":[{"text":"s"}],"messages":[],"inferenceConfig":{}})"),
            "bedrock-converse request");
  EXPECT_EQ(recognised(R"({"output":{},"stopReason":"end_turn"})"), "bedrock-converse response");
  EXPECT_EQ(recognised(R"({"output":[{"type":"message","role":"assistant","content":[]}]})"),
            "openai-responses response");
  EXPECT_EQ(recognised(R"({"role":"assistant","content":[{"type":"text","text":"x"}]})"),
            "anthropic-messages response");
  EXPECT_EQ(recognised(R"({"input":"x"})"), "openai-responses request");
  EXPECT_EQ(recognised(R"({"contents":[{"parts":[{"text":"x"}]}]})"), "gemini-generate request");
  EXPECT_EQ(recognised(R"({"choices":[{"message":{"content":"x"}}]})"), "openai-chat response");
  // What OpenAI's two protocols say alike is no tie, and stays as it is for either.
  for (std::string_view error :
       {R"({"error":{"message":"x"}})", R"({"error":{"message":"x","type":"y"}})",
        R"({"error":{"message":"x","type":"y","param":null,"code":"z"}})"}) {
    EXPECT_EQ(recognised(error), "openai-chat error");
    EXPECT_EQ(recognised(error, "openai-responses"), "openai-responses error");
  }
  EXPECT_EQ(recognised(R"({"error":{"message":"x","status":"NOT_FOUND"}})"),
            "gemini-generate error");
  EXPECT_EQ(recognised(R"([{"error":{"code":404,"message":"x","status":"NOT_FOUND"}}])"),
            "gemini-generate error");
  EXPECT_EQ(recognised(R"({"message":"x","__type":"ThrottlingException"})"),
            "bedrock-converse error");
  EXPECT_EQ(recognised(R"({"message":"x"})"), "-");
  EXPECT_EQ(
      recognised(
          R"({"status":429,"headers":{"X-Amzn-ErrorType":"ThrottlingException"},"body":{"message":"x"}})"),
      "bedrock-converse error");
  EXPECT_EQ(recognised("[1]"), "-");
}

TEST(DocumentExchange, ACountOfTokensIsNotUnrolled) {
  ExchangeOptions options;
  options.to = FindProtocol("anthropic-messages");
  options.unroll = true;
  DocumentExchange exchange(options, nullptr);
  Output out;
  std::string text = R"({"totalTokens":31})";
  std::size_t size = text.size();
  text.append(Document::kPadding, '\0');
  Status status = exchange.Translate(std::string_view(text).substr(0, size), out);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(out.size(), 0u);
}

}  // namespace
}  // namespace aiproxy
