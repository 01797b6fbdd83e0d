#include "core/stream/latest.h"

#include <algorithm>

#include "core/stream/copy.h"

namespace aiproxy {

std::size_t TakeLatest(const Extras& said, Extras& held, Arena& arena, Accounting* accounting) {
  constexpr std::size_t kSearched = 256;
  std::size_t bytes = 0;
  for (const ExtraMember& member : said) {
    if (accounting != nullptr) UseAll(member, *accounting);
    ExtraMember* end = held.begin() + std::min(held.size(), kSearched);
    ExtraMember* known = std::find_if(held.begin(), end, [&](const ExtraMember& other) {
      return other.name.bytes == member.name.bytes && other.name.spelling == member.name.spelling;
    });
    if (known != end && known->value.json == member.value.json) continue;
    bytes += sizeof(ExtraMember) + BytesBelow(member);
    ExtraMember copy = CopyTo(member, arena);
    if (known == end)
      held.push_back(arena, copy);
    else
      known->value = copy.value;
  }
  return bytes;
}

Status LatestExtras::Take(const Extras& said, CodecContext& context) {
  return bytes_.Charge(TakeLatest(said, extras_, arena_, &context.accounting), context.limits);
}

Status LatestUsage::Take(const Usage& said, bool own, CodecContext& context,
                         Sourced<std::int64_t> Usage::*placeless) {
  if (!said.present()) return Ok();
  usage_.set = true;
  for (auto member : {&Usage::input, &Usage::cache_read, &Usage::cache_write, &Usage::output,
                      &Usage::reasoning, &Usage::total}) {
    const Sourced<std::int64_t>& count = said.*member;
    if (own || member != placeless || count.Is(0)) TakeLatest(count, usage_.*member, context);
  }
  if (!own) return Ok();
  usage_.style = said.style;
  UseAll(said, context.accounting, false);
  std::size_t bytes = 0;
  for (auto extras : {&Usage::extras, &Usage::input_extras, &Usage::output_extras})
    bytes += TakeLatest(said.*extras, usage_.*extras, arena_, &context.accounting);
  return bytes_.Charge(bytes, context.limits);
}

}  // namespace aiproxy
