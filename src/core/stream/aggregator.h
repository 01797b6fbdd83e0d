// Builds the response that a stream of events amounts to; owns everything in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/arena.h"
#include "core/json/document.h"
#include "core/model/context.h"
#include "core/stream/codec.h"
#include "core/stream/event.h"
#include "core/stream/origins.h"

namespace aiproxy {

/// Takes the events of one stream (in the order that GrammarChecker demands). What is taken counts
/// as used; what has no place in a response (opaque events, opaque pieces other than tool input) is
/// not marked, and so reported. Nothing in the result has a node.
///
/// Bounded by Limits::max_accumulated_bytes.
class Aggregator : public EventSink {
 public:
  explicit Aggregator(const Limits& limits);

  /// The translation whose documents the events' nodes belong to. To be called before events.
  void Attach(CodecContext& context) { context_ = &context; }
  /// The frame that the next events come from; counts from 0.
  void set_event(std::int64_t event) { event_ = event; }
  /// The protocol that was decoded, so that its encoder takes the extras back; static storage.
  void set_protocol(std::string_view id) { response_.protocol = id; }

  Status OnEvent(const StreamEvent& event) override;

  /// Whether the stream came to its end or to an error: the result is there.
  bool complete() const { return complete_; }
  /// Whether that was an error. The response has what came before it.
  bool failed() const { return failed_; }
  const ChatResponse& response() const { return response_; }
  const ApiError& error() const { return error_; }
  /// Where the members of the response came from.
  const Origins& origins() const { return origins_; }

 private:
  /// The origin of something below a candidate, whose place is not known before the end.
  struct CandidateOrigin {
    std::uint32_t candidate;
    std::string below;  // "/message/parts/0"
    Origin origin;
  };

  /// Pieces joined in wire spelling.
  struct Joined {
    std::string bytes;
    bool any = false;
    bool escaped = false;
  };

  struct OpenBlock {
    BlockStart start;
    Joined text;  // of an opaque block: the JSON text of its input
    Joined signature;
    List<Citation> citations;
    Extras extras;
    Origin origin;
    std::vector<std::pair<std::string, Origin>> inner_origins;  // "/citations/0"
  };

  Status Take(const StreamStart& start);
  Status Take(const BlockStart& start);
  Status Take(const BlockDelta& delta);
  Status Take(const BlockCitation& citation);
  Status Take(const BlockEnd& end);
  Status Take(const StreamUsage& usage);
  Status Take(const StreamFinish& finish);
  Status Take(const StreamMetadata& metadata);
  Status Take(const OpaqueEvent& event);
  Status Take(const StreamError& error);
  Status Take(const StreamEnd& end);

  template <class T>
  Status Copy(const T& from, T& into);
  Status Join(const Text& piece, Joined& into);
  Status JoinInput(const Raw& delta, Joined& into);
  Status Merge(const Extras& from, Extras& into);
  Origin Here(NodeId node, bool whole = false) const;
  Status Note(std::string pointer, NodeId node, bool whole = false);
  Status NoteExtras(const std::string& pointer, const Extras& extras);
  void NoteExtrasOf(const Extras& extras, OpenBlock& block) const;
  void NoteFinish(const StreamFinish& finish);
  void NoteBlock(const OpenBlock& block, std::size_t part);
  void PlaceOrigins();
  Status Merge(const Usage& from);
  Status Merge(const Sourced<ServiceTier>& tier);
  Status Charge(std::size_t bytes);
  void Use(NodeId node);

  OpenBlock* Find(std::uint32_t block);
  Candidate& CandidateOf(std::uint32_t number);
  Text Keep(Joined& joined);
  void AddPart(OpenBlock& block);
  Part Finished(OpenBlock& block);
  Raw WithInput(const Raw& start, const Text& input);
  void Build();

  Limits limits_;
  CodecContext* context_ = nullptr;
  Arena arena_;
  std::deque<std::string> texts_;
  Document pieces_;  // of opaque pieces
  PaddedText piece_text_;
  std::vector<OpenBlock> open_;
  std::vector<Candidate> candidates_;
  std::size_t bytes_ = 0;
  std::int64_t event_ = -1;
  Origins origins_;
  std::vector<CandidateOrigin> candidate_origins_;
  ChatResponse response_;
  ApiError error_;
  std::uint32_t item_ = kNoItem;  // of the last part
  bool complete_ = false;
  bool failed_ = false;
};

}  // namespace aiproxy
