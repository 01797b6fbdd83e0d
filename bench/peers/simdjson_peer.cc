// The request mapping on simdjson's On-Demand parser, splicing the values' own text: simdjson_peer
// request|lines <in >out About the most that a translator can reach that neither validates what it
// skips nor reports what it loses.
#include <simdjson.h>

#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

using simdjson::ondemand::object;
using simdjson::ondemand::value;

/// The members of the request that the output needs, as they are spelled.
struct Pieces {
  std::string_view model, max_tokens, temperature, stop, stream, user, tool_choice;
  std::string system, messages, tools;
};

/// A value's text without the white space that may follow it.
std::string_view Raw(value json) {
  std::string_view text = simdjson::to_json_string(json);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

void Add(std::string& out, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) out += part;
}

void Separate(std::string& list) {
  if (!list.empty()) list += ',';
}

class Mapper {
 public:
  void Map(simdjson::padded_string_view text, std::string& out) {
    Pieces pieces;
    last_role_.clear();
    simdjson::ondemand::document document = parser_.iterate(text);
    for (auto field : document.get_object()) {
      const std::string_view key = field.unescaped_key();
      if (key == "messages") {
        for (value message : field.value().get_array()) Message(message.get_object(), pieces);
      } else if (key == "tools") {
        for (value tool : field.value().get_array())
          Tool(tool["function"].get_object(), pieces.tools);
      } else if (std::string_view* place = Place(key, pieces)) {
        *place = Raw(field.value());
      }
    }
    if (!last_role_.empty()) pieces.messages += "]}";
    Write(pieces, out);
  }

 private:
  static std::string_view* Place(std::string_view key, Pieces& pieces) {
    if (key == "model") return &pieces.model;
    if (key == "max_tokens" || key == "max_completion_tokens") return &pieces.max_tokens;
    if (key == "temperature") return &pieces.temperature;
    if (key == "stop") return &pieces.stop;
    if (key == "stream") return &pieces.stream;
    if (key == "user") return &pieces.user;
    if (key == "tool_choice") return &pieces.tool_choice;
    return nullptr;
  }

  static void Write(const Pieces& pieces, std::string& out) {
    Add(out, {"{\"model\":", pieces.model, ",\"max_tokens\":", pieces.max_tokens});
    if (!pieces.system.empty()) Add(out, {",\"system\":[", pieces.system, "]"});
    Add(out, {",\"messages\":[", pieces.messages, "]"});
    if (!pieces.tools.empty()) Add(out, {",\"tools\":[", pieces.tools, "]"});
    if (!pieces.tool_choice.empty()) Add(out, {",\"tool_choice\":", Choice(pieces.tool_choice)});
    if (!pieces.temperature.empty()) Add(out, {",\"temperature\":", pieces.temperature});
    if (!pieces.stop.empty()) {
      const bool list = pieces.stop[0] == '[';
      Add(out, {",\"stop_sequences\":", list ? "" : "[", pieces.stop, list ? "" : "]"});
    }
    if (!pieces.stream.empty()) Add(out, {",\"stream\":", pieces.stream});
    if (!pieces.user.empty()) Add(out, {",\"metadata\":{\"user_id\":", pieces.user, "}"});
    out += "}\n";
  }

  static std::string_view Choice(std::string_view choice) {
    if (choice == "\"required\"") return R"({"type":"any"})";
    return choice == "\"none\"" ? R"({"type":"none"})" : R"({"type":"auto"})";
  }

  static void Tool(object function, std::string& tools) {
    Separate(tools);
    tools += '{';
    for (auto field : function) {
      const std::string_view key = field.unescaped_key();
      if (tools.back() != '{') tools += ',';
      Add(tools, {"\"", key == "parameters" ? "input_schema" : key, "\":", Raw(field.value())});
    }
    tools += '}';
  }

  static void Part(object part, std::string& blocks) {
    Separate(blocks);
    for (auto field : part) {
      const std::string_view key = field.unescaped_key();
      if (key == "text") Add(blocks, {R"({"type":"text","text":)", Raw(field.value()), "}"});
      if (key == "image_url") Image(Raw(field.value()["url"]), blocks);
    }
  }

  static void Image(std::string_view url, std::string& blocks) {
    if (url.substr(0, 6) != "\"data:") {
      Add(blocks, {R"({"type":"image","source":{"type":"url","url":)", url, "}}"});
      return;
    }
    const std::size_t comma = url.find(',');
    const std::string_view media_type = url.substr(6, url.find(';') - 6);
    Add(blocks, {R"({"type":"image","source":{"type":"base64","media_type":")", media_type,
                 R"(","data":")", url.substr(comma + 1), "}}"});
  }

  static void Content(value content, std::string& blocks) {
    if (content.type() == simdjson::ondemand::json_type::array) {
      for (value part : content.get_array()) Part(part.get_object(), blocks);
    } else if (content.type() == simdjson::ondemand::json_type::string) {
      Separate(blocks);
      Add(blocks, {R"({"type":"text","text":)", Raw(content), "}"});
    }
  }

  static void Calls(value calls, std::string& blocks) {
    for (value call : calls.get_array()) {
      Separate(blocks);
      blocks += R"({"type":"tool_use","id":)";
      blocks += Raw(call["id"]);
      object function = call["function"].get_object();
      Add(blocks, {",\"name\":", Raw(function["name"]), ",\"input\":"});
      blocks += std::string_view(function["arguments"].get_string());
      blocks += '}';
    }
  }

  void Message(object message, Pieces& pieces) {
    std::string_view role;
    std::string_view tool_call_id;
    blocks_.clear();
    for (auto field : message) {
      const std::string_view key = field.unescaped_key();
      if (key == "role") {
        role = field.value().get_string();
      } else if (key == "tool_call_id") {
        tool_call_id = Raw(field.value());
      } else if (key == "tool_calls") {
        Calls(field.value(), blocks_);
      } else if (key == "content" && role == "tool") {
        Add(blocks_, {R"({"type":"tool_result","tool_use_id":)", tool_call_id,
                      ",\"content\":", Raw(field.value()), "}"});
      } else if (key == "content") {
        Content(field.value(), blocks_);
      }
    }
    if (role == "system" || role == "developer") {
      Separate(pieces.system);
      pieces.system += blocks_;
      return;
    }
    const std::string_view target = role == "tool" ? "user" : role;
    if (last_role_ == target) {
      pieces.messages += ',';
    } else {
      pieces.messages += last_role_.empty() ? "" : "]},";
      Add(pieces.messages, {"{\"role\":\"", target, "\",\"content\":["});
      last_role_ = target;
    }
    pieces.messages += blocks_;
  }

  simdjson::ondemand::parser parser_;
  std::string last_role_;
  std::string blocks_;
};

void Print(std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  text.clear();
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::size_t kFlushAt = 256 * 1024;
  std::ios::sync_with_stdio(false);
  const std::string_view mode = argc > 1 ? argv[1] : "";
  Mapper mapper;
  std::string out;
  if (mode == "request") {
    std::string text{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    mapper.Map(simdjson::padded_string_view(text.data(), text.size(), text.capacity()), out);
  } else if (mode == "lines") {
    for (std::string line; std::getline(std::cin, line);) {
      line.reserve(line.size() + simdjson::SIMDJSON_PADDING);
      mapper.Map(simdjson::padded_string_view(line.data(), line.size(), line.capacity()), out);
      if (out.size() > kFlushAt) Print(out);
    }
  } else {
    std::fprintf(stderr, "expected request or lines\n");
    return 2;
  }
  Print(out);
}
