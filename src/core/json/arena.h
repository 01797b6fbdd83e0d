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

/// Hands out memory that stays valid until Reset(). Reset keeps one block that holds as much as
/// the last content took, up to kMostKept: so a steady stream of documents of one size allocates
/// nothing, and one huge document does not leave its memory behind.
class Arena {
 public:
  static constexpr std::size_t kMostKept = 1 << 20;

  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* Allocate(std::size_t size, std::size_t align = alignof(std::max_align_t)) {
    std::size_t at = (used_ + align - 1) & ~(align - 1);
    if (at + size > size_) return AllocateSlow(size);
    used_ = at + size;
    return base_ + at;
  }

  /// `more` bytes right behind the ones that end at `end`, if those are the last that were handed
  /// out and there is room; false when not.
  bool Extend(const void* end, std::size_t more) {
    if (end != base_ + used_ || more > size_ - used_) return false;
    used_ += more;
    return true;
  }

  /// A copy of `text` that lives as long as the arena's content.
  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = static_cast<char*>(Allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  /// Everything handed out is gone.
  void Reset();
  /// Bytes in all blocks.
  std::size_t held() const { return total_; }

 private:
  void* AllocateSlow(std::size_t size);
  char* AddBlock(std::size_t size);

  static constexpr std::size_t kFirstBlock = 16 * 1024;

  char* base_ = nullptr;  // of the block that is being filled
  std::size_t used_ = 0;
  std::size_t size_ = 0;
  std::size_t total_ = 0;  // of all blocks
  std::vector<std::unique_ptr<char[]>> blocks_;
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
    // Of large elements there is mostly one: a message has one part.
    constexpr std::uint32_t kFirst = sizeof(T) <= 128 ? 4 : sizeof(T) <= 256 ? 2 : 1;
    if (capacity_ != 0 && arena.Extend(data_ + capacity_, capacity_ * sizeof(T))) {
      capacity_ *= 2;
      return;
    }
    std::uint32_t capacity = capacity_ == 0 ? kFirst : capacity_ * 2;
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
