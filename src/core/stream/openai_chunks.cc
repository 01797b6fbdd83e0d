#include "core/stream/openai_chunks.h"

namespace aiproxy::openai {

std::string_view TrimmedData(std::string_view data) {
  constexpr std::string_view kSpace = " \t\r\n";
  while (!data.empty() && kSpace.find(data.front()) != kSpace.npos) data.remove_prefix(1);
  while (!data.empty() && kSpace.find(data.back()) != kSpace.npos) data.remove_suffix(1);
  return data;
}

void RepeatedMembers::Keep(const Extras& extras) {
  constexpr std::size_t kMaxKept = 16;
  for (const ExtraMember& extra : extras) {
    if (kept_.size() == kMaxKept) return;
    Kept& kept = kept_.emplace_back();
    kept.name = extra.name.bytes;
    kept.value.Keep(extra.value.json);
  }
}

void RepeatedMembers::Change(const ExtraMember& extra) {
  for (Kept& kept : kept_) {
    if (kept.name == extra.name.bytes) kept.value.Keep(extra.value.json);
  }
}

}  // namespace aiproxy::openai
