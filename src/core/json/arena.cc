#include "core/json/arena.h"

#include <algorithm>

namespace aiproxy {

void* Arena::AllocateSlow(std::size_t size) {
  const std::size_t block = std::clamp(total_, kFirstBlock, kMostKept);
  if (size > block / 2) return AddBlock(size);  // of its own; the one at hand is filled further
  base_ = AddBlock(block);
  size_ = block;
  used_ = size;
  return base_;
}

char* Arena::AddBlock(std::size_t size) {
  blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
  total_ += size;
  return blocks_.back().get();
}

void Arena::Reset() {
  used_ = 0;
  if (blocks_.size() < 2 && total_ <= kMostKept && size_ == total_) return;
  const std::size_t kept = std::clamp(total_, kFirstBlock, kMostKept);
  blocks_.clear();
  total_ = 0;
  base_ = AddBlock(kept);
  size_ = kept;
}

}  // namespace aiproxy
