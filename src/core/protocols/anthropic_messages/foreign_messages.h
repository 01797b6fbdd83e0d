// Writes a conversation from another protocol: system text apart, turns of two roles that
// alternate.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/model/claude_version.h"
#include "core/protocols/anthropic_messages/foreign_blocks.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy::anthropic_messages {

class ForeignMessages {
 public:
  ForeignMessages(const ChatRequest& request, const ClaudeVersion& version, CodecContext& context,
                  Writer& writer)
      : messages_(request.messages),
        version_(version),
        context_(context),
        writer_(writer),
        blocks_(ForeignBlocks::Side::kRequest, context, writer) {}

  /// The leading run of system messages, as `system`. First of the two.
  void WriteSystem();
  /// Everything after it, as `messages`.
  void WriteMessages();

 private:
  enum class Turn : std::uint8_t { kNone, kUser, kAssistant, kSystem };
  /// Which parts of a message are written: a turn begins with its tool results.
  enum class Which : std::uint8_t { kAll, kResults, kOthers };

  void WriteSystemMessage(const Message& message, bool& any);
  void WriteMessage(const Message& message, std::size_t index, Which which = Which::kAll);
  void WriteResultsFirst(std::size_t begin, std::size_t end);
  void ReportMoved(const Part& part);
  std::size_t WriteJoinedReasoning(const List<Part>& parts, std::size_t at);
  void WriteMidSystem(const Message& message, std::size_t index);
  void WriteMarkedSystem(const Message& message);
  void WritePrefill(const TextPart& part);
  void Open(Turn turn);
  void Close();
  void DropMessage(const Message& message);
  void DropBesideText(const Part& part);

  const List<Message>& messages_;
  const ClaudeVersion& version_;
  CodecContext& context_;
  Writer& writer_;
  ForeignBlocks blocks_;
  std::size_t next_ = 0;              // the first message that is not leading system text
  Turn turn_ = Turn::kNone;           // that is open
  std::size_t last_late_result_ = 0;  // of the turn whose results come first: its message
  const Part* prefill_ = nullptr;     // the text that the model shall continue
};

}  // namespace aiproxy::anthropic_messages
