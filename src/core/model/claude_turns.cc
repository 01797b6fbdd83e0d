#include "core/model/claude_turns.h"

#include <string_view>

namespace aiproxy {

void BeginTurn(Turn turn, Writer& writer) {
  writer.BeginObject();
  switch (turn) {
    case Turn::kUser:
      writer.Key("role\":\"user\",\"content");
      break;
    case Turn::kAssistant:
      writer.Key("role\":\"assistant\",\"content");
      break;
    case Turn::kSystem:
    case Turn::kNone:
      writer.Key("role\":\"system\",\"content");
      break;
  }
  writer.BeginArray();
}

TextPart TrimmedPrefill(const TextPart& part, CodecContext& context) {
  constexpr std::string_view kWhite = " \t\r\n\f\v";
  std::string_view text = part.text.Decode(context.arena);
  std::size_t size = text.find_last_not_of(kWhite) + 1;
  if (size == text.size()) return part;
  TextPart trimmed = part;
  trimmed.text = Text::Plain(text.substr(0, size), part.text.node);
  context.accounting.Report(FirstNode(part.text.node, part.node), kValueDegraded,
                            "white space at the end of the last text is refused by {target}");
  return trimmed;
}

void DropBesideText(const Part& part, CodecContext& context) {
  NodeId node = std::visit([](const auto& one) { return one.node; }, part.variant());
  DropAt(context, node, kPartDropped, "system text takes nothing but text in {target}");
}

}  // namespace aiproxy
