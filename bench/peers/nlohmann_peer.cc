// The mappings on nlohmann's DOM, the usual way in C++: nlohmann_peer
// request|lines|stream|stream-back <in >out
#include <cstdio>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace {

using Json = nlohmann::ordered_json;

Json TextBlock(Json text) {
  Json block;
  block["type"] = "text";
  block["text"] = std::move(text);
  return block;
}

Json ImageBlock(const std::string& url) {
  Json source;
  if (url.starts_with("data:")) {
    const std::size_t comma = url.find(',');
    source["type"] = "base64";
    source["media_type"] = url.substr(5, url.find_first_of(";,") - 5);
    source["data"] = url.substr(comma + 1);
  } else {
    source["type"] = "url";
    source["url"] = url;
  }
  Json block;
  block["type"] = "image";
  block["source"] = std::move(source);
  return block;
}

void AppendBlocks(Json& content, Json& blocks) {
  if (content.is_string()) blocks.push_back(TextBlock(std::move(content)));
  if (!content.is_array()) return;
  for (Json& part : content) {
    if (part["type"] == "image_url") {
      blocks.push_back(ImageBlock(part["image_url"]["url"].get_ref<const std::string&>()));
    } else {
      blocks.push_back(TextBlock(std::move(part["text"])));
    }
  }
}

void AppendToolCalls(Json& message, Json& blocks) {
  if (!message.contains("tool_calls")) return;
  for (Json& call : message["tool_calls"]) {
    Json block;
    block["type"] = "tool_use";
    block["id"] = std::move(call["id"]);
    block["name"] = std::move(call["function"]["name"]);
    block["input"] = Json::parse(call["function"]["arguments"].get_ref<const std::string&>());
    blocks.push_back(std::move(block));
  }
}

Json ToolResult(Json& message) {
  Json block;
  block["type"] = "tool_result";
  block["tool_use_id"] = std::move(message["tool_call_id"]);
  block["content"] = std::move(message["content"]);
  return block;
}

/// The content of the last message when it has this role, else of a new one.
Json& ContentFor(Json& messages, std::string_view role) {
  if (messages.empty() || messages.back()["role"] != role) {
    Json message;
    message["role"] = role;
    message["content"] = Json::array();
    messages.push_back(std::move(message));
  }
  return messages.back()["content"];
}

void AppendMessage(Json& message, Json& system, Json& messages) {
  const std::string role = message["role"];
  if (role == "system" || role == "developer") {
    AppendBlocks(message["content"], system);
  } else if (role == "tool") {
    ContentFor(messages, "user").push_back(ToolResult(message));
  } else {
    Json& blocks = ContentFor(messages, role);
    AppendBlocks(message["content"], blocks);
    AppendToolCalls(message, blocks);
  }
}

Json ToolChoice(const Json& choice) {
  if (choice.is_object()) return {{"type", "tool"}, {"name", choice["function"]["name"]}};
  return {{"type", choice == "required" ? Json("any") : choice}};
}

Json Request(Json input) {
  Json system = Json::array();
  Json messages = Json::array();
  for (Json& message : input["messages"]) AppendMessage(message, system, messages);
  Json output;
  output["model"] = std::move(input["model"]);
  output["max_tokens"] = input.contains("max_completion_tokens") ? input["max_completion_tokens"]
                                                                 : input["max_tokens"];
  if (!system.empty()) output["system"] = std::move(system);
  output["messages"] = std::move(messages);
  if (input.contains("tools")) {
    for (Json& tool : input["tools"]) {
      Json& function = tool["function"];
      Json mapped;
      mapped["name"] = std::move(function["name"]);
      mapped["description"] = std::move(function["description"]);
      mapped["input_schema"] = std::move(function["parameters"]);
      output["tools"].push_back(std::move(mapped));
    }
  }
  if (input.contains("tool_choice")) output["tool_choice"] = ToolChoice(input["tool_choice"]);
  if (input.contains("temperature")) output["temperature"] = input["temperature"];
  if (input.contains("stop")) {
    output["stop_sequences"] =
        input["stop"].is_array() ? input["stop"] : Json::array({input["stop"]});
  }
  if (input.contains("stream")) output["stream"] = input["stream"];
  if (input.contains("user")) output["metadata"]["user_id"] = std::move(input["user"]);
  return output;
}

void Print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void PrintEvent(const Json& event) {
  Print("event: " + event["type"].get_ref<const std::string&>() + "\ndata: " + event.dump() +
        "\n\n");
}

class Stream {
 public:
  void Map(std::string_view data) {
    if (data == "[DONE]") return PrintEvent({{"type", "message_stop"}});
    const Json chunk = Json::parse(data);
    if (!begun_) Begin(chunk);
    if (!chunk["choices"].empty()) MapChoice(chunk["choices"][0]);
    if (chunk.contains("usage") && chunk["usage"].is_object()) {
      PrintEvent({{"type", "message_delta"},
                  {"delta", {{"stop_reason", "end_turn"}, {"stop_sequence", nullptr}}},
                  {"usage", {{"output_tokens", chunk["usage"]["completion_tokens"]}}}});
    }
  }

 private:
  void Begin(const Json& chunk) {
    begun_ = true;
    PrintEvent({{"type", "message_start"},
                {"message",
                 {{"id", chunk["id"]},
                  {"type", "message"},
                  {"role", "assistant"},
                  {"model", chunk["model"]},
                  {"content", Json::array()},
                  {"stop_reason", nullptr},
                  {"stop_sequence", nullptr},
                  {"usage", {{"input_tokens", 0}, {"output_tokens", 0}}}}}});
    PrintEvent({{"type", "content_block_start"},
                {"index", 0},
                {"content_block", {{"type", "text"}, {"text", ""}}}});
  }

  static void MapChoice(const Json& choice) {
    const Json& delta = choice["delta"];
    if (delta.contains("content") && delta["content"] != "") {
      PrintEvent({{"type", "content_block_delta"},
                  {"index", 0},
                  {"delta", {{"type", "text_delta"}, {"text", delta["content"]}}}});
    }
    if (choice["finish_reason"].is_string())
      PrintEvent({{"type", "content_block_stop"}, {"index", 0}});
  }

  bool begun_ = false;
};

class StreamBack {
 public:
  void Map(std::string_view data) {
    const Json event = Json::parse(data);
    const std::string& type = event["type"].get_ref<const std::string&>();
    if (type == "message_start") {
      head_ = {{"id", event["message"]["id"]},
               {"object", "chat.completion.chunk"},
               {"created", 0},
               {"model", event["message"]["model"]}};
      input_tokens_ = event["message"]["usage"]["input_tokens"];
      PrintDelta({{"role", "assistant"}, {"content", ""}}, nullptr);
    } else if (type == "content_block_delta") {
      PrintDelta({{"content", event["delta"]["text"]}}, nullptr);
    } else if (type == "message_delta") {
      const int output_tokens = event["usage"]["output_tokens"];
      PrintDelta(Json::object(), "stop");
      Json chunk = head_;
      chunk["choices"] = Json::array();
      chunk["usage"] = {{"prompt_tokens", input_tokens_},
                        {"completion_tokens", output_tokens},
                        {"total_tokens", input_tokens_ + output_tokens}};
      Print("data: " + chunk.dump() + "\n\n");
    } else if (type == "message_stop") {
      Print("data: [DONE]\n\n");
    }
  }

 private:
  void PrintDelta(Json delta, Json finish_reason) {
    Json choice;
    choice["index"] = 0;
    choice["delta"] = std::move(delta);
    choice["finish_reason"] = std::move(finish_reason);
    Json chunk = head_;
    chunk["choices"] = Json::array();
    chunk["choices"].push_back(std::move(choice));
    Print("data: " + chunk.dump() + "\n\n");
  }

  Json head_;
  int input_tokens_ = 0;
};

template <typename Mapper>
void MapStream() {
  Mapper mapper;
  for (std::string line; std::getline(std::cin, line);) {
    constexpr std::string_view kData = "data: ";
    if (line.starts_with(kData)) mapper.Map(std::string_view(line).substr(kData.size()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "request") {
    const std::string text{std::istreambuf_iterator<char>(std::cin),
                           std::istreambuf_iterator<char>()};
    Print(Request(Json::parse(text)).dump() + "\n");
  } else if (mode == "lines") {
    for (std::string line; std::getline(std::cin, line);)
      Print(Request(Json::parse(line)).dump() + "\n");
  } else if (mode == "stream") {
    MapStream<Stream>();
  } else if (mode == "stream-back") {
    MapStream<StreamBack>();
  } else {
    std::fprintf(stderr, "expected request, lines, stream or stream-back\n");
    return 2;
  }
}
