// The state of a stream of response events while it is read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/arena.h"
#include "core/protocols/openai_responses/wire.h"
#include "core/stream/block_sequencer.h"
#include "core/stream/kept_text.h"

namespace aiproxy::openai_responses {

/// How much of a text was told: enough to see whether a whole one goes on from there.
class Told {
 public:
  void Add(const Text& text, std::string& buffer);
  bool empty() const { return size_ == 0; }
  /// Whether `whole` (decoded) begins with what was told; `rest` is what it has beyond.
  bool Continues(std::string_view whole, std::string_view& rest) const;

 private:
  static std::uint64_t Hash(std::uint64_t hash, std::string_view text);
  static constexpr std::uint64_t kStart = 14695981039346656037u;

  std::uint64_t hash_ = kStart;
  std::size_t size_ = 0;
};

/// A content part, a summary part, or a call's arguments: one block.
struct PartState {
  std::int64_t index = 0;
  bool is_summary = false;
  bool is_open = false;
  bool is_done = false;
  std::uint32_t handle = 0;
  std::size_t citations = 0;
  Told told;
};

struct ItemState {
  enum class Kind : std::uint8_t { kUnknown, kMessage, kReasoning, kCall, kOpaque };
  std::int64_t index = 0;  // output_index
  Kind kind = Kind::kUnknown;
  bool is_custom = false;
  bool is_done = false;
  std::uint32_t number = kNoItem;  // BlockStart::item, once a block of it has begun
  KeptText id;                     // of reasoning: it goes back beside what is encrypted
  std::string members;             // JSON object: waits for the first block
  std::vector<PartState> parts;
};

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
  std::int64_t NextIndex() const;
  void CheckSequence(const Value& number, CodecContext& context);
  Status Unknown(const Value& root, const Text& type, std::int64_t output_index,
                 CodecContext& context, EventSink& out);

  // The envelope.
  Status Begin(const Value& response, CodecContext& context, EventSink& out);
  Status EnsureStarted(EventSink& out);
  Status Terminal(const Value& response, CodecContext& context, EventSink& out);
  Status SendRest(const Value& response, CodecContext& context, EventSink& out);
  Status Failed(const Value& root, CodecContext& context, EventSink& out);
  Status Cut(EventSink& out);

  // stream_items.cc
  Status FindItem(std::int64_t index, ItemState*& item);
  PartState& PartOf(ItemState& item, std::int64_t index, bool summary);
  Status ItemAdded(const Event& event, CodecContext& context, EventSink& out);
  Status ItemDone(ItemState& state, const Value& item, CodecContext& context, EventSink& out);
  Status Announce(ItemState& state, const Value& item, CodecContext& context, EventSink& out);
  Status PartAdded(const Event& event, bool summary, CodecContext& context, EventSink& out);
  Status PartDone(const Event& event, bool summary, CodecContext& context, EventSink& out);
  Status Delta(const Event& event, BlockKind kind, bool summary, CodecContext& context,
               EventSink& out);
  Status TextDone(const Event& event, BlockKind kind, bool summary, CodecContext& context,
                  EventSink& out);
  Status Annotation(const Event& event, CodecContext& context, EventSink& out);
  Status Open(ItemState& item, PartState& part, BlockKind kind, CodecContext& context,
              EventSink& out);
  Status OpenCall(ItemState& state, const Value& item, CodecContext& context, EventSink& out);
  Status Close(PartState& part, EventSink& out);
  Status TakeMembers(ItemState& item, CodecContext& context, BlockStart& start);
  Status PartWhole(PartState& part, const Value& whole, CodecContext& context, EventSink& out);
  Status Fill(PartState& part, const Value& whole, CodecContext& context, EventSink& out);
  Status MessageDone(ItemState& state, const Value& item, CodecContext& context, EventSink& out);
  Status ReasoningDone(ItemState& state, const Value& item, CodecContext& context, EventSink& out);
  Status SecretDone(ItemState& state, const Value& item, CodecContext& context, EventSink& out);
  Status OpaqueDone(const Value& item, EventSink& out);
  bool JoinsTexts(const ItemState& item) const;

  Limits limits_;
  BlockSequencer blocks_;
  std::vector<ItemState> items_;
  Arena arena_;                       // of the envelope
  Extras envelope_;                   // of the first response
  std::vector<std::string> unknown_;  // types that were told of
  Issuer issuer_ = Issuer::kUnknown;  // of the model
  std::uint32_t next_item_ = 0;
  std::int64_t sequence_ = -1;
  bool sequence_told_ = false;
  bool has_call_ = false;
  bool started_ = false;
  bool done_ = false;
};

}  // namespace aiproxy::openai_responses
