#include "core/model/token_counts.h"

#include <algorithm>
#include <string_view>

namespace aiproxy {

void AddCachedInput(Usage& usage) {
  if (usage.input.present()) usage.input.value += usage.cache_read.value + usage.cache_write.value;
}

std::int64_t FreshInput(const Usage& usage) {
  return std::max<std::int64_t>(
      0, usage.input.value - usage.cache_read.value - usage.cache_write.value);
}

void WriteSpelled(const Sourced<std::int64_t>& count, std::int64_t value, Writer& writer) {
  // In the neutral form the node says the sum: there the value counts.
  if (count.node != kNoNode && writer.source() != nullptr) {
    std::string_view spelled = writer.source()->Raw(count.node);
    if (ParseInt(spelled) == value) return writer.Value(Raw{spelled, count.node});
  }
  writer.Cover(count.node);
  writer.Int(value);
}

}  // namespace aiproxy
