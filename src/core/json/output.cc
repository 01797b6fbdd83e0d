#include "core/json/output.h"

#include <algorithm>

namespace aiproxy {

void Output::Clear() {
  // What one large document took is given back once a smaller one has gone through.
  if (capacity_ > kMostKept && size_ < capacity_ / 8) {
    data_.reset();
    capacity_ = 0;
  }
  size_ = 0;
  referenced_ = 0;
  references_.clear();
}

void Output::Truncate(std::size_t size) {
  while (!references_.empty() && this->size() > size) {
    const Reference& last = references_.back();
    std::size_t copied_after = size_ - last.at;
    if (this->size() - copied_after <= size) break;
    size_ = last.at;
    referenced_ -= last.bytes.size();
    references_.pop_back();
  }
  if (this->size() > size) size_ -= this->size() - size;
}

void Output::AppendReference(std::string_view text) {
  references_.push_back({size_, text});
  referenced_ += text.size();
}

void Output::Grow(std::size_t at_least) {
  std::size_t capacity = std::max<std::size_t>({at_least, capacity_ * 2, 4096});
  auto data = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ != 0) std::memcpy(data.get(), data_.get(), size_);
  data_ = std::move(data);
  capacity_ = capacity;
}

std::string Output::ToString() const {
  std::string out;
  out.reserve(size());
  ForEachPiece([&](std::string_view piece) { out += piece; });
  return out;
}

}  // namespace aiproxy
