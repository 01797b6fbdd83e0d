#include "core/model/openai_parameters.h"

namespace aiproxy::openai {

Extras& SharedMembers(ChatRequest& request) {
  request.vendor_extras.vendor = Issuer::kOpenAi;
  return request.vendor_extras.members;
}

void TakeNumber(const Member& member, double off, Taker& take, Number& into, Extras& extras) {
  take.Take(member, into, extras);
  if (member.value.is_number() && into.Real() == off) take.Use(member.value);
}

bool TakeStop(const Member& member, Taker& take, ChatRequest& request) {
  const Value& value = member.value;
  Sampling& sampling = request.sampling;
  bool usable = value.is_string() || value.is_array();
  if (value.is_array()) {
    for (Value item : value.items()) usable = usable && item.is_string();
  }
  if (!usable) {
    take.Wrong(member, Expected::kWord, request.extras);
    return false;
  }
  sampling.stop.clear();
  sampling.stop_node = value.id();
  Arena& arena = take.context().arena;
  if (value.is_string()) {
    sampling.stop.push_back(arena, Text::Of(value));
    return true;
  }
  UseIfEmpty(value, take.context());
  for (Value item : value.items()) sampling.stop.push_back(arena, Text::Of(item));
  return false;
}

bool TakeStreamOptions(const Member& member, Taker& take, ChatRequest& request) {
  if (!member.value.is_object()) {
    take.Wrong(member, Expected::kObject, request.extras);
    return false;
  }
  UseIfEmpty(member.value, take.context());
  for (Member option : member.value.members()) {
    if (option.key.Is("include_usage")) {
      take.Take(option, request.stream_usage, request.stream_extras);
      if (option.value.is_bool()) take.Use(option.value);
    } else {
      bool shared = option.key.Is("include_obfuscation") && option.value.is_bool();
      KeepUsed(take, option, shared ? SharedMembers(request) : request.stream_extras,
               shared && !option.value.is_true());
    }
  }
  return true;
}

}  // namespace aiproxy::openai
