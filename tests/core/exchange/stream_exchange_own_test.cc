// A stream that is decoded and encoded to its own protocol: it says the same, each thing once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/exchange/exchange.h"
#include "core/protocols/registry.h"
#include "core/stream/aws_frame_writer.h"

namespace aiproxy {
namespace {

using testing::HasSubstr;
using testing::Not;

/// How many findings there are.
class Counter : public ReportSink {
 public:
  void Take(const Accounting& accounting, const ReportPlace&) override {
    count += accounting.findings().size();
  }
  std::size_t count = 0;
};

struct Outcome {
  std::string output;
  std::string error;
  std::size_t findings = 0;
};

Outcome Translate(std::string_view from, std::string_view to, std::string_view input,
                  bool aggregate = false) {
  ExchangeOptions options;
  options.from = FindProtocol(from);
  options.to = FindProtocol(to);
  options.through_codecs = true;
  options.aggregate = aggregate;
  Counter counter;
  StreamExchange exchange(options, &counter);
  Output out;
  std::string bytes = std::string(input) + std::string(Document::kPadding, '\0');
  Status status = exchange.Feed(bytes.data(), input.size(), out);
  if (status) status = exchange.Finish(out);
  return {out.ToString(), status ? "" : status.error().message, counter.count};
}

std::string Again(std::string_view protocol, std::string_view input) {
  Outcome outcome = Translate(protocol, protocol, input);
  EXPECT_EQ(outcome.error, "");
  return outcome.output;
}

std::string Chunk(std::string_view fingerprint, std::string_view choice) {
  return R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m",)" +
         (R"("system_fingerprint":")" + std::string(fingerprint) + R"(","choices":[)") +
         std::string(choice) + "]}\n\n";
}

TEST(StreamExchangeOwn, AMemberOfEveryChunkThatChangesIsSaidOnce) {
  const std::string stream =
      Chunk("fp_1", R"({"index":0,"delta":{"content":"a"},"finish_reason":null})") +
      Chunk("fp_2", R"({"index":0,"delta":{"content":"b"},"finish_reason":null})") +
      Chunk("fp_2", R"({"index":0,"delta":{},"finish_reason":"stop"})") + "data: [DONE]\n\n";
  const std::string output = Again("openai-chat", stream);
  EXPECT_THAT(output, HasSubstr(R"("system_fingerprint":"fp_2","choices":[]})"));
  EXPECT_THAT(
      output,
      HasSubstr(R"("system_fingerprint":"fp_2","choices":[{"index":0,"delta":{"content":"b"})"));
  EXPECT_THAT(output, Not(HasSubstr(R"("choices":[],"system_fingerprint")")));
  EXPECT_THAT(Translate("openai-chat", "openai-chat", output, true).output,
              HasSubstr(R"("system_fingerprint":"fp_2")"));
}

std::string Completion(std::string_view members) {
  return R"(data: {"id":"c","object":"text_completion","created":1,"model":"m",)" +
         std::string(members) + "}\n\n";
}

TEST(StreamExchangeOwn, SoInLegacyCompletions) {
  const std::string stream =
      Completion(
          R"("system_fingerprint":"fp_1","choices":[{"text":"a","index":0,"logprobs":null,"finish_reason":null}])") +
      Completion(
          R"("system_fingerprint":"fp_2","choices":[{"text":"b","index":0,"logprobs":null,"finish_reason":"stop"}])") +
      "data: [DONE]\n\n";
  const std::string output = Again("openai-completions", stream);
  EXPECT_THAT(output, HasSubstr(R"("system_fingerprint":"fp_2","choices":[]})"));
  EXPECT_THAT(output, HasSubstr(R"("system_fingerprint":"fp_2","choices":[{"text":"b")"));
  EXPECT_THAT(output, Not(HasSubstr(R"("choices":[],"system_fingerprint")")));
}

TEST(StreamExchangeOwn, AnUnrolledResponseKeepsWhatOnlyItsProtocolKnows) {
  const std::string response =
      R"({"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"gpt-5",)"
      R"("output":[{"id":"msg_1","type":"message","status":"completed","role":"assistant",)"
      R"("phase":"final_answer","content":[{"type":"output_text","text":"Hi","annotations":[]}]}],)"
      R"("temperature":1.0,"top_p":0.5,"text":{"format":{"type":"text"},"verbosity":"low"},)"
      R"("tools":[{"type":"web_search"}]})";
  ExchangeOptions options;
  options.from = options.to = FindProtocol("openai-responses");
  options.unroll = true;
  Counter counter;
  DocumentExchange exchange(options, &counter);
  PaddedText text(response);
  Output out;
  ASSERT_TRUE(exchange.Translate(text.view(), out));
  EXPECT_EQ(counter.count, 0);
  const std::string again =
      Translate("openai-responses", "openai-responses", out.ToString(), true).output;
  for (std::string_view member :
       {R"("id":"msg_1")", R"("phase":"final_answer")", R"("temperature":1.0)", R"("top_p":0.5)",
        R"("verbosity":"low")", R"("tools":[{"type":"web_search"}])"})
    EXPECT_THAT(again, HasSubstr(std::string(member)));
}

TEST(StreamExchangeOwn, WhatAnEarlierUsageHadMoreStays) {
  const std::string head = R"(data: {"candidates":[{"content":{"role":"model","parts":[{"text":)";
  const std::string stream =
      head +
      R"("a"}]},"index":0}],"usageMetadata":{"promptTokenCount":3,"newCount":4},"createTime":"t","modelVersion":"m","responseId":"r"})"
      "\n\n" +
      head +
      R"("b"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":5},"newly":1,"modelVersion":"m","responseId":"r"})"
      "\n\n";
  const std::string output = Again("gemini-generate", stream);
  EXPECT_THAT(output, HasSubstr(R"("usageMetadata":{"promptTokenCount":5,"newCount":4})"));
  EXPECT_THAT(output, HasSubstr(R"("createTime":"t")"));
  EXPECT_THAT(output, HasSubstr(R"("newly":1)"));
}

TEST(StreamExchangeOwn, AnAnswerWithoutChoicesIsAnAnswer) {
  const std::string stream = Completion(R"("choices":[])") + "data: [DONE]\n\n";
  EXPECT_EQ(Again("openai-completions", stream), stream);
}

TEST(StreamExchangeOwn, NothingButTheEndIsAnError) {
  for (std::string_view from : {"openai-chat", "openai-completions"}) {
    Outcome outcome = Translate(from, "neutral", "data: [DONE]\n\n");
    EXPECT_EQ(outcome.output, "");
    EXPECT_EQ(outcome.error, "event 0: the stream ends before it began");
  }
}

TEST(StreamExchangeOwn, TheNameOfAnUnknownEventKeepsItsCharacters) {
  Output input;
  auto event = [&input](std::string_view name, std::string_view json) {
    Output payload;
    payload.Append(json);
    AppendAwsMessage(name, Frame::Type::kEvent, payload, input);
  };
  event("messageStart", R"({"role":"assistant"})");
  event(R"(new"event")", R"({"x":1})");
  event("messageStop", R"({"stopReason":"end_turn"})");
  event(
      "metadata",
      R"({"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}})");
  EXPECT_EQ(Again("bedrock-converse", input.ToString()), input.ToString());
}

TEST(StreamExchangeOwn, AnUnknownEventOfResponsesIsReported) {
  auto event = [](std::string_view type, std::string_view members) {
    return "event: " + std::string(type) + "\ndata: {\"type\":\"" + std::string(type) + "\"," +
           std::string(members) + "}\n\n";
  };
  const std::string stream =
      event(
          "response.created",
          R"("sequence_number":0,"response":{"id":"r","object":"response","created_at":1,"status":"in_progress","model":"m","output":[]})") +
      event("response.newly", R"("sequence_number":1,"x":"y")") +
      event(
          "response.completed",
          R"("sequence_number":2,"response":{"id":"r","object":"response","created_at":1,"status":"completed","model":"m","output":[]})");
  Outcome outcome = Translate("openai-responses", "openai-responses", stream);
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.findings, 1);
}

}  // namespace
}  // namespace aiproxy
