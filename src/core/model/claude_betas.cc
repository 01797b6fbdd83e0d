#include "core/model/claude_betas.h"

#include <algorithm>
#include <array>

namespace aiproxy {

namespace {

struct Row {
  std::string_view name;
  bool bedrock;
  bool vertex;
};

// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
// https://platform.claude.com/docs/en/build-with-claude/overview (availability on each cloud)
constexpr std::array kRows{
    Row{"compact-2026-01-12", true, true},
    Row{"computer-use-2024-10-22", true, true},
    Row{"computer-use-2025-01-24", true, true},
    Row{"computer-use-2025-11-24", true, true},
    Row{"context-1m-2025-08-07", true, true},
    Row{"context-management-2025-06-27", true, true},
    Row{"dev-full-thinking-2025-05-14", true, false},
    Row{"effort-2025-11-24", true, false},
    Row{"fine-grained-tool-streaming-2025-05-14", true, true},
    Row{"interleaved-thinking-2025-05-14", true, true},
    Row{"output-128k-2025-02-19", true, true},
    Row{"token-efficient-tools-2025-02-19", true, true},
    Row{"tool-examples-2025-10-29", true, false},
    Row{"tool-search-tool-2025-10-19", true, true},
    Row{"web-search-2025-03-05", false, true},
};

bool Takes(Platform platform, std::string_view name) {
  if (platform == Platform::kVendor) return true;
  return std::any_of(kRows.begin(), kRows.end(), [&](const Row& row) {
    return row.name == name && (platform == Platform::kBedrock ? row.bedrock : row.vertex);
  });
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

}  // namespace

bool AppendBetas(const Value& list, CodecContext& context, List<Text>& betas) {
  if (!list.is_array()) return false;
  for (Value item : list.items()) {
    if (!item.is_string()) return false;
  }
  for (Value item : list.items()) betas.push_back(context.arena, Text::Of(item));
  return true;
}

void AppendBetas(std::string_view header, NodeId node, CodecContext& context, List<Text>& betas) {
  while (!header.empty()) {
    std::size_t comma = header.find(',');
    std::string_view name = Trimmed(header.substr(0, comma));
    if (!name.empty()) {
      betas.push_back(context.arena, Text::Plain(context.arena.Copy(name), node));
    }
    if (comma == header.npos) return;
    header.remove_prefix(comma + 1);
  }
}

List<Text> BetasFor(Platform platform, const ChatRequest& request, CodecContext& context) {
  List<Text> taken;
  auto use = [&context](NodeId node) {
    if (node != kNoNode) context.accounting.Use(node);
  };
  for (const Text& beta : request.betas) {
    std::string_view name = beta.Decode(context.arena);
    bool is_repeated =
        std::any_of(taken.begin(), taken.end(), [&](const Text& other) { return other.Is(name); });
    if (is_repeated) {
      use(beta.node);
    } else if (request.platform == platform || Takes(platform, name)) {
      taken.push_back(context.arena, beta);
    } else {
      context.accounting.Report(beta.node, kValueDropped,
                                platform == Platform::kBedrock
                                    ? "Bedrock does not know the beta '{}'"
                                    : "Vertex does not know the beta '{}'",
                                context.arena.Copy(name));
      use(beta.node);
    }
  }
  return taken;
}

std::string BetasHeader(const ChatRequest& request) {
  std::string header;
  for (const Text& beta : request.betas) {
    std::string name = beta.Decode();
    bool fits = std::none_of(name.begin(), name.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == ',';
    });
    if (!fits || name.empty() || !Takes(request.platform, name)) continue;
    std::string listed = "," + header + ",";
    if (listed.find("," + name + ",") != listed.npos) continue;
    if (!header.empty()) header += ',';
    header += name;
  }
  return header;
}

}  // namespace aiproxy
