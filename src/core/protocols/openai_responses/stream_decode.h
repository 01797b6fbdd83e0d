// The state of a stream of response events while it is read.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/arena.h"
#include "core/protocols/openai_responses/wire.h"
#include "core/stream/block_sequencer.h"
#include "core/stream/held_bytes.h"
#include "core/stream/kept_text.h"

namespace aiproxy::openai_responses {

/// FNV-1a, going on from `hash`.
inline constexpr std::uint64_t kHashStart = 14695981039346656037u;
std::uint64_t HashOf(std::string_view text, std::uint64_t hash = kHashStart);

/// How much of a text was told: enough to see whether a whole one goes on from there.
class Told {
 public:
  void Add(const Text& text, std::string& buffer);
  bool empty() const { return size_ == 0; }
  /// The hash of several texts, of which this is the next.
  std::uint64_t AddTo(std::uint64_t hash) const { return (hash ^ hash_ ^ size_) * 1099511628211u; }
  /// Whether `whole` (decoded) begins with what was told; `rest` is what it has beyond.
  bool Continues(std::string_view whole, std::string_view& rest) const;

 private:
  std::uint64_t hash_ = kHashStart;
  std::size_t size_ = 0;
};

/// A content part, a summary part, or a call's arguments: one block.
struct PartState {
  std::int64_t index = 0;
  BlockKind kind = BlockKind::kText;  // once it has begun
  bool is_summary = false;
  bool is_open = false;
  bool is_done = false;
  bool has_logprobs = false;
  bool is_contradicted = false;  // a whole text said otherwise; told once
  std::uint32_t handle = 0;
  std::size_t citations = 0;
  Told told;
  KeptText waiting;  // text that no block has taken yet
};

struct ItemState {
  enum class Kind : std::uint8_t { kUnknown, kMessage, kReasoning, kCall, kOpaque };
  std::int64_t index = 0;  // output_index
  Kind kind = Kind::kUnknown;
  bool is_custom = false;
  bool is_done = false;
  bool owes_whole = false;         // what it began with counts only once it comes whole
  bool is_contradicted = false;    // by a whole text of it; told once
  bool is_matched = false;         // with an item of the last response
  std::uint32_t number = kNoItem;  // BlockStart::item, once a block of it has begun
  Issuer issuer = Issuer::kUnknown;
  std::uint64_t id_hash = 0;    // 0: no id is known
  std::uint64_t call_hash = 0;  // of a call's id, likewise
  std::uint64_t text_hash = 0;  // of all that it said, once it is done
  KeptText id;                  // of reasoning: it goes back beside what is encrypted
  std::string members;          // JSON object: waits for the first block
  std::vector<PartState> parts;
};

// What the wire says of its items and parts.
ItemState::Kind KindOfItem(const Value& item);
BlockKind BlockKindOf(const Value& part);
/// The text of a part, whatever its type calls it; invalid when there is none.
Value TextIn(const Value& part);
std::size_t SizeOf(const Value& list);

class EventDecoder : public StreamDecoder {
 public:
  explicit EventDecoder(const Limits& limits) : limits_(limits), blocks_(limits) {}

  Status Push(const Frame& frame, CodecContext& context, EventSink& out) override;
  Status Finish(CodecContext& context, EventSink& out) override;
  bool done() const override { return done_; }

 private:
  /// What most events say beside their own.
  struct Event {
    Value root;
    Value item_id;
    Value call_id;
    Value item;
    Value part;
    Value delta;
    Value text;  // also refusal, arguments, input
    Value logprobs;
    Value annotation;
    Value response;
    std::int64_t output_index = -1;  // none
    std::int64_t part_index = 0;
  };

  Status Read(const Value& root, std::string_view name, CodecContext& context, EventSink& out);
  Status Sort(const Value& root, CodecContext& context, Event& event);
  Status TakeIndex(const Member& member, std::int64_t& index, CodecContext& context);
  void CheckSequence(const Value& number, CodecContext& context);
  Status Unknown(const Event& event, const Text& type, CodecContext& context, EventSink& out);

  // The envelope.
  Status Progress(const Event& event, CodecContext& context, EventSink& out);
  Status Begin(const Value& response, CodecContext& context, EventSink& out);
  Status EnsureStarted(EventSink& out);
  Status Failed(const Value& root, CodecContext& context, EventSink& out);
  void UseErrorEvent(const Value& root, CodecContext& context);
  void UseFailedResponse(const Value& response, CodecContext& context);
  Status Cut(EventSink& out);

  // stream_last.cc: the last response.
  Status Terminal(const Value& response, CodecContext& context, EventSink& out);
  Status TakeOutput(const Value& output, CodecContext& context, EventSink& out);
  void Compare(ItemState& state, const Value& item, CodecContext& context);
  Status SendRest(const Value& response, CodecContext& context, EventSink& out);
  void KeepRest(const Member& member, Taker& take, Extras& extras);

  // stream_items.cc: items, and what they have beside their content.
  ItemState* Known(std::int64_t index);
  Status FindItem(std::int64_t index, ItemState*& item);
  Status FindItem(const Event& event, bool fresh, CodecContext& context, ItemState*& item);
  Status ItemAdded(const Event& event, CodecContext& context, EventSink& out);
  Status ItemDone(ItemState& state, const Value& item, CodecContext& context, EventSink& out);
  Status Announce(ItemState& state, const Value& item, bool whole, CodecContext& context,
                  EventSink& out);
  void KeepMembers(ItemState& state, const Value& item, CodecContext& context);
  Status TakeMembers(ItemState& item, CodecContext& context, BlockStart& start);
  Status OpenCall(ItemState& state, const Value& item, bool whole, CodecContext& context,
                  EventSink& out);
  Status FillCall(ItemState& state, PartState& part, const Value& item, CodecContext& context,
                  EventSink& out);
  Status MessageDone(ItemState& state, const Value& item, CodecContext& context, EventSink& out);
  Status OpaqueDone(const Value& item, EventSink& out);
  Status Finish(ItemState& state, CodecContext& context, EventSink& out);
  void UseItem(const Value& item, CodecContext& context);
  void UseStatus(const Member& member, CodecContext& context);
  void UseTold(const Member& member, CodecContext& context);
  bool Remember(const Member& member);
  static bool TellsLosses(CodecContext& context);
  static void Contradict(NodeId node, std::string_view message, CodecContext& context);

  // stream_parts.cc: content parts, summaries, arguments.
  Status PartOf(ItemState& item, std::int64_t index, bool summary, PartState*& part);
  static void SortParts(ItemState& item);
  Status PartAt(ItemState& item, std::int64_t position, std::size_t count, bool summary,
                PartState*& part);
  Status TakePart(const Event& event, bool summary, bool done, CodecContext& context,
                  EventSink& out);
  Status Delta(const Event& event, BlockKind kind, bool summary, CodecContext& context,
               EventSink& out);
  Status TextDone(const Event& event, BlockKind kind, bool summary, CodecContext& context,
                  EventSink& out);
  Status Annotation(const Event& event, CodecContext& context, EventSink& out);
  Status Open(ItemState& item, PartState& part, BlockKind kind, CodecContext& context,
              EventSink& out);
  Status OpenBlock(ItemState& item, PartState& part, CodecContext& context, EventSink& out);
  static bool HasOpenPart(const ItemState& item);
  Status Say(PartState& part, const BlockDelta& delta, CodecContext& context, EventSink& out);
  Status SayLogprobs(PartState& part, const Value& list, CodecContext& context, EventSink& out);
  Status Release(PartState& part, EventSink& out);
  Status Fill(PartState& part, const Value& whole, CodecContext& context, EventSink& out);
  Status FillPart(PartState& part, const Value& whole, CodecContext& context, EventSink& out);
  Status PartWhole(ItemState& item, PartState& part, BlockKind kind, const Value& whole,
                   CodecContext& context, EventSink& out);
  Status Close(ItemState& item, PartState& part, EventSink& out);
  void UsePart(const Value& part, CodecContext& context);

  // stream_reasoning.cc: texts of reasoning, and what is encrypted behind them.
  bool HoldsTexts(const ItemState& item) const;
  Status ReasoningDone(ItemState& state, const Value& item, CodecContext& context, EventSink& out);
  Status Join(ItemState& state, const Value& secret, Issuer issuer, EventSink& out);
  Status TellApart(ItemState& state, CodecContext& context, EventSink& out);

  Limits limits_;
  BlockSequencer blocks_;
  std::map<std::int64_t, ItemState> items_;  // by output_index
  ItemState* last_item_ = nullptr;           // that an event was about
  std::vector<ItemState*> unfinished_;
  HeldBytes waiting_;                 // in PartState::waiting, all together
  Arena arena_;                       // of the envelope
  Extras envelope_;                   // of the first response
  std::vector<std::string> unknown_;  // types that were told of
  std::vector<std::uint64_t> seen_;   // members without a place that were told of
  Issuer issuer_ = Issuer::kUnknown;  // of the model
  std::uint32_t next_item_ = 0;
  std::int64_t sequence_ = -1;
  bool sequence_told_ = false;
  bool has_call_ = false;
  bool started_ = false;
  bool done_ = false;
};

}  // namespace aiproxy::openai_responses
