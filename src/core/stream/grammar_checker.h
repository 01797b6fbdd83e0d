// Checks that a stream of events keeps the grammar of event.h, and hands it on.
#pragma once

#include <cstdint>
#include <vector>

#include "core/stream/codec.h"
#include "core/stream/event.h"

namespace aiproxy {

/// An event that breaks the grammar is not handed on: kInvalidInput, with the rule in the message.
/// A candidate whose index is kMaxCandidates or more is kLimitExceeded.
class GrammarChecker : public EventSink {
 public:
  static constexpr std::size_t kMaxCandidates = 4096;

  explicit GrammarChecker(EventSink& next) : next_(next) {}

  Status OnEvent(const StreamEvent& event) override;

  /// Whether End or StreamError went by.
  bool complete() const { return state_ == State::kEnded; }

 private:
  enum class State : std::uint8_t { kBeforeStart, kOpen, kEnded };

  struct OpenBlock {
    std::uint32_t block;
    std::uint32_t candidate;
    BlockKind kind;
  };

  static std::uint32_t CandidateOf(const StreamEvent& event);
  static State NextState(const StreamEvent& event);

  // Each returns the rule that is broken, or nullptr.
  const char* CheckPlace(const StreamEvent& event) const;
  const char* Check(const BlockStart& start);
  const char* Check(const BlockDelta& delta) const;
  const char* Check(const BlockEnd& end);
  const char* Check(const StreamFinish& finish);

  const OpenBlock* Find(std::uint32_t block) const;
  bool HasOpenBlock(std::uint32_t candidate) const;
  bool IsFinished(std::uint32_t candidate) const;

  EventSink& next_;
  State state_ = State::kBeforeStart;
  std::uint32_t next_block_ = 0;
  std::vector<OpenBlock> open_;
  std::vector<std::uint32_t> finished_;
};

}  // namespace aiproxy
