#include "cli/finding_groups.h"

#include <functional>
#include <utility>

namespace aiproxy {

std::size_t FindingGroups::Hash(const DiagnosticCode& code, std::string_view pointer) {
  constexpr std::size_t kSpread = 0x9E3779B97F4A7C15U;
  return std::hash<std::string_view>{}(pointer) ^ (std::hash<const void*>{}(&code) * kSpread);
}

std::size_t FindingGroups::SlotOf(const DiagnosticCode& code, std::string_view pointer) const {
  std::size_t slot = Hash(code, pointer) % kSlots;
  for (; slots_[slot] != 0; slot = (slot + 1) % kSlots) {
    const FindingGroup& group = groups_[slots_[slot] - 1U];
    if (group.code == &code && group.pointer == pointer) break;
  }
  return slot;
}

FindingGroup* FindingGroups::Find(const DiagnosticCode& code, std::string_view pointer) {
  if (groups_.empty()) return nullptr;
  const std::uint16_t index = slots_[SlotOf(code, pointer)];
  return index == 0 ? nullptr : &groups_[index - 1U];
}

void FindingGroups::Add(FindingGroup group) {
  if (full()) {
    further_ += group.count;
    return;
  }
  if (slots_.empty()) slots_.resize(kSlots);
  const std::size_t slot = SlotOf(*group.code, group.pointer);
  groups_.push_back(std::move(group));
  slots_[slot] = static_cast<std::uint16_t>(groups_.size());
}

void FindingGroups::Merge(const FindingGroups& later) {
  for (const FindingGroup& group : later.groups_) {
    if (FindingGroup* known = Find(*group.code, group.pointer))
      known->count += group.count;
    else
      Add(group);
  }
  further_ += later.further_;
}

void FindingGroups::Clear() {
  if (groups_.empty() && further_ == 0) return;
  groups_.clear();
  slots_.assign(kSlots, 0);
  further_ = 0;
}

}  // namespace aiproxy
