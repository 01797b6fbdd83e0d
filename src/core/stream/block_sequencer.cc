#include "core/stream/block_sequencer.h"

#include <algorithm>
#include <string>
#include <variant>

#include "core/stream/copy.h"

namespace aiproxy {

namespace {

// A handle is a slot's index and how often the slot was used before, so that a stale one is found.
constexpr std::uint32_t kSlotBits = 16;
constexpr std::uint32_t kMaxSlots = 1u << kSlotBits;

Error StaleHandle() {
  Error error;
  error.message = "a piece came for a block that is not open";
  return error;
}

}  // namespace

struct BlockSequencer::Piece {
  Piece* next = nullptr;
  std::variant<BlockDelta, Citation> what;
};

const BlockSequencer::Slot* BlockSequencer::Find(std::uint32_t handle) const {
  std::uint32_t index = handle & (kMaxSlots - 1);
  if (index >= slots_.size()) return nullptr;
  const Slot& slot = slots_[index];
  bool open = slot.state == Slot::State::kStreaming || slot.state == Slot::State::kWaiting;
  return open && slot.generation == handle >> kSlotBits ? &slot : nullptr;
}

BlockSequencer::Slot* BlockSequencer::Find(std::uint32_t handle) {
  return const_cast<Slot*>(static_cast<const BlockSequencer*>(this)->Find(handle));
}

Status BlockSequencer::TakeSlot(std::uint32_t& index) {
  if (free_ != kNone) {
    index = free_;
    free_ = slots_[index].next;
  } else if (slots_.size() < std::min<std::size_t>(limits_.max_open_blocks, kMaxSlots)) {
    index = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    return LimitExceeded("more than " + std::to_string(slots_.size()) +
                         " blocks of the stream are open or wait for their turn");
  }
  return Ok();
}

void BlockSequencer::Forget(Slot& slot) {
  held_bytes_ -= slot.bytes;
  // Keeping large arenas in every slot would exceed what may be held back.
  constexpr std::size_t kKept = 4096;
  if (slot.bytes > kKept)
    slot.arena.reset();
  else if (slot.arena != nullptr)
    slot.arena->Reset();
  slot.bytes = 0;
  slot.first = slot.last = nullptr;
}

void BlockSequencer::Release(Slot& slot, std::uint32_t index) {
  Forget(slot);
  slot.state = Slot::State::kFree;
  ++slot.generation;
  slot.next = free_;
  free_ = index;
}

std::uint32_t BlockSequencer::LaneOf(std::uint32_t candidate) {
  std::uint32_t empty = kNone;
  for (std::uint32_t i = 0; i < lanes_.size(); ++i) {
    if (lanes_[i].first == kNone)
      empty = i;
    else if (lanes_[i].candidate == candidate)
      return i;
  }
  if (empty == kNone) {
    empty = static_cast<std::uint32_t>(lanes_.size());
    lanes_.emplace_back();
  }
  lanes_[empty].candidate = candidate;
  return empty;
}

Status BlockSequencer::HoldBytes(Slot& slot, std::size_t bytes) {
  if (held_bytes_ + bytes > limits_.max_accumulated_bytes) {
    return LimitExceeded("blocks that wait for their turn have more than " +
                         std::to_string(limits_.max_accumulated_bytes) + " bytes");
  }
  held_bytes_ += bytes;
  slot.bytes += bytes;
  if (slot.arena == nullptr) slot.arena = std::make_unique<Arena>();
  return Ok();
}

Status BlockSequencer::Hold(Slot& slot, Piece*& piece, std::size_t bytes) {
  AIPROXY_RETURN_IF_ERROR(HoldBytes(slot, sizeof(Piece) + bytes));
  piece = new (slot.arena->Allocate(sizeof(Piece), alignof(Piece))) Piece;
  if (slot.first == nullptr)
    slot.first = piece;
  else
    slot.last->next = piece;
  slot.last = piece;
  return Ok();
}

template <class T>
void BlockSequencer::UseHeld(const T& held) {
  if (context_ == nullptr) return;
  UseAll(held, context_->accounting, context_->options.extras_come_out);
}

Status BlockSequencer::Open(const BlockStart& start, std::uint32_t& handle, EventSink& out) {
  std::uint32_t index = 0;
  AIPROXY_RETURN_IF_ERROR(TakeSlot(index));
  Slot& slot = slots_[index];
  slot.next = kNone;
  slot.lane = LaneOf(start.candidate);
  Lane& lane = lanes_[slot.lane];
  bool first = lane.first == kNone;
  slot.state = first ? Slot::State::kStreaming : Slot::State::kWaiting;
  if (first)
    lane.first = index;
  else
    slots_[lane.last].next = index;
  lane.last = index;
  handle = index | static_cast<std::uint32_t>(slot.generation) << kSlotBits;
  ++open_count_;
  if (first) {
    slot.block = next_block_++;
    BlockStart numbered = start;
    numbered.block = slot.block;
    return out.OnEvent(numbered);
  }
  AIPROXY_RETURN_IF_ERROR(HoldBytes(slot, BytesBelow(start)));
  UseHeld(start);
  slot.start = CopyTo(start, *slot.arena);
  return Ok();
}

Status BlockSequencer::Append(std::uint32_t handle, const BlockDelta& delta, EventSink& out) {
  Slot* slot = Find(handle);
  if (slot == nullptr) return StaleHandle();
  if (slot->state == Slot::State::kStreaming) {
    BlockDelta numbered = delta;
    numbered.block = slot->block;
    return out.OnEvent(numbered);
  }
  Piece* piece = nullptr;
  AIPROXY_RETURN_IF_ERROR(Hold(*slot, piece, BytesBelow(delta)));
  UseHeld(delta);
  piece->what = CopyTo(delta, *slot->arena);
  return Ok();
}

Status BlockSequencer::Cite(std::uint32_t handle, const Citation& citation, EventSink& out) {
  Slot* slot = Find(handle);
  if (slot == nullptr) return StaleHandle();
  if (slot->state == Slot::State::kStreaming)
    return out.OnEvent(BlockCitation{slot->block, citation});
  Piece* piece = nullptr;
  AIPROXY_RETURN_IF_ERROR(Hold(*slot, piece, BytesBelow(citation)));
  UseHeld(citation);
  piece->what = CopyTo(citation, *slot->arena);
  return Ok();
}

Status BlockSequencer::Close(std::uint32_t handle, EventSink& out) {
  Slot* slot = Find(handle);
  if (slot == nullptr) return StaleHandle();
  --open_count_;
  if (slot->state == Slot::State::kWaiting) {
    slot->state = Slot::State::kWaitingClosed;
    return Ok();
  }
  return Advance(lanes_[slot->lane], out);
}

Status BlockSequencer::CloseLane(Lane& lane, EventSink& out) {
  if (lane.first == kNone) return Ok();
  for (std::uint32_t index = slots_[lane.first].next; index != kNone; index = slots_[index].next) {
    Slot& slot = slots_[index];
    if (slot.state == Slot::State::kWaiting) {
      slot.state = Slot::State::kWaitingClosed;
      --open_count_;
    }
  }
  --open_count_;
  return Advance(lane, out);
}

Status BlockSequencer::CloseAll(std::uint32_t candidate, EventSink& out) {
  for (Lane& lane : lanes_) {
    if (lane.first != kNone && lane.candidate == candidate) return CloseLane(lane, out);
  }
  return Ok();
}

Status BlockSequencer::CloseAll(EventSink& out) {
  for (Lane& lane : lanes_) AIPROXY_RETURN_IF_ERROR(CloseLane(lane, out));
  return Ok();
}

/// Ends the block that streams; then as many as are complete, until one is open or none is left.
Status BlockSequencer::Advance(Lane& lane, EventSink& out) {
  for (;;) {
    std::uint32_t index = lane.first;
    std::uint32_t block = slots_[index].block;
    lane.first = slots_[index].next;
    Release(slots_[index], index);
    AIPROXY_RETURN_IF_ERROR(out.OnEvent(BlockEnd{block}));
    if (lane.first == kNone) return Ok();
    Slot& next = slots_[lane.first];
    bool complete = next.state == Slot::State::kWaitingClosed;
    AIPROXY_RETURN_IF_ERROR(Replay(next, out));
    if (!complete) return Ok();
  }
}

Status BlockSequencer::Replay(Slot& slot, EventSink& out) {
  slot.block = next_block_++;
  slot.start.block = slot.block;
  slot.state = Slot::State::kStreaming;
  AIPROXY_RETURN_IF_ERROR(out.OnEvent(slot.start));
  for (Piece* piece = slot.first; piece != nullptr; piece = piece->next) {
    if (auto* delta = std::get_if<BlockDelta>(&piece->what)) {
      delta->block = slot.block;
      AIPROXY_RETURN_IF_ERROR(out.OnEvent(*delta));
    } else {
      AIPROXY_RETURN_IF_ERROR(
          out.OnEvent(BlockCitation{slot.block, std::get<Citation>(piece->what)}));
    }
  }
  Forget(slot);
  return Ok();
}

}  // namespace aiproxy
