// Reasoning through chains: to another protocol and back, every signature and everything encrypted
// is the same, byte for byte; where there is no place for it, it is one loss.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fixture/fixture_case.h"
#include "core/protocols/registry.h"

namespace aiproxy {
namespace {

constexpr std::string_view kSignature = "U0lHTkFUVVJFK1NJRy8xMg==";
constexpr std::string_view kSealed = "U0VBTEVEK1NFQUxFRC8xMg==";

/// Reasoning as one vendor's model gives it, in one wire: a text with a signature or a summary, and
/// something encrypted; then a call.
struct Origin {
  std::string_view name;
  std::string_view protocol;
  std::string_view path;
  std::string request;
  std::string response;
};

std::string ChatMessage(std::string_view format, bool is_signed) {
  std::string details;
  if (is_signed) {
    details = R"({"type":"reasoning.text","text":"T","signature":")" + std::string(kSignature) +
              R"(","format":")" + std::string(format) + R"(","index":0},)";
  }
  details += R"({"type":"reasoning.encrypted","data":")" + std::string(kSealed) +
             R"(","id":"rs_1","format":")" + std::string(format) + R"(","index":1})";
  return R"({"role":"assistant","content":null,"reasoning_content":"T","reasoning_details":[)" +
         details +
         R"(],"tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{}"}}]})";
}

Origin Chat(std::string_view name, std::string_view model, std::string_view format,
            bool is_signed) {
  std::string message = ChatMessage(format, is_signed);
  std::string head = R"("model":")" + std::string(model) + "\",";
  return {
      name, "openai-chat", "",
      "{" + head + R"("max_tokens":9000,"messages":[{"role":"user","content":"q"},)" + message +
          R"(,{"role":"tool","tool_call_id":"t1","content":"r"}]})",
      "{" + head +
          R"("id":"c","object":"chat.completion","created":1,"choices":[{"index":0,"message":)" +
          message +
          R"(,"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}})"};
}

Origin Responses() {
  std::string items =
      R"({"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"T"}],"encrypted_content":")" +
      std::string(kSealed) +
      R"("},{"type":"function_call","id":"fc_1","call_id":"t1","name":"f","arguments":"{}","status":"completed"})";
  return {
      "OpenAiInResponses", "openai-responses", "",
      R"({"model":"o3","store":false,"include":["reasoning.encrypted_content"],"input":[{"type":"message","role":"user","content":"q"},)" +
          items + R"(,{"type":"function_call_output","call_id":"t1","output":"r"}]})",
      R"({"id":"r","object":"response","created_at":1,"status":"completed","model":"o3","output":[)" +
          items + R"(],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}})"};
}

Origin Messages() {
  std::string blocks = R"([{"type":"thinking","thinking":"T","signature":")" +
                       std::string(kSignature) + R"("},{"type":"redacted_thinking","data":")" +
                       std::string(kSealed) +
                       R"("},{"type":"tool_use","id":"t1","name":"f","input":{}}])";
  return {
      "ClaudeInMessages", "anthropic-messages", "",
      R"({"model":"us.anthropic.claude-sonnet-4-5-20250929-v1:0","max_tokens":9000,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":)" +
          blocks +
          R"(},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"r"}]}]})",
      R"({"id":"m","type":"message","role":"assistant","model":"claude-sonnet-4-5-20250929","content":)" +
          blocks +
          R"(,"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":2}})"};
}

Origin Converse() {
  std::string message =
      R"({"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"T","signature":")" +
      std::string(kSignature) + R"("}}},{"reasoningContent":{"redactedContent":")" +
      std::string(kSealed) + R"("}},{"toolUse":{"toolUseId":"t1","name":"f","input":{}}}]})";
  return {
      "ClaudeInConverse", "bedrock-converse",
      "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse",
      R"({"inferenceConfig":{"maxTokens":9000},"messages":[{"role":"user","content":[{"text":"q"}]},)" +
          message +
          R"(,{"role":"user","content":[{"toolResult":{"toolUseId":"t1","content":[{"text":"r"}]}}]}]})",
      R"({"output":{"message":)" + message +
          R"(},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":1}})"};
}

Origin Generate() {
  std::string content =
      R"({"role":"model","parts":[{"text":"T","thought":true,"thoughtSignature":")" +
      std::string(kSealed) +
      R"("},{"functionCall":{"id":"t1","name":"f","args":{}},"thoughtSignature":")" +
      std::string(kSignature) + R"("}]})";
  return {
      "GeminiInGenerate", "gemini-generate", "/v1beta/models/gemini-3-pro:generateContent",
      R"({"contents":[{"role":"user","parts":[{"text":"q"}]},)" + content +
          R"(,{"role":"user","parts":[{"functionResponse":{"id":"t1","name":"f","response":{"output":"r"}}}]}]})",
      R"({"candidates":[{"content":)" + content +
          R"(,"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"totalTokenCount":3},"modelVersion":"gemini-3-pro","responseId":"r"})"};
}

std::vector<Origin> AllOrigins() {
  return {Chat("ClaudeInChat", "claude-sonnet-4-5-20250929", "anthropic-claude-v1", true),
          Chat("OpenAiInChat", "o3", "openai-responses-v1", false),
          Responses(),
          Messages(),
          Converse(),
          Generate()};
}

FixtureCase CaseOf(std::string_view protocol, MessageKind kind, std::string text,
                   std::string_view path) {
  FixtureCase fixture;
  fixture.protocol = protocol;
  if (!path.empty()) fixture.info = R"({"path":")" + std::string(path) + "\"}";
  fixture.inputs = {{kind, std::move(text)}};
  return fixture;
}

std::size_t CountOf(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::size_t PartsDropped(const CaseResult& result) {
  return static_cast<std::size_t>(
      std::count_if(result.findings.begin(), result.findings.end(),
                    [](const ReportedFinding& finding) { return finding.code == &kPartDropped; }));
}

/// The way there, and what came back.
struct Chain {
  CaseResult there;
  CaseResult back;
  std::string before;  // the own protocol's answer or request
  std::string after;
};

Chain WalkDocument(const Origin& origin, const Protocol& to, MessageKind kind) {
  Chain chain;
  chain.before = kind == MessageKind::kRequest ? origin.request : origin.response;
  std::string_view path = kind == MessageKind::kRequest ? origin.path : "";
  FixtureCase fixture = CaseOf(origin.protocol, kind, chain.before, path);
  chain.there = RunCase(fixture, kind, {.to = &to, .emit = Emit::kEnvelope});
  EXPECT_FALSE(chain.there.failed) << chain.there.error.message;
  CaseResult back = RunCase(CaseOf(to.id, kind, chain.there.output, ""), kind,
                            {.to = FindProtocol(origin.protocol)});
  EXPECT_FALSE(back.failed) << back.error.message << "\n" << chain.there.output;
  chain.after = back.output;
  chain.back = back;
  return chain;
}

Chain WalkStream(const Origin& origin, const Protocol& to) {
  Chain chain;
  const Protocol* own = FindProtocol(origin.protocol);
  constexpr MessageKind kStream = MessageKind::kStream;
  FixtureCase answer = CaseOf(origin.protocol, MessageKind::kResponse, origin.response, "");
  CaseResult unrolled = RunCase(answer, MessageKind::kResponse, {.to = own, .unroll = true});
  FixtureCase stream = CaseOf(origin.protocol, kStream, unrolled.output, "");
  chain.before = RunCase(stream, kStream, {.to = own, .aggregate = true}).output;
  chain.there = RunCase(stream, kStream, {.to = &to});
  EXPECT_FALSE(chain.there.failed) << chain.there.error.message;
  CaseResult back = RunCase(CaseOf(to.id, kStream, chain.there.output, ""), kStream,
                            {.to = own, .aggregate = true});
  EXPECT_FALSE(back.failed) << back.error.message;
  chain.after = back.output;
  chain.back = back;
  return chain;
}

/// Requests to APIs that would refuse, or could not read, what another vendor has encrypted; how
/// many parts of it there are.
struct NoPlace {
  std::string_view origin;
  std::string_view to;
  std::size_t losses;  // 0: it is carried, but without its id it cannot come back
};
constexpr NoPlace kNoPlaces[] = {
    {"OpenAiInChat", "anthropic-messages", 2},      {"OpenAiInChat", "bedrock-converse", 2},
    {"OpenAiInResponses", "anthropic-messages", 1}, {"OpenAiInResponses", "bedrock-converse", 1},
    {"OpenAiInResponses", "gemini-generate", 0},    {"GeminiInGenerate", "bedrock-converse", 2},
};

void ExpectSame(const Chain& chain) {
  for (std::string_view secret : {kSignature, kSealed}) {
    EXPECT_EQ(CountOf(chain.after, secret), CountOf(chain.before, secret))
        << secret << "\n"
        << chain.there.output << "\n"
        << chain.after;
  }
}

class ReasoningChain : public testing::TestWithParam<std::pair<Origin, const Protocol*>> {
 protected:
  const Origin& origin() const { return GetParam().first; }
  const Protocol& to() const { return *GetParam().second; }
};

TEST_P(ReasoningChain, Requests) {
  Chain chain = WalkDocument(origin(), to(), MessageKind::kRequest);
  for (const NoPlace& place : kNoPlaces) {
    if (place.origin != origin().name || place.to != to().id) continue;
    EXPECT_EQ(PartsDropped(chain.there), place.losses);
    if (place.losses == 0)
      EXPECT_GT(PartsDropped(chain.back), 0u);
    else
      EXPECT_EQ(chain.there.output.find(kSealed), std::string::npos);
    return;
  }
  ExpectSame(chain);
}

TEST_P(ReasoningChain, Responses) {
  ExpectSame(WalkDocument(origin(), to(), MessageKind::kResponse));
}

TEST_P(ReasoningChain, Streams) { ExpectSame(WalkStream(origin(), to())); }

std::vector<std::pair<Origin, const Protocol*>> AllChains() {
  std::vector<std::pair<Origin, const Protocol*>> chains;
  for (const Origin& origin : AllOrigins()) {
    for (const Protocol* to : AllProtocols()) {
      if (to->id != origin.protocol) chains.emplace_back(origin, to);
    }
  }
  return chains;
}

INSTANTIATE_TEST_SUITE_P(Pairs, ReasoningChain, testing::ValuesIn(AllChains()),
                         [](const auto& one) {
                           std::string name(one.param.first.name);
                           name += "_to_";
                           name += one.param.second->id;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace aiproxy
