#include "core/model/context.h"

namespace aiproxy {

Raw WithoutType(const Value& object, CodecContext& context) {
  std::string json = "{";
  for (Member m : object.members()) {
    if (m.key.Is("type")) continue;
    if (json.size() > 1) json += ',';
    json.append(m.key.raw()).append(":").append(m.value.raw());
  }
  json += '}';
  return {context.arena.Copy(json), object.id()};
}

void Taker::Take(const Member& member, Sourced<std::int64_t>& into, Extras& extras) {
  std::optional<std::int64_t> count = member.value.Int();
  if (count && *count >= 0 && *count <= kMaxCount)
    into = {*count, member.value.id()};
  else
    Wrong(member, Expected::kInteger, extras);
}

}  // namespace aiproxy
