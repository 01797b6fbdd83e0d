// What a message is for: recognised from its content or its path, and what it is written as.
#include <gtest/gtest.h>

#include "core/exchange/exchange.h"
#include "core/protocols/registry.h"

namespace aiproxy {
namespace {

struct Outcome {
  std::string output;
  Error error;
  const Protocol* from = nullptr;
  const Protocol* to = nullptr;
  bool ok = false;
};

Outcome Translate(ExchangeOptions options, std::string_view input, std::string_view to) {
  options.to = FindProtocol(to);
  DocumentExchange exchange(options, nullptr);
  PaddedText text(input);
  Output out;
  Outcome outcome;
  Status status = exchange.Translate(text.view(), out);
  outcome.ok = status.has_value();
  if (!status) outcome.error = status.error();
  outcome.output = out.ToString();
  outcome.from = exchange.recognised().protocol;
  outcome.to = exchange.target();
  return outcome;
}

Outcome Translate(std::string_view input, std::string_view to,
                  std::optional<Capability> capability = std::nullopt) {
  ExchangeOptions options;
  options.capability = capability;
  return Translate(options, input, to);
}

std::string Wire(const Protocol* protocol) {
  if (protocol == nullptr) return "none";
  return std::string(protocol->id) + " " + std::string(Name(protocol->capability));
}

constexpr auto kCount = Capability::kCountTokens;
constexpr std::string_view kBare = R"({"model":"m","messages":[{"role":"user","content":"Hi"}]})";

TEST(Capability, OfACountIsSeenInItsContent) {
  struct Row {
    std::string_view input, wire;
  };
  for (const Row& row : {
           Row{R"({"input_tokens":1})", "anthropic-messages count-tokens"},
           Row{R"({"input_tokens":1,"context_management":{"original_input_tokens":2}})",
               "anthropic-messages count-tokens"},
           Row{R"({"object":"response.input_tokens","input_tokens":1})",
               "openai-responses count-tokens"},
           Row{R"({"totalTokens":1})", "gemini-generate count-tokens"},
           Row{R"({"total_tokens":1,"totalBillableCharacters":3})", "gemini-generate count-tokens"},
           Row{R"({"inputTokens":1})", "bedrock-converse count-tokens"},
           Row{R"({"generateContentRequest":{"contents":[]}})", "gemini-generate count-tokens"},
           Row{R"({"input":{"converse":{"messages":[]}}})", "bedrock-converse count-tokens"},
       }) {
    EXPECT_EQ(Wire(Translate(row.input, "neutral").from), row.wire) << row.input;
  }
}

TEST(Capability, OfCompletionsIsSeenInTheirContent) {
  for (std::string_view input :
       {R"({"model":"m","prompt":"Hi"})", R"({"prompt":["Hi"],"max_tokens":1})",
        R"({"object":"text_completion","choices":[]})",
        R"({"choices":[{"index":0,"text":"Hi"}]})"}) {
    EXPECT_EQ(Wire(Translate(input, "claude").from), "openai-completions completions") << input;
  }
  EXPECT_EQ(Wire(Translate(R"({"prompt":"Hi","messages":[]})", "claude").from), "openai-chat chat");
  ExchangeOptions options;
  options.from = FindProtocol("openai");
  options.kind = MessageKind::kRequest;
  EXPECT_EQ(Wire(Translate(options, R"({"model":"m","prompt":"Hi"})", "claude").from),
            "openai-completions completions");
}

TEST(Capability, OfCompletionsIsKeptOrChat) {
  constexpr std::string_view kPrompt = R"({"model":"m","prompt":"Hi"})";
  constexpr auto kCompletions = Capability::kCompletions;
  EXPECT_EQ(Wire(Translate(kPrompt, "openai").to), "openai-completions completions");
  EXPECT_EQ(Wire(Translate(kPrompt, "responses").to), "openai-responses chat");
  EXPECT_EQ(Wire(Translate(kPrompt, "openai", Capability::kChat).to), "openai-chat chat");
  EXPECT_EQ(Wire(Translate(kPrompt, "openai", kCompletions).to), "openai-chat chat");
  EXPECT_EQ(Wire(Translate(kBare, "openai", kCompletions).to), "openai-completions completions");
  EXPECT_EQ(Wire(Translate(kBare, "openai-completions").to), "openai-completions completions");
  EXPECT_EQ(
      Wire(Translate(R"({"error":{"message":"no","type":"x","code":null}})", "claude", kCompletions)
               .to),
      "anthropic-messages chat");
}

TEST(Capability, OfWhatChatHasTooIsChat) {
  EXPECT_EQ(Wire(Translate(kBare, "neutral").from), "openai-chat chat");
  EXPECT_EQ(Wire(Translate(R"({"model":"m","input":"Hi"})", "neutral").from),
            "openai-responses chat");
  EXPECT_EQ(Wire(Translate(R"({"contents":[{"parts":[{"text":"Hi"}]}]})", "neutral").from),
            "gemini-generate chat");
}

TEST(Capability, IsWhatThePathSays) {
  struct Row {
    std::string_view path, input, wire;
  };
  for (const Row& row : {
           Row{"/v1/messages/count_tokens?beta=true", kBare, "anthropic-messages count-tokens"},
           Row{"/v1/messages/count_tokens", R"({"messages":[],"max_tokens":1})",
               "anthropic-messages count-tokens"},
           Row{"/v1/messages", kBare, "anthropic-messages chat"},
           Row{"/v1/chat/completions", kBare, "openai-chat chat"},
           Row{"/v1/completions", R"({"prompt":"Hi"})", "openai-completions completions"},
           Row{"/v1/responses/input_tokens", R"({"model":"m","input":"Hi"})",
               "openai-responses count-tokens"},
           Row{"/v1beta/models/m:countTokens", R"({"contents":[]})",
               "gemini-generate count-tokens"},
           Row{"/v1beta/models/m:generateContent", R"({"contents":[]})", "gemini-generate chat"},
           Row{"/model/m/count-tokens", R"({"input":{"converse":{"messages":[]}}})",
               "bedrock-converse count-tokens"},
       }) {
    ExchangeOptions options;
    options.path = row.path;
    EXPECT_EQ(Wire(Translate(options, row.input, "neutral").from), row.wire) << row.path;
  }
  ExchangeOptions options;
  options.from = FindProtocol("claude");
  options.kind = MessageKind::kRequest;
  options.path = "/v1/messages/count_tokens";
  EXPECT_EQ(Wire(Translate(options, kBare, "neutral").from), "anthropic-messages count-tokens");
}

TEST(Capability, IsKept) {
  Outcome outcome = Translate(R"({"totalTokens":7})", "claude");
  EXPECT_EQ(Wire(outcome.to), "anthropic-messages count-tokens");
  EXPECT_EQ(outcome.output, R"({"input_tokens":7})");
  EXPECT_EQ(Translate(R"( {"input_tokens" : 7})", "claude").output, R"( {"input_tokens" : 7})");
  ExchangeOptions options;
  options.from = FindProtocol("gemini");
  options.kind = MessageKind::kResponse;
  EXPECT_EQ(Translate(options, R"({"totalTokens":7})", "bedrock").output, R"({"inputTokens":7})");
}

TEST(Capability, OfARequestOfChatThatIsCounted) {
  Outcome outcome = Translate(R"({"model":"m","max_tokens":9,"messages":[]})", "claude", kCount);
  EXPECT_EQ(outcome.output, R"({"model":"m","messages":[]})");
  ExchangeOptions options;
  options.capability = kCount;
  options.from = FindProtocol("claude");
  outcome = Translate(options, kBare, "claude");
  EXPECT_EQ(Wire(outcome.from), "anthropic-messages count-tokens");
  EXPECT_EQ(outcome.output, kBare);
}

TEST(Capability, ThatCannotBeMeantIsAnError) {
  struct Row {
    std::string_view input, to;
    std::optional<Capability> capability;
    std::string_view part;
  };
  for (const Row& row : {
           Row{R"({"input_tokens":1})", "openai", std::nullopt, "openai-chat cannot count tokens"},
           Row{kBare, "openai", kCount,
               "choose --to openai-responses, anthropic-messages, gemini-generate, "
               "bedrock-converse"},
           Row{R"({"type":"message","content":[]})", "gemini", kCount, "no count of tokens"},
           Row{R"({"input_tokens":1})", "gemini", Capability::kChat, "no answer of chat"},
           Row{kBare, "claude", Capability::kCompletions, "no legacy completions"},
           Row{R"({"input_tokens":1})", "openai", Capability::kCompletions, "no completion"},
       }) {
    Outcome outcome = Translate(row.input, row.to, row.capability);
    EXPECT_FALSE(outcome.ok) << row.input;
    EXPECT_EQ(outcome.error.kind, ErrorKind::kUnsupported) << row.input;
    EXPECT_NE(outcome.error.message.find(row.part), std::string::npos) << outcome.error.message;
    EXPECT_EQ(outcome.output, "");
  }
}

TEST(Capability, OfAnErrorIsTheVendors) {
  Outcome outcome = Translate(R"({"error":{"code":404,"message":"gone","status":"NOT_FOUND"}})",
                              "claude", kCount);
  EXPECT_NE(outcome.output.find("not_found_error"), std::string::npos) << outcome.output;
}

}  // namespace
}  // namespace aiproxy
