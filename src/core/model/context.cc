#include "core/model/context.h"

namespace aiproxy {

void Taker::Take(const Member& member, Sourced<std::int64_t>& into, Extras& extras) {
  std::optional<std::int64_t> count = member.value.Int();
  if (count && *count >= 0 && *count <= kMaxCount)
    into = {*count, member.value.id()};
  else
    Wrong(member, Expected::kInteger, extras);
}

}  // namespace aiproxy
