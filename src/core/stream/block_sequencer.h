// Puts blocks that a wire lets interleave (parallel tool calls) one after the other, per candidate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/json/arena.h"
#include "core/model/context.h"
#include "core/stream/codec.h"
#include "core/stream/event.h"

namespace aiproxy {

/// Of each candidate, the block that was opened first goes straight through; blocks opened while it
/// is open are copied and wait, and go out in the order of opening once their turn comes: what was
/// held back at once, and from then on straight through. Numbers blocks when they go out, so that
/// they are gapless over the whole stream; `block` of what is passed in is ignored.
///
/// What waits gives up its nodes: they count as used, but for extras that the target has no place
/// for (EncodeOptions::extras_come_out). Bounded by Limits::max_open_blocks and
/// Limits::max_accumulated_bytes.
class BlockSequencer {
 public:
  explicit BlockSequencer(const Limits& limits) : limits_(limits) {}

  /// To be called at the start of each Push (and Finish): nodes belong to that frame's document.
  void Attach(CodecContext& context) { context_ = &context; }

  /// `handle` names the block in the calls below until it is closed.
  Status Open(const BlockStart& start, std::uint32_t& handle, EventSink& out);
  Status Append(std::uint32_t handle, const BlockDelta& delta, EventSink& out);
  Status Cite(std::uint32_t handle, const Citation& citation, EventSink& out);
  Status Close(std::uint32_t handle, EventSink& out);
  /// Closes every open block of the candidate; fine when there is none.
  Status CloseAll(std::uint32_t candidate, EventSink& out);
  /// Closes every open block of every candidate.
  Status CloseAll(EventSink& out);

  /// Blocks that were opened and not closed, whether they wait or not.
  std::uint32_t open_count() const { return open_count_; }
  /// Whether the handle names an open block.
  bool is_open(std::uint32_t handle) const { return Find(handle) != nullptr; }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffu;

  template <class T>
  void UseHeld(const T& held);

  struct Piece;  // a delta or a citation that waits; in the arena of its slot

  struct Slot {
    enum class State : std::uint8_t { kFree, kStreaming, kWaiting, kWaitingClosed };
    State state = State::kFree;
    std::uint16_t generation = 0;  // of the handle
    std::uint32_t block = 0;       // its number, once it streams
    std::uint32_t lane = 0;
    std::uint32_t next = kNone;  // the slot after it in its lane, or in the list of free ones
    BlockStart start;
    Piece* first = nullptr;
    Piece* last = nullptr;
    std::size_t bytes = 0;  // held back
    std::unique_ptr<Arena> arena;
  };

  /// The blocks of one candidate in the order of opening; the first one streams.
  struct Lane {
    std::uint32_t candidate = 0;
    std::uint32_t first = kNone;
    std::uint32_t last = kNone;
  };

  const Slot* Find(std::uint32_t handle) const;
  Slot* Find(std::uint32_t handle);
  Status TakeSlot(std::uint32_t& index);
  void Forget(Slot& slot);
  void Release(Slot& slot, std::uint32_t index);
  std::uint32_t LaneOf(std::uint32_t candidate);
  Status HoldBytes(Slot& slot, std::size_t bytes);
  Status Hold(Slot& slot, Piece*& piece, std::size_t bytes);
  Status Replay(Slot& slot, EventSink& out);
  Status Advance(Lane& lane, EventSink& out);
  Status CloseLane(Lane& lane, EventSink& out);

  Limits limits_;
  CodecContext* context_ = nullptr;
  std::vector<Slot> slots_;
  std::vector<Lane> lanes_;
  std::uint32_t free_ = kNone;
  std::uint32_t open_count_ = 0;
  std::uint32_t next_block_ = 0;
  std::size_t held_bytes_ = 0;
};

}  // namespace aiproxy
