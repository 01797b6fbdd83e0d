#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/exchange/exchange.h"
#include "core/protocols/registry.h"

namespace aiproxy {
namespace {

struct Outcome {
  std::string output;
  Error error;
  bool ok = false;
};

/// Every finding as "event pointer slug".
class Places : public ReportSink {
 public:
  void Take(const Accounting& accounting, const ReportPlace& place) override {
    for (const Finding& finding : accounting.findings()) {
      std::string pointer;
      accounting.document().AppendPointer(finding.node, pointer);
      std::string_view resolved = pointer;
      std::string buffer;
      std::string event = std::to_string(place.Resolve(resolved, buffer));
      all.push_back(event + " " + std::string(resolved) + " " + std::string(finding.code->slug));
    }
  }

  std::vector<std::string> all;
};

Outcome Translate(ExchangeOptions options, std::string_view to, std::string_view input,
                  ReportSink* report = nullptr, std::size_t step = 1 << 20) {
  options.to = FindProtocol(to);
  StreamExchange exchange(options, report);
  Output out;
  Outcome outcome;
  Status status = Ok();
  std::vector<std::string> fed;  // frames may point into what was fed before
  for (std::size_t at = 0; at < input.size() && status; at += step) {
    const std::string_view piece = input.substr(at, step);
    fed.push_back(std::string(piece) + std::string(Document::kPadding, '\0'));
    status = exchange.Feed(fed.back().data(), piece.size(), out);
  }
  if (status) status = exchange.Finish(out);
  outcome.ok = status.has_value();
  if (!status) outcome.error = status.error();
  outcome.output = out.ToString();
  return outcome;
}

std::string Chunk(std::string_view delta, std::string_view finish = "null") {
  return R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":)" +
         std::string(delta) + R"(,"finish_reason":)" + std::string(finish) + "}]}\n\n";
}

std::size_t Count(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// A stream of Anthropic's, whole, of that service tier.
std::string OfTier(std::string_view tier) {
  return R"(event: message_start
data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"c","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1,"service_tier":")" +
         std::string(tier) + R"("}}}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":1}}

event: message_stop
data: {"type":"message_stop"}

)";
}

TEST(StreamExchange, ATierIsToldOrReported) {
  ExchangeOptions options;
  options.from = FindProtocol("anthropic-messages");
  for (std::string_view to : {"openai-chat", "openai-responses"}) {
    Places kept;
    EXPECT_EQ(Count(Translate(options, to, OfTier("priority"), &kept).output,
                    R"("service_tier":"priority")") > 0,
              true);
    Places lost;
    Translate(options, to, OfTier("batch"), &lost);
    EXPECT_EQ(
        std::count(lost.all.begin(), lost.all.end(), "0 /message/usage/service_tier field-dropped"),
        1);
  }
}

TEST(StreamExchange, IsRecognisedFromItsFirstFrame) {
  Outcome outcome =
      Translate({}, "anthropic-messages",
                Chunk(R"({"content":"hi"})") + Chunk("{}", "\"stop\"") + "data: [DONE]\n\n");
  EXPECT_TRUE(outcome.ok) << outcome.error.message;
  EXPECT_NE(outcome.output.find(R"("text":"hi")"), std::string::npos);
  EXPECT_EQ(Count(outcome.output, "event: message_stop"), 1u);
}

TEST(StreamExchange, SameProtocolGivesTheVeryBytes) {
  std::string input = ": hello\r\n\r\n" + Chunk(R"({"content":"h\u00e9"})") +
                      Chunk("{}", "\"stop\"") + "data:[DONE]\n\n";
  Outcome outcome = Translate({}, "openai-chat", input);
  EXPECT_TRUE(outcome.ok) << outcome.error.message;
  EXPECT_EQ(outcome.output, input);
}

TEST(StreamExchange, ACutStreamEndsInAnErrorEvent) {
  for (std::string_view to : {"anthropic-messages", "openai-chat"}) {
    Outcome outcome = Translate({}, to, Chunk(R"({"content":"hi"})"));
    EXPECT_FALSE(outcome.ok);
    EXPECT_EQ(outcome.error.kind, ErrorKind::kInvalidInput);
    EXPECT_NE(outcome.output.find(R"("error")"), std::string::npos) << outcome.output;
  }
}

TEST(StreamExchange, WhatIsOutStaysWhenAFrameIsBroken) {
  Outcome outcome = Translate(
      {}, "anthropic-messages",
      Chunk(R"({"content":"hi"})") + "data: {broken\n\n" + Chunk(R"({"content":"later"})"));
  EXPECT_FALSE(outcome.ok);
  EXPECT_NE(outcome.error.message.find("event 1"), std::string::npos) << outcome.error.message;
  EXPECT_NE(outcome.output.find("hi"), std::string::npos);
  EXPECT_NE(outcome.output.find("event: error"), std::string::npos);
  EXPECT_EQ(outcome.output.find("later"), std::string::npos);
}

TEST(StreamExchange, SameProtocolKeepsWholeFramesOnlyWhenItGoesWrong) {
  const std::string good = ": hello\n\n" + Chunk(R"({"content":"hi"})");
  for (std::string_view bad : {"data: {broken\n\n", "data: {broken", "data: {\"id\":\"c\",\"cho"}) {
    const std::string input = good + std::string(bad) + Chunk(R"({"content":"later"})");
    const Outcome at_once = Translate({}, "openai-chat", input);
    EXPECT_FALSE(at_once.ok);
    EXPECT_EQ(at_once.output.substr(0, good.size()), good);
    const std::string end = at_once.output.substr(good.size());
    EXPECT_TRUE(end.starts_with("data: {\"error\":")) << end;
    EXPECT_EQ(Count(end, "data: "), 1u) << end;
    for (std::size_t step : {1u, 3u, 50u})
      EXPECT_EQ(Translate({}, "openai-chat", input, nullptr, step).output, at_once.output) << step;
  }
}

TEST(StreamExchange, SameProtocolKeepsWhatStandsBeforeABrokenFrame) {
  for (std::string_view end : {"\n", "\r\n", "\r"}) {
    std::string good = Chunk(R"({"content":"hi"})");
    for (std::string_view line : {"xdata: foo", "", ": hello", "event:", "", "data:", ""}) {
      good += line;
      good += end;
    }
    const std::string input = good + "data: {broken\n\n";
    const Outcome at_once = Translate({}, "openai-chat", input);
    EXPECT_FALSE(at_once.ok);
    EXPECT_TRUE(at_once.output.starts_with(good)) << at_once.output;
    for (std::size_t step = 1; step < input.size(); ++step)
      EXPECT_EQ(Translate({}, "openai-chat", input, nullptr, step).output, at_once.output) << step;
  }
}

TEST(StreamExchange, SameProtocolHandsOnCommentsAtOnce) {
  ExchangeOptions options;
  options.to = FindProtocol("openai-chat");
  StreamExchange exchange(options, nullptr);
  for (const std::string& piece : {Chunk(R"({"content":"hi"})"), std::string(": alive\n\n")}) {
    std::string bytes = piece + std::string(Document::kPadding, '\0');
    Output out;
    EXPECT_TRUE(exchange.Feed(bytes.data(), piece.size(), out).has_value());
    EXPECT_EQ(out.ToString(), piece);
  }
}

TEST(StreamExchange, NothingIsWrittenOfWhatIsNoStream) {
  for (std::string_view input : {"", "data: <html>\n\n", "data: {\"a\":1}\n\n",
                                 "<!doctype html>\n\n", ": only a comment\n\n"}) {
    Outcome outcome = Translate({}, "anthropic-messages", input);
    EXPECT_FALSE(outcome.ok) << input;
    EXPECT_EQ(outcome.output, "") << input;
  }
}

TEST(StreamExchange, SeveralStreamsOneAfterTheOther) {
  std::string one = Chunk(R"({"content":"hi"})") + Chunk("{}", "\"stop\"") + "data: [DONE]\n\n";
  Outcome outcome = Translate({}, "anthropic-messages", one + one);
  EXPECT_TRUE(outcome.ok) << outcome.error.message;
  EXPECT_EQ(Count(outcome.output, "event: message_start"), 2u);
  EXPECT_EQ(Count(outcome.output, "event: message_stop"), 2u);
}

TEST(StreamExchange, AnEventBeyondTheLimitIsAnError) {
  ExchangeOptions options;
  options.limits.max_event_bytes = 1000;
  Outcome outcome = Translate(
      options, "anthropic-messages",
      Chunk(R"({"content":"hi"})") + Chunk(R"({"content":")" + std::string(2000, 'x') + "\"}"));
  EXPECT_FALSE(outcome.ok);
  EXPECT_EQ(outcome.error.kind, ErrorKind::kLimitExceeded);
  EXPECT_NE(outcome.output.find("event: error"), std::string::npos);
}

TEST(StreamExchange, AggregateOfACutStreamWritesNothing) {
  ExchangeOptions options;
  options.aggregate = true;
  Outcome outcome = Translate(options, "anthropic-messages", Chunk(R"({"content":"hi"})"));
  EXPECT_FALSE(outcome.ok);
  EXPECT_EQ(outcome.output, "");
}

TEST(StreamExchange, FindingsAboutAnAggregateNameTheirFrames) {
  std::string lossy = Chunk(R"({"refusal":"no"})");
  lossy.replace(lossy.find("\"created\":1"), 11, "\"created\":1,\"extra\":{\"a\":1}");
  std::string stream =
      Chunk(R"({"content":"hi"})") + lossy + Chunk("{}", "\"unheard\"") + "data: [DONE]\n\n";
  ExchangeOptions options;
  options.aggregate = true;
  Places places;
  Outcome outcome = Translate(options, "anthropic-messages", stream, &places);
  EXPECT_TRUE(outcome.ok) << outcome.error.message;
  for (const char* place : {"0 /created field-dropped", "1 /extra field-dropped",
                            "1 /choices/0/delta/refusal part-degraded",
                            "2 /choices/0/finish_reason value-degraded", "-1  value-invented"}) {
    EXPECT_NE(std::find(places.all.begin(), places.all.end(), place), places.all.end()) << place;
  }
  EXPECT_EQ(places.all.size(), 5u);
  options.on_loss.refuse_degraded = true;
  outcome = Translate(options, "anthropic-messages", stream);
  EXPECT_EQ(outcome.error.kind, ErrorKind::kLossRefused);
  EXPECT_TRUE(outcome.error.message.starts_with("event 1: ")) << outcome.error.message;
  EXPECT_EQ(outcome.error.pointer, "/choices/0/delta/refusal");
}

TEST(StreamExchange, ARefusedLossStopsBeforeItsEvent) {
  ExchangeOptions options;
  options.on_loss.refuse_dropped = true;
  std::string lossy = Chunk(R"({"content":"later"})");
  lossy.replace(lossy.find("\"created\":1"), 11, "\"created\":1,\"extra\":{\"a\":1}");
  Outcome outcome = Translate(options, "anthropic-messages", Chunk(R"({"content":"hi"})") + lossy);
  EXPECT_FALSE(outcome.ok);
  EXPECT_EQ(outcome.error.kind, ErrorKind::kLossRefused);
  EXPECT_EQ(outcome.output.find("later"), std::string::npos);
}

}  // namespace
}  // namespace aiproxy
