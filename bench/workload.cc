// Writes the benchmark's inputs to standard output, the same bytes at every run.
//
//   workload small | agent | image [MIB] | lines [N] | agent-lines [N] | openai-stream [EVENTS] |
//   anthropic-stream [EVENTS]
//
// small: an OpenAI chat request of 1 KB. agent: 64 KB, 20 tools, 28 tool calls with their results.
// image: one base64 picture of that many MiB. lines, agent-lines: NDJSON of such requests. The
// streams are one answer in that many events.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace {

using Json = nlohmann::ordered_json;

/// SplitMix64: small, and the same on every platform, which the standard distributions are not.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

  std::size_t Below(std::size_t limit) { return static_cast<std::size_t>(Next() % limit); }

 private:
  std::uint64_t state_;
};

constexpr std::string_view kWords[] = {
    "gateway", "request",   "answer",  "the",        "a",        "of",       "streams",
    "tokens",  "through",   "model",   "keeps",      "order",    "and",      "every",
    "member",  "number",    "cache",   "schema",     "tool",     "result",   "path",
    "line",    "file",      "reads",   "writes",     "checks",   "compiles", "Über",
    "señal",   "模型",      "поток",   "\"quoted\"", "C:\\dir",  "first\n",  "next\t",
    "because", "therefore", "latency", "bytes",      "language", "provider", "image"};

std::string Prose(Random& random, std::size_t length) {
  std::string text;
  while (text.size() < length) {
    text += kWords[random.Below(std::size(kWords))];
    text += ' ';
  }
  return text;
}

Json SmallRequest(Random& random, int number) {
  return {{"model", "gpt-4o-mini"},
          {"messages",
           {{{"role", "system"}, {"content", "Answer briefly. " + Prose(random, 250)}},
            {{"role", "user"},
             {"content", "Number " + std::to_string(number) + ": " + Prose(random, 430)}}}},
          {"temperature", static_cast<double>(random.Below(100)) / 100},
          {"max_tokens", 200 + number % 500},
          {"stop", {"###", "END"}},
          {"stream", false},
          {"user", "customer-" + std::to_string(10'000'000 + number)},
          {"metadata", {{"session", std::to_string(random.Next())}}}};
}

Json Tool(Random& random, int number) {
  Json properties;
  for (const char* type : {"string", "integer", "boolean", "number", "string"}) {
    properties["field_" + std::to_string(properties.size())] = {{"type", type},
                                                                {"description", Prose(random, 60)}};
  }
  properties["edits"] = {
      {"type", "array"},
      {"items",
       {{"type", "object"},
        {"properties", {{"file", {{"type", "string"}}}, {"row", {{"type", "integer"}}}}},
        {"required", {"file"}}}}};
  return {{"type", "function"},
          {"function",
           {{"name", "tool_" + std::to_string(number)},
            {"description", Prose(random, 170)},
            {"parameters",
             {{"type", "object"},
              {"properties", properties},
              {"required", {"field_0", "edits"}},
              {"additionalProperties", false}}}}}};
}

Json ToolCall(Random& random, const std::string& id) {
  Json arguments = {{"field_0", Prose(random, 130)}, {"edits", Json::array()}};
  for (int row = 1; row <= 3; ++row) {
    arguments["edits"].push_back(
        {{"file", "src/part_" + std::to_string(row) + ".cc"}, {"row", row * 11}});
  }
  return {
      {"id", id},
      {"type", "function"},
      {"function",
       {{"name", "tool_" + std::to_string(random.Below(20))}, {"arguments", arguments.dump()}}}};
}

Json AgentRequest(Random& random, int number) {
  constexpr int kTurns = 14;
  constexpr int kTools = 20;
  Json messages = {{{"role", "system"}, {"content", "You change programs. " + Prose(random, 3000)}},
                   {{"role", "user"},
                    {"content", "Task " + std::to_string(number) + ": " + Prose(random, 600)}}};
  for (int turn = 0; turn < kTurns; ++turn) {
    const std::string first = "call_" + std::to_string(number) + "_" + std::to_string(turn * 2);
    const std::string second =
        "call_" + std::to_string(number) + "_" + std::to_string(turn * 2 + 1);
    messages.push_back({{"role", "assistant"},
                        {"content", Prose(random, 210)},
                        {"tool_calls", {ToolCall(random, first), ToolCall(random, second)}}});
    for (const std::string& id : {first, second}) {
      messages.push_back({{"role", "tool"}, {"tool_call_id", id}, {"content", Prose(random, 720)}});
    }
  }
  messages.push_back(
      {{"role", "user"}, {"content", {{{"type", "text"}, {"text", Prose(random, 400)}}}}});
  Json tools = Json::array();
  for (int tool = 0; tool < kTools; ++tool) tools.push_back(Tool(random, tool));
  return {{"model", "gpt-4o"},     {"messages", messages},          {"tools", tools},
          {"tool_choice", "auto"}, {"max_completion_tokens", 4096}, {"temperature", 0.2},
          {"stream", true}};
}

Json ImageRequest(Random& random, std::size_t mebibytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  // The first bytes of a PNG, so that the declared type is the true one.
  std::string url = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA";
  const std::size_t end = mebibytes * 1024 * 1024 / 4 * 4 + url.size();
  url.reserve(end);
  while (url.size() < end) {
    std::uint64_t bits = random.Next();
    for (int i = 0; i < 8; ++i, bits >>= 6U) url += kAlphabet[bits & 63U];
  }
  return {{"model", "gpt-4o"},
          {"max_tokens", 300},
          {"messages",
           {{{"role", "user"},
             {"content",
              {{{"type", "text"}, {"text", "What does it show? " + Prose(random, 90)}},
               {{"type", "image_url"}, {"image_url", {{"url", url}, {"detail", "auto"}}}}}}}}}};
}

void Print(const Json& json) {
  const std::string text = json.dump();
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void PrintLine(const Json& json) {
  Print(json);
  std::fputc('\n', stdout);
}

void PrintEvent(const Json& json) {
  if (json.contains("type"))
    std::printf("event: %s\n", json["type"].get_ref<const std::string&>().c_str());
  std::fputs("data: ", stdout);
  Print(json);
  std::fputs("\n\n", stdout);
}

void OpenAiStream(Random& random, int events) {
  Json piece = {{"id", "chatcmpl-workload"},
                {"object", "chat.completion.chunk"},
                {"created", 1700000000},
                {"model", "gpt-4o-mini"},
                {"choices", {{{"index", 0}, {"delta", {{"role", "assistant"}, {"content", ""}}}}}}};
  Json& choice = piece["choices"][0];
  choice["finish_reason"] = nullptr;
  PrintEvent(piece);
  for (int i = 4; i < events; ++i) {
    choice["delta"] = {{"content", " " + std::string(kWords[random.Below(std::size(kWords))])}};
    PrintEvent(piece);
  }
  choice["delta"] = Json::object();
  choice["finish_reason"] = "stop";
  PrintEvent(piece);
  piece["choices"] = Json::array();
  piece["usage"] = {
      {"prompt_tokens", 100}, {"completion_tokens", events}, {"total_tokens", 100 + events}};
  PrintEvent(piece);
  std::fputs("data: [DONE]\n\n", stdout);
}

void AnthropicStream(Random& random, int events) {
  PrintEvent({{"type", "message_start"},
              {"message",
               {{"id", "msg_workload"},
                {"type", "message"},
                {"role", "assistant"},
                {"model", "claude-sonnet-4-5"},
                {"content", Json::array()},
                {"stop_reason", nullptr},
                {"stop_sequence", nullptr},
                {"usage", {{"input_tokens", 100}, {"output_tokens", 1}}}}}});
  PrintEvent({{"type", "content_block_start"},
              {"index", 0},
              {"content_block", {{"type", "text"}, {"text", ""}}}});
  for (int i = 5; i < events; ++i) {
    const std::string word = " " + std::string(kWords[random.Below(std::size(kWords))]);
    PrintEvent({{"type", "content_block_delta"},
                {"index", 0},
                {"delta", {{"type", "text_delta"}, {"text", word}}}});
  }
  PrintEvent({{"type", "content_block_stop"}, {"index", 0}});
  PrintEvent({{"type", "message_delta"},
              {"delta", {{"stop_reason", "end_turn"}, {"stop_sequence", nullptr}}},
              {"usage", {{"output_tokens", events}}}});
  PrintEvent({{"type", "message_stop"}});
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view kind = argc > 1 ? argv[1] : "";
  const auto count = [&](int otherwise) { return argc > 2 ? std::atoi(argv[2]) : otherwise; };
  Random random(2024);
  if (kind == "small") {
    PrintLine(SmallRequest(random, 0));
  } else if (kind == "agent") {
    PrintLine(AgentRequest(random, 0));
  } else if (kind == "image") {
    PrintLine(ImageRequest(random, static_cast<std::size_t>(count(4))));
  } else if (kind == "lines") {
    for (int i = 0; i < count(100'000); ++i) PrintLine(SmallRequest(random, i));
  } else if (kind == "agent-lines") {
    for (int i = 0; i < count(100); ++i) PrintLine(AgentRequest(random, i));
  } else if (kind == "openai-stream") {
    OpenAiStream(random, count(100'000));
  } else if (kind == "anthropic-stream") {
    AnthropicStream(random, count(100'000));
  } else {
    std::fprintf(
        stderr,
        "expected small, agent, image [MIB], lines [N], agent-lines [N], openai-stream [EVENTS] or "
        "anthropic-stream [EVENTS]\n");
    return 2;
  }
}
