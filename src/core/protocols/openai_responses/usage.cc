// Usage, both ways. input_tokens counts everything that was read, also from the cache.
#include "core/json/field_names.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

constexpr FieldNames kFields("input_tokens", "output_tokens", "total_tokens",
                             "input_tokens_details", "output_tokens_details");

// Usage::style
constexpr std::uint8_t kHasInputDetails = 1;
constexpr std::uint8_t kHasOutputDetails = 2;

void KeepCount(Taker& take, const Member& member, Extras& extras) {
  std::optional<std::int64_t> count = member.value.Int();
  KeepUsed(take, member, extras, count && *count == 0);
}

void DecodeInputDetails(const Value& object, Taker& take, Usage& usage) {
  usage.style |= kHasInputDetails;
  UseIfEmpty(object, take.context());
  for (Member member : object.members()) {
    if (member.key.Is("cached_tokens"))
      take.Take(member, usage.cache_read, usage.input_extras);
    else if (member.key.Is("cache_write_tokens"))
      take.Take(member, usage.cache_write, usage.input_extras);
    else
      KeepCount(take, member, usage.input_extras);
  }
}

void DecodeOutputDetails(const Value& object, Taker& take, Usage& usage) {
  usage.style |= kHasOutputDetails;
  UseIfEmpty(object, take.context());
  for (Member member : object.members()) {
    if (member.key.Is("reasoning_tokens"))
      take.Take(member, usage.reasoning, usage.output_extras);
    else
      KeepCount(take, member, usage.output_extras);
  }
}

void WriteOwnUsage(const Usage& usage, Writer& writer) {
  writer.Member("input_tokens", usage.input);
  bool in_details =
      usage.cache_read.present() || usage.cache_write.present() || !usage.input_extras.empty();
  if (in_details || (usage.style & kHasInputDetails) != 0) {
    writer.Key("input_tokens_details");
    writer.BeginObject();
    writer.Member("cached_tokens", usage.cache_read);
    writer.Member("cache_write_tokens", usage.cache_write);
    WriteExtras(usage.input_extras, writer);
    writer.EndObject();
  }
  writer.Member("output_tokens", usage.output);
  bool out_details = usage.reasoning.present() || !usage.output_extras.empty();
  if (out_details || (usage.style & kHasOutputDetails) != 0) {
    writer.Key("output_tokens_details");
    writer.BeginObject();
    writer.Member("reasoning_tokens", usage.reasoning);
    WriteExtras(usage.output_extras, writer);
    writer.EndObject();
  }
  writer.Member("total_tokens", usage.total);
  WriteExtras(usage.extras, writer);
}

}  // namespace

void DecodeUsage(const Value& object, CodecContext& context, Usage& usage) {
  usage = {};
  usage.set = true;
  usage.node = object.id();
  Taker take(context);
  UseIfEmpty(object, context);
  for (Member member : object.members()) {
    switch (kFields.Find(member.key)) {
      case kFields("input_tokens"):
        take.Take(member, usage.input, usage.extras);
        break;
      case kFields("output_tokens"):
        take.Take(member, usage.output, usage.extras);
        break;
      case kFields("total_tokens"):
        take.Take(member, usage.total, usage.extras);
        if (usage.total.present()) take.Use(member.value);
        break;
      case kFields("input_tokens_details"):
        if (member.value.is_object())
          DecodeInputDetails(member.value, take, usage);
        else
          take.Wrong(member, Expected::kObject, usage.extras);
        break;
      case kFields("output_tokens_details"):
        if (member.value.is_object())
          DecodeOutputDetails(member.value, take, usage);
        else
          take.Wrong(member, Expected::kObject, usage.extras);
        break;
      default:
        KeepCount(take, member, usage.extras);
    }
  }
}

void WriteUsage(const Usage& usage, bool own, Writer& writer) {
  writer.BeginObject();
  if (own) {
    WriteOwnUsage(usage, writer);
    return writer.EndObject();
  }
  writer.Key("input_tokens");
  writer.Value(usage.input);
  writer.Key("input_tokens_details");
  writer.BeginObject();
  writer.Key("cached_tokens");
  writer.Value(usage.cache_read);
  writer.Key("cache_write_tokens");
  writer.Value(usage.cache_write);
  writer.EndObject();
  writer.Key("output_tokens");
  writer.Value(usage.output);
  writer.Key("output_tokens_details");
  writer.BeginObject();
  writer.Key("reasoning_tokens");
  writer.Value(usage.reasoning);
  writer.EndObject();
  writer.Key("total_tokens");
  writer.Cover(usage.total.node);
  writer.Int(usage.input.value + usage.output.value);
  writer.EndObject();
}

}  // namespace aiproxy::openai_responses
