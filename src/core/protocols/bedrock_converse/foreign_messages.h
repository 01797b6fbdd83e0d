// Writes a conversation from another protocol: system text apart, turns of two roles that
// alternate, and the user begins.
#pragma once

#include <cstddef>
#include <cstdint>

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
  enum class Turn : std::uint8_t { kNone, kUser, kAssistant, kSystem };
  /// Which parts of a message are written: a turn begins with its tool results.
  enum class Which : std::uint8_t { kAll, kResults, kOthers };

  void FindSystem();
  void WriteSystemMessage(const Message& message, bool& any);
  void WriteSystemAsUser(const Message& message);
  void WriteResultsFirst(std::size_t begin, std::size_t end);
  void WriteMessage(const Message& message, std::size_t index, Which which = Which::kAll);
  bool WritePart(const Part& part, Turn turn, const Message& message);
  void WriteMidSystem(const Message& message, std::size_t index);
  void WriteMarkedSystem(const Message& message);
  void WritePrefill(const TextPart& part);
  void Open(Turn turn, const Message& message);
  void Close();
  void DropMessage(const Message& message);
  void DropBesideText(const Part& part);

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
  std::size_t last_late_result_ = 0;  // its message: what stood before it is moved
  bool any_turn_ = false;             // was written
  bool has_text_ = false;             // in the open turn
  bool has_document_ = false;         // in the open turn
  NodeId document_node_ = kNoNode;    // of the first one
};

}  // namespace aiproxy::bedrock_converse
