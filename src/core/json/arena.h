// Bump allocation for everything that lives as long as one document: freed all at once, reused for
// the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

namespace aiproxy {

/// Hands out memory that stays valid until Reset(). Reset keeps the blocks, so that a steady
/// stream of documents of one size allocates nothing.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* Allocate(std::size_t size, std::size_t align = alignof(std::max_align_t)) {
    std::size_t at = (used_ + align - 1) & ~(align - 1);
    if (at + size > size_) return AllocateSlow(size);
    used_ = at + size;
    return base_ + at;
  }

  /// A copy of `text` that lives as long as the arena's content.
  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = static_cast<char*>(Allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  /// Everything handed out is gone; small blocks are kept, oversized ones are given back.
  void Reset();

 private:
  void* AllocateSlow(std::size_t size);

  static constexpr std::size_t kBlock = 16 * 1024;
  static constexpr std::size_t kMaxKeptBlocks = 64;

  char* base_ = nullptr;
  std::size_t used_ = 0;
  std::size_t size_ = 0;
  std::size_t current_ = 0;  // the block after the one in use
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::vector<std::unique_ptr<char[]>> oversized_;
};

/// A growable array in an arena. Copies share the elements; nothing is ever destroyed, so the
/// elements must not need it.
template <class T>
class List {
 public:
  void push_back(Arena& arena, const T& item) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (size_ == capacity_) Grow(arena);
    new (data_ + size_++) T(item);
  }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  T& back() { return data_[size_ - 1]; }
  const T& back() const { return data_[size_ - 1]; }
  void clear() { size_ = 0; }
  void pop_back() { --size_; }

 private:
  void Grow(Arena& arena) {
    std::uint32_t capacity = capacity_ == 0 ? 4 : capacity_ * 2;
    T* data = static_cast<T*>(arena.Allocate(capacity * sizeof(T), alignof(T)));
    for (std::uint32_t i = 0; i < size_; ++i) new (data + i) T(data_[i]);
    data_ = data;
    capacity_ = capacity;
  }

  T* data_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace aiproxy
