// Streams in other framings than server-sent events, in and out.
#include <gtest/gtest.h>

#include <string>

#include "core/exchange/exchange.h"
#include "core/protocols/registry.h"

namespace aiproxy {
namespace {

constexpr std::string_view kChunks =
    R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}]}

data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

data: [DONE]

)";

struct Outcome {
  std::string output;
  std::string error;
};

Outcome Translate(ExchangeOptions options, std::string_view to, std::string input) {
  options.to = FindProtocol(to);
  StreamExchange exchange(options, nullptr);
  std::size_t size = input.size();
  input.append(Document::kPadding, '\0');
  Output out;
  Status status = exchange.Feed(input.data(), size, out);
  if (status) status = exchange.Finish(out);
  return {out.ToString(), status ? "" : status.error().message};
}

std::string Invoked() {
  ExchangeOptions options;
  options.framing = Framing::kAwsInvokeStream;
  Outcome outcome = Translate(options, "anthropic-messages", std::string(kChunks));
  EXPECT_EQ(outcome.error, "");
  return outcome.output;
}

TEST(StreamFraming, InvokeStreamIsReadAsWhatItWraps) {
  std::string binary = Invoked();
  EXPECT_EQ(binary.find("content_block"), std::string::npos);
  std::string text = Translate({}, "anthropic-messages", std::string(kChunks)).output;
  ExchangeOptions as_text;
  as_text.framing = Framing::kSse;
  Outcome back = Translate(as_text, "anthropic-messages", binary);
  EXPECT_EQ(back.error, "");
  EXPECT_EQ(back.output, text);
}

TEST(StreamFraming, SameProtocolKeepsTheFraming) {
  std::string binary = Invoked();
  EXPECT_EQ(Translate({}, "anthropic-messages", binary).output, binary);
  ExchangeOptions options;
  options.framing = Framing::kAwsInvokeStream;
  options.through_codecs = true;
  EXPECT_EQ(Translate(options, "anthropic-messages", binary).output, binary);
}

TEST(StreamFraming, ErrorsAreFramedAsTheStreamIs) {
  std::string binary = Invoked();
  std::string cut = binary.substr(0, binary.size() - 1);
  Outcome same = Translate({}, "anthropic-messages", cut);
  EXPECT_TRUE(same.output.starts_with(binary.substr(0, binary.size() / 2)));
  EXPECT_NE(same.output.find("internalServerException"), std::string::npos);
  EXPECT_NE(same.error.find("cut off"), std::string::npos) << same.error;
  Outcome other = Translate({}, "openai-chat", cut);
  EXPECT_NE(other.output.find("cut off"), std::string::npos);
  EXPECT_TRUE(other.output.ends_with("}}\n\n")) << other.output;
}

TEST(StreamFraming, ABrokenArrayIsClosedBehindItsError) {
  std::string good =
      "[{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
      "\"choices\":[]}";
  for (const char* rest : {"", ",", ",{\"id", "\n,x"}) {
    Outcome outcome = Translate({}, "openai-chat", good + rest);
    EXPECT_TRUE(outcome.output.starts_with(good + ",\n{\"error\"")) << outcome.output;
    EXPECT_TRUE(outcome.output.ends_with("}}]\n")) << outcome.output;
  }
}

TEST(StreamFraming, ExceptionsAreErrorsOfTheTarget) {
  ExchangeOptions options;
  options.framing = Framing::kAwsInvokeStream;
  std::string input(kChunks.substr(0, kChunks.find("\n\n") + 2));
  input +=
      "data: {\"error\":{\"message\":\"slow down\",\"type\":\"requests\",\"param\":null,"
      "\"code\":\"rate_limit_exceeded\"}}\n\n";
  std::string binary = Translate(options, "anthropic-messages", input).output;
  EXPECT_NE(binary.find("throttlingException"), std::string::npos);
  Outcome back = Translate({}, "openai-chat", binary);
  EXPECT_EQ(back.error, "");
  EXPECT_NE(back.output.find("\"code\":\"rate_limit_exceeded\""), std::string::npos) << back.output;
}

TEST(StreamFraming, ArraysAreReadElementByElement) {
  std::string array = "[";
  for (std::size_t at = 0; (at = kChunks.find("data: {", at)) != kChunks.npos; ++at)
    array += (array.size() > 1 ? ",\r\n" : "") +
             std::string(kChunks.substr(at + 6, kChunks.find('\n', at) - at - 6));
  array += "]";
  Outcome outcome = Translate({}, "anthropic-messages", array);
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.output, Translate({}, "anthropic-messages", std::string(kChunks)).output);
}

}  // namespace
}  // namespace aiproxy
