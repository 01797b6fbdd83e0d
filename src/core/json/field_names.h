// A fixed set of member names that is looked up with one multiplication and one comparison.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "core/json/value.h"

namespace aiproxy {

/// constexpr FieldNames kFields("model", "messages");
/// switch (kFields.Find(member.key)) { case kFields("model"): ... default: ... }
/// The hash is chosen at compile time so that no two names share a slot.
template <std::size_t N>
class FieldNames {
 public:
  template <class... Names>
  consteval explicit FieldNames(Names... names) : names_{std::string_view(names)...} {
    for (std::size_t i = 0; i < N; ++i) {
      for (std::size_t k = 0; k < i; ++k) with_middle_ |= LooksAlike(names_[i], names_[k]);
    }
    for (std::uint64_t seed = 0x9e3779b97f4a7c15u;;
         seed = seed * 6364136223846793005u + 1442695040888963407u) {
      if (TryBuild(seed | 1)) break;
    }
  }

  static constexpr int kUnknown = -1;

  /// The index of a name of the set; does not compile for another.
  consteval int operator()(std::string_view name) const {
    for (std::size_t i = 0; i < N; ++i) {
      if (names_[i] == name) return static_cast<int>(i);
    }
    throw "not a name of this set";
  }

  /// The name at an index that Find gave.
  constexpr std::string_view Name(int index) const {
    return names_[static_cast<std::size_t>(index)];
  }

  int Find(std::string_view name) const {
    std::uint8_t slot = slots_[Slot(name, seed_, with_middle_)];
    if (slot == 0 || names_[slot - 1u] != name) return kUnknown;
    return slot - 1;
  }

  /// Names compare decoded.
  int Find(const Value& key) const {
    if (!key.escaped()) return Find(key.body());
    std::string decoded = key.Decoded();
    return Find(std::string_view(decoded));
  }

 private:
  static constexpr std::size_t kSlots = N <= 8 ? 64 : N <= 48 ? 256 : 2048;
  static_assert(N < 128);

  static constexpr std::uint64_t Load(std::string_view name, std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(name[at + i])) << (8 * i);
    }
    return value;
  }

  /// Length, begin and end are the same, and so is the hash of them.
  static constexpr bool LooksAlike(std::string_view a, std::string_view b) {
    return a.size() == b.size() && a.size() >= 8 && a.substr(0, 4) == b.substr(0, 4) &&
           a.substr(a.size() - 4) == b.substr(b.size() - 4);
  }

  static constexpr std::size_t Slot(std::string_view name, std::uint64_t seed, bool with_middle) {
    std::uint64_t mixed = name.size();
    if (with_middle && name.size() >= 8) mixed += Load(name, name.size() / 2, 4) << 16;
    if (name.size() >= 4) {
      mixed += Load(name, 0, 4) << 32 ^ Load(name, name.size() - 4, 4) << 8;
    } else {
      mixed += Load(name, 0, name.size()) << 32;
    }
    return static_cast<std::size_t>((mixed * seed) >> 48) % kSlots;
  }

  constexpr bool TryBuild(std::uint64_t seed) {
    slots_ = {};
    seed_ = seed;
    for (std::size_t i = 0; i < N; ++i) {
      std::uint8_t& slot = slots_[Slot(names_[i], seed, with_middle_)];
      if (slot != 0) return false;
      slot = static_cast<std::uint8_t>(i + 1);
    }
    return true;
  }

  std::array<std::string_view, N> names_;
  std::array<std::uint8_t, kSlots> slots_{};
  std::uint64_t seed_ = 0;
  bool with_middle_ = false;  // two names differ only between their ends
};

template <class... Names>
FieldNames(Names...) -> FieldNames<sizeof...(Names)>;

}  // namespace aiproxy
