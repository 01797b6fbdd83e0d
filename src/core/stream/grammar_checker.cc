#include "core/stream/grammar_checker.h"

#include <algorithm>
#include <string>

namespace aiproxy {

namespace {

Error Broken(const char* rule) {
  Error error;
  error.message = "the stream breaks the order of events: ";
  error.message += rule;
  return error;
}

}  // namespace

Status GrammarChecker::OnEvent(const StreamEvent& event) {
  if (const char* rule = CheckPlace(event)) return Broken(rule);
  const char* rule = std::visit(
      Overloaded{
          [](const StreamStart&) -> const char* { return nullptr; },
          [this](const BlockStart& start) { return Check(start); },
          [this](const BlockDelta& delta) { return Check(delta); },
          [this](const BlockCitation& citation) -> const char* {
            return Find(citation.block) == nullptr ? "a citation for a block that is not open"
                                                   : nullptr;
          },
          [this](const BlockEnd& end) { return Check(end); },
          [](const StreamUsage&) -> const char* { return nullptr; },
          [this](const StreamFinish& finish) { return Check(finish); },
          [](const StreamMetadata&) -> const char* { return nullptr; },
          [](const OpaqueEvent&) -> const char* { return nullptr; },
          [](const StreamError&) -> const char* { return nullptr; },
          [this](const StreamEnd&) -> const char* {
            return open_.empty() ? nullptr : "the stream ends while a block is open";
          },
      },
      event.variant());
  if (rule != nullptr) return Broken(rule);
  if (CandidateOf(event) >= kMaxCandidates) {
    return LimitExceeded("the stream has a candidate with an index of " +
                         std::to_string(CandidateOf(event)) + ", more than " +
                         std::to_string(kMaxCandidates - 1));
  }
  state_ = NextState(event);
  return next_.OnEvent(event);
}

std::uint32_t GrammarChecker::CandidateOf(const StreamEvent& event) {
  if (const auto* start = std::get_if<BlockStart>(&event.variant())) return start->candidate;
  if (const auto* finish = std::get_if<StreamFinish>(&event.variant())) return finish->candidate;
  return 0;
}

GrammarChecker::State GrammarChecker::NextState(const StreamEvent& event) {
  bool ends = std::holds_alternative<StreamEnd>(event.variant()) ||
              std::holds_alternative<StreamError>(event.variant());
  return ends ? State::kEnded : State::kOpen;
}

const char* GrammarChecker::CheckPlace(const StreamEvent& event) const {
  if (state_ == State::kEnded) return "an event after the end of the stream";
  bool is_start = std::holds_alternative<StreamStart>(event.variant());
  if (state_ == State::kOpen) return is_start ? "a second start" : nullptr;
  if (is_start || std::holds_alternative<StreamError>(event.variant())) return nullptr;
  return "an event before the start of the stream";
}

const char* GrammarChecker::Check(const BlockStart& start) {
  if (start.block != next_block_) return "blocks are not numbered from 0 without gaps";
  if (HasOpenBlock(start.candidate))
    return "a block starts while another block of its candidate is open";
  if (IsFinished(start.candidate)) return "a block starts after the finish of its candidate";
  ++next_block_;
  open_.push_back({start.block, start.candidate, start.kind});
  return nullptr;
}

const char* GrammarChecker::Check(const BlockDelta& delta) const {
  const OpenBlock* block = Find(delta.block);
  if (block == nullptr) return "a piece for a block that is not open";
  bool opaque = block->kind == BlockKind::kOpaque;
  if (delta.text.present() && opaque) return "text in an opaque block";
  if (delta.signature.present() && block->kind != BlockKind::kReasoning) {
    return "a signature in a block that is not reasoning";
  }
  return nullptr;
}

const char* GrammarChecker::Check(const BlockEnd& end) {
  auto at = std::find_if(open_.begin(), open_.end(),
                         [&end](const OpenBlock& open) { return open.block == end.block; });
  if (at == open_.end()) return "the end of a block that is not open";
  open_.erase(at);
  return nullptr;
}

const char* GrammarChecker::Check(const StreamFinish& finish) {
  if (IsFinished(finish.candidate)) return "a candidate finishes twice";
  if (HasOpenBlock(finish.candidate)) return "a candidate finishes while a block of it is open";
  finished_.push_back(finish.candidate);
  return nullptr;
}

const GrammarChecker::OpenBlock* GrammarChecker::Find(std::uint32_t block) const {
  for (const OpenBlock& open : open_) {
    if (open.block == block) return &open;
  }
  return nullptr;
}

bool GrammarChecker::HasOpenBlock(std::uint32_t candidate) const {
  return std::any_of(open_.begin(), open_.end(),
                     [candidate](const OpenBlock& open) { return open.candidate == candidate; });
}

bool GrammarChecker::IsFinished(std::uint32_t candidate) const {
  return std::find(finished_.begin(), finished_.end(), candidate) != finished_.end();
}

}  // namespace aiproxy
