// How conversations of other protocols become turns where Claude is asked (Anthropic, Bedrock):
// tool results come first, and the end of what the model shall continue has no white space.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"
#include "core/model/turns.h"

namespace aiproxy {

/// Whose turn is open.
enum class Turn : std::uint8_t { kNone, kUser, kAssistant, kSystem };

/// Begins an object with the member "role" and the list "content".
void BeginTurn(Turn turn, Writer& writer);

/// A message that is written, or one half of it.
struct MessagePass {
  /// A turn begins with its tool results.
  enum class Parts : std::uint8_t { kAll, kResults, kOthers };

  std::size_t index = 0;
  Parts parts = Parts::kAll;
  bool is_moved = false;  // its parts stood before a result that has been written

  bool Takes(const Part& part) const {
    bool result = std::holds_alternative<ToolResultPart>(part.variant());
    return parts == Parts::kAll || result == (parts == Parts::kResults);
  }
};

/// Calls `write(const MessagePass&)` for the messages from `first` on, in the order in which they
/// are to be written.
/// "Messages following tool_use blocks must begin with a matching number of tool_result blocks."
/// https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use
template <class Write>
void ForEachPass(const List<Message>& messages, std::size_t first, Write write) {
  using Parts = MessagePass::Parts;
  for (std::size_t i = first; i < messages.size(); ++i) {
    std::size_t end = EndOfUserRun(messages, i);
    bool answers = i > first && CallsTools(messages[i - 1]);
    if (answers && HasLateToolResult(messages, i, end)) {
      std::size_t last = i;
      for (std::size_t at = i; at < end; ++at) {
        if (!HasToolResult(messages[at])) continue;
        last = at;
        write(MessagePass{at, Parts::kResults});
      }
      for (; i < end; ++i) write(MessagePass{i, Parts::kOthers, i <= last});
    }
    for (; i < end; ++i) write(MessagePass{i});
    if (i < messages.size()) write(MessagePass{i});  // the assistant's
  }
}

/// The text that the model shall continue, as the API takes it: "final assistant content cannot end
/// with trailing whitespace". Reports what is cut off.
TextPart TrimmedPrefill(const TextPart& part, CodecContext& context);

/// Gives up what stands beside text in a system message.
void DropBesideText(const Part& part, CodecContext& context);

}  // namespace aiproxy
