#include "core/stream/openai_chunks.h"

namespace aiproxy::openai {

std::string_view TrimmedData(std::string_view data) {
  constexpr std::string_view kSpace = " \t\r\n";
  while (!data.empty() && kSpace.find(data.front()) != kSpace.npos) data.remove_prefix(1);
  while (!data.empty() && kSpace.find(data.back()) != kSpace.npos) data.remove_suffix(1);
  return data;
}

void RepeatedMembers::Keep(std::string_view name, std::string_view json) {
  constexpr std::size_t kMaxKept = 20;
  if (kept_.size() < kMaxKept) kept_.push_back({std::string(name), std::string(json)});
}

void RepeatedMembers::Change(std::string_view name, std::string_view json) {
  for (Kept& kept : kept_) {
    if (kept.name == name) kept.json = json;
  }
}

bool RepeatedMembers::Repeats(std::string_view name, const Value& value) const {
  for (const Kept& kept : kept_) {
    if (kept.name != name || kept.json != value.raw()) continue;
    value.document().Cover(value.id());
    return true;
  }
  return false;
}

}  // namespace aiproxy::openai
