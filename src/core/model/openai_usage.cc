// Usage, both ways. prompt_tokens counts everything that was read, also from the cache.
#include "core/model/openai_usage.h"

#include "core/json/field_names.h"

namespace aiproxy::openai {

namespace {

// Usage::style
constexpr std::uint8_t kHasInputDetails = 1;
constexpr std::uint8_t kHasOutputDetails = 2;
constexpr std::uint8_t kCachedOnTop = 4;  // usage.cached_tokens (Kimi, Together)
constexpr std::uint8_t kCacheHit = 8;     // usage.prompt_cache_hit_tokens (DeepSeek)

constexpr FieldNames kFields("prompt_tokens", "completion_tokens", "total_tokens",
                             "prompt_tokens_details", "completion_tokens_details", "cached_tokens",
                             "prompt_cache_hit_tokens");

void KeepCount(Taker& take, const Member& member, Extras& extras, std::int64_t known) {
  std::optional<std::int64_t> count = member.value.Int();
  KeepUsed(take, member, extras, count && (*count == 0 || *count == known));
}

void DecodeInputDetails(const Value& object, Taker& take, Usage& usage) {
  UseIfEmpty(object, take.context());
  for (Member member : object.members()) {
    if (member.key.Is("cached_tokens"))
      take.Take(member, usage.cache_read, usage.input_extras);
    else if (member.key.Is("cache_write_tokens")) {
      take.Take(member, usage.cache_write, usage.input_extras);
    } else {
      KeepCount(take, member, usage.input_extras, 0);
    }
  }
}

void DecodeOutputDetails(const Value& object, Taker& take, Usage& usage) {
  UseIfEmpty(object, take.context());
  for (Member member : object.members()) {
    if (member.key.Is("reasoning_tokens")) {
      take.Take(member, usage.reasoning, usage.output_extras);
    } else {
      KeepCount(take, member, usage.output_extras, 0);
    }
  }
}

/// Kimi and DeepSeek tell on top what was read from the cache, mostly as well as in the details.
void TakeCachedOnTop(const Member& member, std::uint8_t style, Taker& take, Usage& usage) {
  if (!member.value.valid()) return;
  if (usage.cache_read.present()) {
    return KeepCount(take, member, usage.extras, usage.cache_read.value);
  }
  take.Take(member, usage.cache_read, usage.extras);
  if (usage.cache_read.present()) usage.style |= style;
}

}  // namespace

void DecodeUsage(const Value& object, CodecContext& context, Usage& usage) {
  usage = {};
  usage.set = true;
  usage.node = object.id();
  Taker take(context);
  UseIfEmpty(object, take.context());
  Member cached, hit;
  for (Member member : object.members()) {
    switch (kFields.Find(member.key)) {
      case kFields("prompt_tokens"):
        take.Take(member, usage.input, usage.extras);
        break;
      case kFields("completion_tokens"):
        take.Take(member, usage.output, usage.extras);
        break;
      case kFields("total_tokens"):
        take.Take(member, usage.total, usage.extras);
        break;
      case kFields("prompt_tokens_details"):
        if (member.value.is_object()) {
          usage.style |= kHasInputDetails;
          DecodeInputDetails(member.value, take, usage);
        } else {
          take.Wrong(member, Expected::kObject, usage.extras);
        }
        break;
      case kFields("completion_tokens_details"):
        if (member.value.is_object()) {
          usage.style |= kHasOutputDetails;
          DecodeOutputDetails(member.value, take, usage);
        } else {
          take.Wrong(member, Expected::kObject, usage.extras);
        }
        break;
      case kFields("cached_tokens"):
        cached = member;
        break;
      case kFields("prompt_cache_hit_tokens"):
        hit = member;
        break;
      default:
        KeepCount(take, member, usage.extras, 0);
    }
  }
  TakeCachedOnTop(cached, kCachedOnTop, take, usage);
  TakeCachedOnTop(hit, kCacheHit, take, usage);
  if (usage.total_is_sum() && usage.total.node != kNoNode) context.accounting.Use(usage.total.node);
}

namespace {

/// As it came: every member in its place, and none that was not there.
void WriteOwnUsage(const Usage& usage, Writer& writer) {
  writer.Member("prompt_tokens", usage.input);
  writer.Member("completion_tokens", usage.output);
  writer.Member("total_tokens", usage.total);
  bool on_top = (usage.style & (kCachedOnTop | kCacheHit)) != 0;
  if ((usage.style & kCachedOnTop) != 0)
    writer.Member("cached_tokens", usage.cache_read);
  else if (on_top)
    writer.Member("prompt_cache_hit_tokens", usage.cache_read);
  bool in_details = usage.cache_write.present() || (!on_top && usage.cache_read.present());
  if ((usage.style & kHasInputDetails) != 0 || in_details || !usage.input_extras.empty()) {
    writer.Key("prompt_tokens_details");
    writer.BeginObject();
    if (!on_top) writer.Member("cached_tokens", usage.cache_read);
    writer.Member("cache_write_tokens", usage.cache_write);
    WriteExtras(usage.input_extras, writer);
    writer.EndObject();
  }
  bool out_details = usage.reasoning.present() || !usage.output_extras.empty();
  if ((usage.style & kHasOutputDetails) != 0 || out_details) {
    writer.Key("completion_tokens_details");
    writer.BeginObject();
    writer.Member("reasoning_tokens", usage.reasoning);
    WriteExtras(usage.output_extras, writer);
    writer.EndObject();
  }
  WriteExtras(usage.extras, writer);
}

}  // namespace

void WriteUsage(const Usage& usage, bool own, Writer& writer) {
  writer.BeginObject();
  if (own) {
    WriteOwnUsage(usage, writer);
    return writer.EndObject();
  }
  writer.Key("prompt_tokens");
  writer.Value(usage.input);
  writer.Key("completion_tokens");
  writer.Value(usage.output);
  writer.Key("total_tokens");
  if (usage.total_is_sum()) writer.Cover(usage.total.node);
  writer.Int(usage.input.value + usage.output.value);
  if (usage.cache_read.present() || usage.cache_write.present()) {
    writer.Key("prompt_tokens_details");
    writer.BeginObject();
    writer.Member("cached_tokens", usage.cache_read);
    writer.Member("cache_write_tokens", usage.cache_write);
    writer.EndObject();
  }
  if (usage.reasoning.present()) {
    writer.Key("completion_tokens_details");
    writer.BeginObject();
    writer.Member("reasoning_tokens", usage.reasoning);
    writer.EndObject();
  }
  writer.EndObject();
}

}  // namespace aiproxy::openai
