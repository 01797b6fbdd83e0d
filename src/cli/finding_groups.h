// Findings that say the same, counted together: how the text report of many lines or events stays
// short.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/diagnostic_codes.h"

namespace aiproxy {

/// Findings of the same code at the same pointer.
struct FindingGroup {
  /// For `first`: about the whole input.
  static constexpr std::uint64_t kNowhere = ~std::uint64_t{0};

  const DiagnosticCode* code = nullptr;
  std::string pointer;
  std::string message;      // of the first of them
  std::uint64_t first = 0;  // the line or event of the first of them
  std::uint64_t count = 0;
};

/// A bounded set of groups, in the order in which they turned up. Counting another finding of a
/// known group allocates nothing.
class FindingGroups {
 public:
  static constexpr std::size_t kMostGroups = 1000;

  /// The group, or nullptr when it is new.
  FindingGroup* Find(const DiagnosticCode& code, std::string_view pointer);
  /// Adds a group that Find did not find; once it is full, only the count of it is kept.
  void Add(FindingGroup group);
  /// No group can be added any more.
  bool full() const { return groups_.size() == kMostGroups; }
  /// Counts a finding that belongs to none of the groups.
  void CountFurther() { ++further_; }
  /// Adds what another set counted, later in the input.
  void Merge(const FindingGroups& later);
  void Clear();

  const std::vector<FindingGroup>& groups() const { return groups_; }
  /// Findings that belong to none of the groups.
  std::uint64_t further() const { return further_; }

 private:
  static constexpr std::size_t kSlots = 4096;  // a power of two, well above kMostGroups

  static std::size_t Hash(const DiagnosticCode& code, std::string_view pointer);
  std::size_t SlotOf(const DiagnosticCode& code, std::string_view pointer) const;

  std::vector<FindingGroup> groups_;
  std::vector<std::uint16_t> slots_;  // index + 1 into groups_; 0 is free
  std::uint64_t further_ = 0;
};

}  // namespace aiproxy
