#include "core/json/arena.h"

namespace aiproxy {

void* Arena::AllocateSlow(std::size_t size) {
  if (size > kBlock / 2) {
    oversized_.push_back(std::make_unique_for_overwrite<char[]>(size));
    return oversized_.back().get();
  }
  if (current_ == blocks_.size()) {
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlock));
  }
  base_ = blocks_[current_++].get();
  size_ = kBlock;
  used_ = size;
  return base_;
}

void Arena::Reset() {
  oversized_.clear();
  if (blocks_.size() > kMaxKeptBlocks) blocks_.resize(kMaxKeptBlocks);
  current_ = blocks_.empty() ? 0 : 1;
  base_ = blocks_.empty() ? nullptr : blocks_[0].get();
  size_ = blocks_.empty() ? 0 : kBlock;
  used_ = 0;
}

}  // namespace aiproxy
