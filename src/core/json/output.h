// Bytes on their way out: small pieces are copied together, large spans are kept by reference.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aiproxy {

/// What a translation writes to. Whoever sends it on calls ForEachPiece and Clear.
class Output {
 public:
  /// Spans of at least this many bytes are not copied by AppendStable.
  static constexpr std::size_t kByReference = 32 * 1024;
  /// Clear keeps at least memory of this size.
  static constexpr std::size_t kMostKept = 1 << 20;

  void Append(std::string_view text) {
    if (text.empty()) return;  // memcpy wants no null pointers, not even for nothing
    std::memcpy(Reserve(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  void Append(char c) {
    *Reserve(1) = c;
    ++size_;
  }
  /// For bytes that stay where they are until the next Clear.
  void AppendStable(std::string_view text) {
    if (text.size() >= kByReference) return AppendReference(text);
    Append(text);
  }

  /// Room for `count` bytes, to be filled and then counted with Advance.
  char* Reserve(std::size_t count) {
    if (size_ + count > capacity_) Grow(size_ + count);
    return data_.get() + size_;
  }
  void Advance(std::size_t count) { size_ += count; }

  std::size_t size() const { return size_ + referenced_; }
  bool has_references() const { return !references_.empty(); }
  void Clear();
  /// Forgets everything after the state in which size() was `size`. Only back to points between
  /// whole documents: no reference may straddle it.
  void Truncate(std::size_t size);

  /// Calls f(std::string_view) for each run of bytes, in order.
  template <class F>
  void ForEachPiece(F f) const {
    std::size_t from = 0;
    for (const Reference& reference : references_) {
      if (reference.at > from) f(std::string_view(data_.get() + from, reference.at - from));
      f(reference.bytes);
      from = reference.at;
    }
    if (size_ > from) f(std::string_view(data_.get() + from, size_ - from));
  }

  std::string ToString() const;

 private:
  struct Reference {
    std::size_t at;  // offset in the copied bytes before which it stands
    std::string_view bytes;
  };

  void AppendReference(std::string_view text);
  void Grow(std::size_t at_least);

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t referenced_ = 0;
  std::vector<Reference> references_;
};

}  // namespace aiproxy
