#include "core/stream/latest.h"

namespace aiproxy {

void TakeLatest(const Usage& said, Usage& held, CodecContext& context,
                Sourced<std::int64_t> Usage::*placeless) {
  if (!said.present()) return;
  held.set = true;
  for (auto member : {&Usage::input, &Usage::cache_read, &Usage::cache_write, &Usage::output,
                      &Usage::reasoning, &Usage::total}) {
    const Sourced<std::int64_t>& count = said.*member;
    if (member != placeless || count.Is(0))
      TakeLatest(count, held.*member, context);
    else if (count.present())
      held.*member = Sourced<std::int64_t>(count.value);
  }
}

void LatestUsage::Take(const Usage& said, bool own, CodecContext& context) {
  if (!said.present()) return;
  if (!own) return TakeLatest(said, usage_, context);
  usage_.set = true;
  Output json;
  Writer writer(json, &context.document());
  write_(said, true, writer);
  own_ = json.ToString();
}

void LatestUsage::Write(Writer& writer) const {
  if (own_.empty())
    write_(usage_, false, writer);
  else
    writer.Value(Raw{own_, kNoNode});
}

}  // namespace aiproxy
