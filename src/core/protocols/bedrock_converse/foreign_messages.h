// Writes a conversation from another protocol: system text apart, turns of two roles that
// alternate, and the user begins.
#pragma once

#include <cstddef>

#include "core/model/claude_turns.h"
#include "core/model/claude_version.h"
#include "core/protocols/bedrock_converse/cache_budget.h"
#include "core/protocols/bedrock_converse/foreign_blocks.h"
#include "core/protocols/bedrock_converse/result_groups.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

class ForeignMessages {
 public:
  ForeignMessages(const ChatRequest& request, Family family, CacheBudget& cache,
                  CodecContext& context, Writer& writer);

  /// The leading run of system messages, as `system`. First of the two.
  void WriteSystem();
  /// Everything after it, as `messages`.
  void WriteMessages();

 private:
  void FindSystem();
  void WriteSystemMessage(const Message& message, bool& any);
  void WriteSystemAsUser(const Message& message);
  void WriteMessage(const MessagePass& pass);
  bool WritePart(const Part& part, Turn turn, const Message& message);
  void WriteMidSystem(const Message& message, std::size_t index);
  void WriteMarkedSystem(const Message& message);
  void Open(Turn turn, const Message& message);
  void Close();

  const List<Message>& messages_;
  Family family_;
  ClaudeVersion version_;
  CodecContext& context_;
  Writer& writer_;
  ForeignBlocks blocks_;
  ResultGroups results_;
  std::size_t next_ = 0;              // the first message that is not leading system text
  const Message* as_user_ = nullptr;  // system text that has to be the user's
  const Part* prefill_ = nullptr;     // the text that the model shall continue
  Turn turn_ = Turn::kNone;           // that is open
  bool any_turn_ = false;             // was written
  bool has_text_ = false;             // in the open turn
  bool has_document_ = false;         // in the open turn
  NodeId document_node_ = kNoNode;    // of the first one
};

}  // namespace aiproxy::bedrock_converse
