// In the steady state a document, and an event of a stream, is translated without allocating.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

#include "core/exchange/exchange.h"
#include "core/json/pointer.h"
#include "core/protocols/registry.h"

namespace {
std::size_t allocations = 0;
}  // namespace

// Counts every allocation of the program.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace aiproxy {
namespace {

/// Looks at every finding as a report does.
class Reader : public ReportSink {
 public:
  void Take(const Accounting& accounting, const ReportPlace&) override {
    cursor_.Begin(accounting.document());
    for (const Finding& finding : accounting.findings()) {
      message_.clear();
      accounting.AppendMessage(finding, message_);
      bytes_ += cursor_.To(finding.node).size() + message_.size();
      ++findings_;
    }
  }
  std::size_t findings() const { return findings_; }

 private:
  PointerCursor cursor_;
  std::string message_;
  std::size_t bytes_ = 0;
  std::size_t findings_ = 0;
};

struct Counted {
  std::size_t allocations = 0;
  std::size_t findings = 0;
};

/// Translates the document again and again; counts once it has been through a few times.
Counted Translate(std::string_view input, std::string_view from, std::string_view to,
                  MessageKind kind) {
  ExchangeOptions options;
  options.from = FindProtocol(from);
  options.to = FindProtocol(to);
  options.kind = kind;
  Reader reader;
  DocumentExchange exchange(options, &reader);
  PaddedText text(input);
  Output out;
  std::size_t before = 0;
  for (int i = 0; i < 50; ++i) {
    if (i == 5) before = allocations;
    Status status = exchange.Translate(text.view(), out);
    if (!status) {
      ADD_FAILURE() << status.error().message;
      break;
    }
    out.Clear();
  }
  return {allocations - before, reader.findings()};
}

constexpr std::string_view kLossyRequest =
    R"({"model":"gpt-4o","messages":[{"role":"system","content":"be brief"},)"
    R"({"role":"user","content":"caf\u00e9 \"x\"","name":"n","odd":[1,{"e":2}]}],)"
    R"("temperature":0.5,"max_tokens":100,"stop":["END"],"user":"u-1","metadata":{"trace":"t"},)"
    R"("seed":7,"n":"wrong","seed":8,"logit_bias":{"1":2},"a/~b":{"long":"enough not to fit in the string itself"}})";

TEST(SteadyState, ARequestWithLosses) {
  Counted counted =
      Translate(kLossyRequest, "openai-chat", "anthropic-messages", MessageKind::kRequest);
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_GE(counted.findings, 50u * 5);
}

TEST(SteadyState, ALargeRequest) {
  std::string input = R"({"model":"gpt-4o","max_tokens":9,"messages":[)";
  for (int i = 0; i < 200; ++i)
    input += R"({"role":"user","content":"x","odd":1},{"role":"assistant","content":"y"},)";
  input += R"({"role":"user","content":"z"}])";
  for (int i = 0; i < 100; ++i) input += ",\"unknown_" + std::to_string(i) + "\":0";
  Counted counted =
      Translate(input + "}", "openai-chat", "anthropic-messages", MessageKind::kRequest);
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_GE(counted.findings, 50u * 300);
}

TEST(SteadyState, Responses) {
  constexpr std::string_view kOpenAi =
      R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,)"
      R"("message":{"role":"assistant","content":"caf\u00e9","refusal":null,"odd":1},"finish_reason":"stop",)"
      R"("logprobs":{"content":[{"token":"a"}]}}],"usage":{"prompt_tokens":1,"completion_tokens":2,)"
      R"("total_tokens":3,"odd":4},"system_fingerprint":"fp"})";
  Counted counted = Translate(kOpenAi, "openai-chat", "anthropic-messages", MessageKind::kResponse);
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_GT(counted.findings, 0u);
  constexpr std::string_view kAnthropic =
      R"({"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[)"
      R"({"type":"text","text":"caf\u00e9","odd":1}],"stop_reason":"end_turn","stop_sequence":null,)"
      R"("usage":{"input_tokens":1,"output_tokens":2,"odd":4}})";
  counted = Translate(kAnthropic, "anthropic-messages", "openai-chat", MessageKind::kResponse);
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_GT(counted.findings, 0u);
}

/// Feeds `start` and then `event` many times over. Counts once the bounded memory of what was said
/// is full: until then it grows now and then.
Counted Stream(std::string_view start, std::string_view event, std::string_view from,
               std::string_view to) {
  ExchangeOptions options;
  options.from = FindProtocol(from);
  options.to = FindProtocol(to);
  Reader reader;
  StreamExchange exchange(options, &reader);
  std::string buffer;
  Output out;
  auto feed = [&](std::string_view bytes) {
    buffer.assign(bytes);
    buffer.append(Document::kPadding, '\0');
    out.Clear();
    Status status = exchange.Feed(buffer.data(), bytes.size(), out);
    if (!status) ADD_FAILURE() << status.error().message;
    return status.has_value();
  };
  feed(start);
  for (int i = 0; i < 10000; ++i) feed(event);
  std::size_t before = allocations;
  for (int i = 0; i < 100 && feed(event); ++i) {
  }
  EXPECT_GT(out.size(), 0u);
  return {allocations - before, reader.findings()};
}

constexpr std::string_view kBedrockRequest =
    R"({"modelId":"us.anthropic.claude-sonnet-4-5-20250929-v1:0","system":[{"text":"be brief"},{"cachePoint":{"type":"default"}}],"messages":[)"
    R"({"role":"user","content":[{"text":"caf\u00e9"},{"image":{"format":"png","source":{"bytes":"iVBORw0KGgo="}}}]},)"
    R"({"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"t","signature":"c2lnbmF0dXJl"}}},{"toolUse":{"toolUseId":"tooluse_1","name":"f","input":{"a":[1,2]}}}]},)"
    R"({"role":"user","content":[{"toolResult":{"toolUseId":"tooluse_1","content":[{"text":"r"}],"status":"success"}}]}],)"
    R"("inferenceConfig":{"maxTokens":4000,"stopSequences":["END"]},"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}]},)"
    R"("requestMetadata":{"k":"v"},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2000}}})";

TEST(SteadyState, RequestsOfBedrock) {
  Counted counted =
      Translate(kBedrockRequest, "bedrock-converse", "anthropic-messages", MessageKind::kRequest);
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_GT(counted.findings, 0u);
  constexpr std::string_view kAnthropic =
      R"({"model":"us.anthropic.claude-sonnet-4-5-20250929-v1:0","max_tokens":4000,"system":"be brief","messages":[)"
      R"({"role":"user","content":[{"type":"text","text":"caf\u00e9"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]},)"
      R"({"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"c2lnbmF0dXJl"},{"type":"tool_use","id":"tooluse_1","name":"f","input":{"a":[1,2]}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"tooluse_1","content":"r"}]}],)"
      R"("tools":[{"name":"f","input_schema":{"type":"object"}}],"thinking":{"type":"enabled","budget_tokens":2000},"container":"c"})";
  counted = Translate(kAnthropic, "anthropic-messages", "bedrock-converse", MessageKind::kRequest);
  // The note that shows the path is made of strings.
  EXPECT_LE(counted.allocations, 45u * 10u);
  EXPECT_GT(counted.findings, 0u);
}

TEST(SteadyState, ResponsesOfBedrock) {
  constexpr std::string_view kBedrock =
      R"({"output":{"message":{"role":"assistant","content":[{"text":"caf\u00e9"},{"toolUse":{"toolUseId":"t1","name":"f","input":{"a":1}}}]}},)"
      R"("stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3,"cacheReadInputTokens":4},"metrics":{"latencyMs":5}})";
  Counted counted =
      Translate(kBedrock, "bedrock-converse", "anthropic-messages", MessageKind::kResponse);
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_GT(counted.findings, 0u);
  constexpr std::string_view kAnthropic =
      R"({"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[)"
      R"({"type":"text","text":"caf\u00e9"},{"type":"tool_use","id":"t1","name":"f","input":{"a":1}}],"stop_reason":"tool_use","stop_sequence":null,)"
      R"("usage":{"input_tokens":1,"output_tokens":2}})";
  counted = Translate(kAnthropic, "anthropic-messages", "bedrock-converse", MessageKind::kResponse);
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_GT(counted.findings, 0u);
}

/// What Anthropic's stream is to Bedrock, as bytes.
std::string InBinary(std::string_view text) {
  ExchangeOptions options;
  options.from = FindProtocol("anthropic-messages");
  options.to = FindProtocol("bedrock-converse");
  StreamExchange exchange(options, nullptr);
  std::string buffer(text);
  buffer.append(Document::kPadding, '\0');
  Output out;
  EXPECT_TRUE(exchange.Feed(buffer.data(), text.size(), out));
  return out.ToString();
}

TEST(SteadyState, EventsFromAndToBedrock) {
  constexpr std::string_view kStart =
      "event: message_start\n"
      R"(data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}})"
      "\n\nevent: content_block_start\n"
      R"(data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"
      "\n\n";
  constexpr std::string_view kText =
      "event: content_block_delta\n"
      R"(data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"caf\u00e9 and more of it"}})"
      "\n\n";
  EXPECT_EQ(Stream(kStart, kText, "anthropic-messages", "bedrock-converse").allocations, 0u);
  std::string start = InBinary(kStart);
  std::string both = InBinary(std::string(kStart) + std::string(kText));
  std::string text = both.substr(start.size());
  EXPECT_EQ(Stream(start, text, "bedrock-converse", "anthropic-messages").allocations, 0u);
}

TEST(SteadyState, EventsFromOpenAi) {
  constexpr std::string_view kStart =
      R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})"
      "\n\n";
  constexpr std::string_view kText =
      R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"caf\u00e9 and more of it"},"odd":{"a":1},"finish_reason":null}]})"
      "\n\n";
  Counted counted = Stream(kStart, kText, "openai-chat", "anthropic-messages");
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_GE(counted.findings, 100u);
}

TEST(SteadyState, EventsFromAnthropic) {
  constexpr std::string_view kStart =
      "event: message_start\n"
      R"(data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}})"
      "\n\nevent: content_block_start\n"
      R"(data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"
      "\n\n";
  constexpr std::string_view kText =
      "event: content_block_delta\n"
      R"(data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"caf\u00e9 and more of it","odd":1}})"
      "\n\n";
  Counted counted = Stream(kStart, kText, "anthropic-messages", "openai-chat");
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_GE(counted.findings, 100u);
}

constexpr std::string_view kItems =
    R"({"model":"gpt-5","instructions":"be brief","input":[{"role":"user","content":[)"
    R"({"type":"input_text","text":"caf\u00e9"},{"type":"input_image","image_url":"https://e.no/a.png","detail":"auto"}]},)"
    R"({"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Compare."}],"encrypted_content":"gAAAAABo"},)"
    R"({"type":"function_call","id":"fc_1","call_id":"call_1","name":"get_weather","arguments":"{\"city\":\"Oslo\"}"},)"
    R"({"type":"function_call_output","call_id":"call_1","output":"4 C"},)"
    R"({"type":"message","role":"assistant","content":[{"type":"output_text","text":"4 C","annotations":[]}],"phase":"final_answer"},)"
    R"({"role":"user","content":"and Bergen?"}],"tools":[{"type":"function","name":"get_weather","parameters":{"type":"object"},"strict":true},)"
    R"({"type":"namespace","name":"crm","description":"d","tools":[{"type":"function","name":"find_customer_by_number","parameters":{}}]}],)"
    R"("tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"get_weather"}]},)"
    R"("reasoning":{"effort":"high","summary":"auto"},"include":["reasoning.encrypted_content","file_search_call.results"],)"
    R"("store":false,"prompt_cache_key":"k","text":{"verbosity":"low","format":{"type":"json_schema","name":"n","schema":{"type":"object"}}},)"
    R"("previous_response_id":"resp_0","max_output_tokens":10})";

TEST(SteadyState, RequestsOfResponses) {
  for (std::string_view to : {"openai-chat", "anthropic-messages"}) {
    Counted counted = Translate(kItems, "openai-responses", to, MessageKind::kRequest);
    EXPECT_EQ(counted.allocations, 0u) << to;
    EXPECT_GE(counted.findings, 50u * 2) << to;
  }
  constexpr std::string_view kChat =
      R"({"model":"gpt-5","messages":[{"role":"system","content":"be brief"},{"role":"user","content":)"
      R"([{"type":"text","text":"caf\u00e9"},{"type":"image_url","image_url":{"url":"https://e.no/a.png"}}]},)"
      R"({"role":"assistant","content":"hm","reasoning_details":[{"type":"reasoning.encrypted","data":"gAAAAABo","id":"rs_1","format":"openai-responses-v1","index":0}],)"
      R"("tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{}"}}]},)"
      R"({"role":"tool","tool_call_id":"call_1","content":"4 C"}],"tools":[{"type":"function","function":{"name":"get_weather"}}],)"
      R"("reasoning_effort":"high","seed":7,"stop":["x"],"response_format":{"type":"json_object"},"max_completion_tokens":100})";
  Counted counted = Translate(kChat, "openai-chat", "openai-responses", MessageKind::kRequest);
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_GE(counted.findings, 50u * 2);
}

TEST(SteadyState, AnswersOfResponses) {
  constexpr std::string_view kAnswer =
      R"({"id":"resp_68af4030592c81938ec0a5fbab4a3e9f","object":"response","created_at":1,"status":"completed","model":"gpt-5","output":[)"
      R"({"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Compare."},{"type":"summary_text","text":"More."}],"encrypted_content":"gAAAAABo"},)"
      R"({"type":"message","id":"msg_1","role":"assistant","status":"completed","phase":"commentary","content":[{"type":"output_text","text":"caf\u00e9",)"
      R"("annotations":[{"type":"url_citation","url":"https://e.no","title":"t","start_index":0,"end_index":2}],"logprobs":[]}]},)"
      R"({"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","namespace":"crm","arguments":"{}"}],"tools":[],"temperature":0.5,)"
      R"("usage":{"input_tokens":1,"input_tokens_details":{"cached_tokens":0},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":3}})";
  for (std::string_view to : {"openai-chat", "anthropic-messages"}) {
    Counted counted = Translate(kAnswer, "openai-responses", to, MessageKind::kResponse);
    EXPECT_EQ(counted.allocations, 0u) << to;
    EXPECT_GT(counted.findings, 0u) << to;
  }
  constexpr std::string_view kChat =
      R"({"object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,)"
      R"("message":{"role":"assistant","content":"caf\u00e9","refusal":null,"reasoning_content":"hm","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":""}}]},"finish_reason":"tool_calls",)"
      R"("logprobs":{"content":[{"token":"a"}]}}],"usage":{"prompt_tokens":1,"completion_tokens":2,)"
      R"("total_tokens":3,"odd":4},"system_fingerprint":"fp"})";
  Counted counted = Translate(kChat, "openai-chat", "openai-responses", MessageKind::kResponse);
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_GT(counted.findings, 0u);
}

/// `%` in the event is its kind.
std::string ResponsesEvents(std::string_view kind) {
  std::string events(
      "event: response.created\n"
      R"(data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","created_at":1,"status":"in_progress","model":"gpt-5","output":[]}})"
      "\n\n");
  std::string item = R"({"id":"i","type":"message","role":"assistant","content":[]})";
  if (kind == "reasoning_summary_text") item = R"({"id":"i","type":"reasoning","summary":[]})";
  if (kind == "function_call_arguments") {
    item = R"({"id":"i","type":"function_call","call_id":"c","name":"f","arguments":""})";
  }
  return events + R"(data: {"type":"response.output_item.added","output_index":0,"item":)" + item +
         "}\n\n";
}

TEST(SteadyState, EventsOfResponses) {
  for (std::string_view kind :
       {"output_text", "refusal", "reasoning_summary_text", "function_call_arguments"}) {
    std::string event =
        "event: response." + std::string(kind) + ".delta\ndata: {\"type\":\"response." +
        std::string(kind) +
        R"(.delta","sequence_number":4,"item_id":"i","output_index":0,"content_index":0,"delta":"caf\u00e9 and more of it","odd":1,"obfuscation":"abc"})"
        "\n\n";
    for (std::string_view to : {"openai-chat", "anthropic-messages"}) {
      Counted counted = Stream(ResponsesEvents(kind), event, "openai-responses", to);
      EXPECT_EQ(counted.allocations, 0u) << kind << " to " << to;
      EXPECT_GE(counted.findings, 100u);
    }
  }
}

TEST(SteadyState, EventsToResponses) {
  constexpr std::string_view kStart =
      R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})"
      "\n\n";
  for (
      std::string_view delta :
      {R"({"content":"caf\u00e9 and more of it"})",
       R"({"reasoning_content":"caf\u00e9 and more of it"})", R"({"refusal":"no"})",
       R"({"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"caf\u00e9 and more of it"}}]})"}) {
    std::string event =
        R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":)" +
        std::string(delta) + R"(,"odd":{"a":1},"finish_reason":null}]})" + "\n\n";
    Counted counted = Stream(kStart, event, "openai-chat", "openai-responses");
    EXPECT_EQ(counted.allocations, 0u) << delta;
    EXPECT_GE(counted.findings, 100u);
  }
}

constexpr std::string_view kGeminiRequest =
    R"({"contents":[{"role":"user","parts":[{"text":"caf\u00e9","odd":1}]},{"role":"model","parts":[)"
    R"({"functionCall":{"id":"a","name":"look","args":{"x":1}},"thoughtSignature":"UzE="},)"
    R"({"functionCall":{"id":"b","name":"look","args":{}}}]},{"role":"user","parts":[)"
    R"({"functionResponse":{"id":"b","name":"look","response":{"output":"2"}}},)"
    R"({"functionResponse":{"id":"a","name":"look","response":{"output":"1"}}}]}],)"
    R"("systemInstruction":{"parts":[{"text":"be brief"}]},"safetySettings":[],"labels":{"k":"v"},)"
    R"("tools":[{"functionDeclarations":[{"name":"look","parametersJsonSchema":{"type":"object"}}]}],)"
    R"("generationConfig":{"temperature":0.5,"topK":3,"maxOutputTokens":9,"stopSequences":["END"]}})";

TEST(SteadyState, GeminiRequests) {
  for (std::string_view to : {"anthropic-messages", "openai-chat"}) {
    Counted counted = Translate(kGeminiRequest, "gemini-generate", to, MessageKind::kRequest);
    EXPECT_EQ(counted.allocations, 0u) << to;
    EXPECT_GE(counted.findings, 50u * 2) << to;
  }
  constexpr std::string_view kMessages =
      R"({"model":"gemini-3-pro","max_tokens":9,"system":"be brief","messages":[)"
      R"({"role":"user","content":"caf\u00e9"},{"role":"assistant","content":[)"
      R"({"type":"tool_use","id":"a","name":"look","input":{"x":1}},)"
      R"({"type":"tool_use","id":"b","name":"look","input":{}}]},{"role":"user","content":[)"
      R"({"type":"tool_result","tool_use_id":"b","content":"2"},)"
      R"({"type":"tool_result","tool_use_id":"a","content":"1"}]}],)"
      R"("tools":[{"name":"look","input_schema":{"type":"object","properties":{"x":{"type":"integer"}}}}],)"
      R"("top_k":3,"odd":1})";
  Counted counted =
      Translate(kMessages, "anthropic-messages", "gemini-generate", MessageKind::kRequest);
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_GT(counted.findings, 0u);
}

TEST(SteadyState, GeminiResponses) {
  constexpr std::string_view kGemini =
      R"({"candidates":[{"content":{"role":"model","parts":[{"text":"why","thought":true},)"
      R"({"text":"caf\u00e9"},{"functionCall":{"id":"a","name":"look","args":{"x":1}}}]},)"
      R"("finishReason":"STOP","index":0,"avgLogprobs":-0.5}],"usageMetadata":{"promptTokenCount":3,)"
      R"("candidatesTokenCount":2,"thoughtsTokenCount":1,"totalTokenCount":6},"modelVersion":"m","responseId":"r"})";
  Counted counted =
      Translate(kGemini, "gemini-generate", "anthropic-messages", MessageKind::kResponse);
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_GT(counted.findings, 0u);
  constexpr std::string_view kAnthropic =
      R"({"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[)"
      R"({"type":"text","text":"caf\u00e9","odd":1},{"type":"tool_use","id":"a","name":"look","input":{"x":1}}],)"
      R"("stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":2}})";
  counted = Translate(kAnthropic, "anthropic-messages", "gemini-generate", MessageKind::kResponse);
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_GT(counted.findings, 0u);
}

TEST(SteadyState, EventsOfGemini) {
  constexpr std::string_view kFrame =
      R"(data: {"candidates":[{"content":{"role":"model","parts":[{"text":"caf\u00e9 and more of it"}]},"index":0,"odd":1}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5},"modelVersion":"m","responseId":"r"})"
      "\r\n\r\n";
  for (std::string_view to : {"anthropic-messages", "openai-chat"}) {
    Counted counted = Stream(kFrame, kFrame, "gemini-generate", to);
    EXPECT_EQ(counted.allocations, 0u) << to;
    EXPECT_GE(counted.findings, 100u) << to;
  }
  constexpr std::string_view kStart =
      R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})"
      "\n\n";
  constexpr std::string_view kText =
      R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"caf\u00e9 and more of it"},"odd":{"a":1},"finish_reason":null}]})"
      "\n\n";
  Counted counted = Stream(kStart, kText, "openai-chat", "gemini-generate");
  EXPECT_EQ(counted.allocations, 0u);
}

}  // namespace
}  // namespace aiproxy
