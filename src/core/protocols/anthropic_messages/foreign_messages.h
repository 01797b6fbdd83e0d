// Writes a conversation from another protocol: system text apart, turns of two roles that
// alternate.
#pragma once

#include <cstddef>

#include "core/model/claude_turns.h"
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
  void WriteSystemMessage(const Message& message, bool& any);
  void WriteMessage(const MessagePass& pass);
  std::size_t WriteJoinedReasoning(const List<Part>& parts, std::size_t at);
  void WriteMidSystem(const Message& message, std::size_t index);
  void WriteMarkedSystem(const Message& message);
  void Open(Turn turn);
  void Close();

  const List<Message>& messages_;
  const ClaudeVersion& version_;
  CodecContext& context_;
  Writer& writer_;
  ForeignBlocks blocks_;
  std::size_t next_ = 0;           // the first message that is not leading system text
  Turn turn_ = Turn::kNone;        // that is open
  const Part* prefill_ = nullptr;  // the text that the model shall continue
};

}  // namespace aiproxy::anthropic_messages
