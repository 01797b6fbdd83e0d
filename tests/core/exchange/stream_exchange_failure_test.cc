// Streams of Bedrock that fail: wherever it happens, the target's client sees a failure.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/exchange/exchange.h"
#include "core/protocols/registry.h"
#include "core/stream/crc32.h"

namespace aiproxy {
namespace {

std::string BigEndian(std::size_t value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    text += static_cast<char>(value >> shift);
  return text;
}

std::string Header(std::string_view name, std::string_view value) {
  std::string header(1, static_cast<char>(name.size()));
  return header.append(name).append("\x07").append(BigEndian(value.size(), 2)).append(value);
}

std::string Message(const std::string& headers, std::string_view payload) {
  std::string message = BigEndian(16 + headers.size() + payload.size(), 4);
  message += BigEndian(headers.size(), 4);
  message += BigEndian(Crc32(message), 4);
  message.append(headers).append(payload);
  return message + BigEndian(Crc32(message), 4);
}

std::string Event(std::string_view name, std::string_view payload) {
  return Message(Header(":event-type", name) + Header(":message-type", "event"), payload);
}

/// A whole answer: reasoning, text, a call.
std::vector<std::string> Answer() {
  return {
      Event("messageStart", R"({"role":"assistant"})"),
      Event("contentBlockDelta",
            R"({"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"h"}}})"),
      Event("contentBlockDelta",
            R"({"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"c2ln"}}})"),
      Event("contentBlockStop", R"({"contentBlockIndex":0})"),
      Event("contentBlockDelta", R"({"contentBlockIndex":1,"delta":{"text":"x"}})"),
      Event("contentBlockStop", R"({"contentBlockIndex":1})"),
      Event("contentBlockStart",
            R"({"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"t1","name":"f"}}})"),
      Event("contentBlockDelta",
            R"({"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"a\":"}}})"),
      Event("contentBlockDelta", R"({"contentBlockIndex":2,"delta":{"toolUse":{"input":"1}"}}})"),
      Event("contentBlockStop", R"({"contentBlockIndex":2})"),
      Event("messageStop", R"({"stopReason":"tool_use"})"),
      Event("metadata", R"({"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}})"),
  };
}

std::string Translate(std::string_view to, std::string input, bool& failed) {
  ExchangeOptions options;
  options.from = FindProtocol("bedrock-converse");
  options.to = FindProtocol(to);
  options.through_codecs = true;
  StreamExchange exchange(options, nullptr);
  std::size_t size = input.size();
  input.append(Document::kPadding, '\0');
  Output out;
  Status status = exchange.Feed(input.data(), size, out);
  if (status) status = exchange.Finish(out);
  failed = !status;
  return out.ToString();
}

/// How each wire tells that a stream has failed.
struct Wire {
  std::string_view id;
  std::string_view error;
  std::string_view end;  // of an answer that is whole
};
constexpr Wire kWires[] = {
    {"openai-chat", "data: {\"error\":", "[DONE]"},
    {"openai-responses", "event: response.failed", "event: response.completed"},
    {"anthropic-messages", "event: error", "event: message_stop"},
    {"gemini-generate", "\"error\":{", "\"finishReason\""},
    {"bedrock-converse", ":exception-type", "\x0bmessageStop"},
};

class BrokenStream : public testing::TestWithParam<Wire> {
 protected:
  void ExpectFailure(const std::string& output, std::size_t at) {
    EXPECT_NE(output.find(GetParam().error), output.npos) << "at " << at << ": " << output;
  }
};

TEST_P(BrokenStream, ByAnExceptionOrAnErrorAtAnyPlace) {
  const std::string exception = Message(
      Header(":exception-type", "throttlingException") + Header(":message-type", "exception"),
      R"({"message":"slow down"})");
  const std::string error =
      Message(Header(":message-type", "error") + Header(":error-code", "InternalFailure") +
                  Header(":error-message", "slow down"),
              "");
  const std::vector<std::string> answer = Answer();
  for (const std::string& failure : {exception, error}) {
    std::string before;
    for (std::size_t at = 0; at < answer.size(); ++at) {
      bool failed = false;
      // What follows is not read: the answer is over.
      std::string output = Translate(GetParam().id, before + failure + answer[at], failed);
      EXPECT_FALSE(failed) << at;
      ExpectFailure(output, at);
      EXPECT_NE(output.find("slow down"), output.npos) << at;
      before += answer[at];
    }
  }
}

TEST_P(BrokenStream, ByACutAtAnyByte) {
  std::string whole;
  std::size_t stopped = 0;  // where the answer is complete
  const std::size_t first = Answer().front().size();
  for (const std::string& message : Answer()) {
    whole += message;
    if (message.find("messageStop") != message.npos) stopped = whole.size();
  }
  for (std::size_t size = 0; size < whole.size(); ++size) {
    bool failed = false;
    std::string output = Translate(GetParam().id, whole.substr(0, size), failed);
    if (size < first) {  // nothing can be said of an answer that has not begun
      EXPECT_EQ(output, "");
      EXPECT_TRUE(failed);
    } else if (size == stopped) {
      EXPECT_FALSE(failed);
      EXPECT_NE(output.find(GetParam().end), output.npos);
    } else {
      ExpectFailure(output, size);
    }
  }
}

TEST_P(BrokenStream, ByADamagedByte) {
  std::string whole;
  for (const std::string& message : Answer()) whole += message;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    bool failed = false;
    std::string output = Translate(GetParam().id, damaged, failed);
    EXPECT_TRUE(failed) << at;
    if (at < Answer().front().size())
      EXPECT_EQ(output, "");
    else if (output.find(GetParam().end) == output.npos)  // not behind the end of the answer
      ExpectFailure(output, at);
  }
}

INSTANTIATE_TEST_SUITE_P(Wires, BrokenStream, testing::ValuesIn(kWires), [](const auto& one) {
  std::string name(one.param.id);
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
});

}  // namespace
}  // namespace aiproxy
