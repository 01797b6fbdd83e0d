// Counts of tokens: this protocol counts what was read from and written to the cache apart.
#include "core/json/field_names.h"
#include "core/model/token_counts.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy::anthropic_messages {

namespace {

/// Keeps a member that counts nothing when it is 0: then it is no loss elsewhere.
void KeepCount(const Member& member, Taker& take, Extras& extras) {
  take.Keep(member, extras);
  if (member.value.is_number() && member.value.Int() == 0) take.Use(member.value);
}

/// An object of counts, taken apart into `extras`; false when it is none.
template <class F>
bool ForEachCount(const Member& member, Taker& take, Extras& extras, F f) {
  if (!member.value.is_object() || member.value.empty_container()) {
    if (member.value.is_object()) {
      take.Use(member.value);
      take.Keep(member, extras);
    } else {
      take.Wrong(member, Expected::kObject, extras);
    }
    return false;
  }
  for (Member m : member.value.members()) f(m);
  return true;
}

void TakeTier(const Member& member, Taker& take, Sourced<ServiceTier>& tier, Extras& extras) {
  constexpr FieldNames kWords("standard", "priority", "batch");
  int word = member.value.is_string() ? kWords.Find(member.value) : decltype(kWords)::kUnknown;
  switch (word) {
    case kWords("standard"):
      tier = {ServiceTier::kStandard, member.value.id()};
      return;
    case kWords("priority"):
      tier = {ServiceTier::kPriority, member.value.id()};
      return;
    case kWords("batch"):
      tier = {ServiceTier::kBatch, member.value.id()};
      return;
    default:
      take.Wrong(member, Expected::kWord, extras);
  }
}

std::string_view Word(ServiceTier tier) {
  switch (tier) {
    case ServiceTier::kStandard:
      return "standard";
    case ServiceTier::kPriority:
      return "priority";
    case ServiceTier::kBatch:
      return "batch";
    case ServiceTier::kAuto:
    case ServiceTier::kFlex:
    case ServiceTier::kScale:
      return "";
  }
  return "";
}

/// The extras without those that a count said later has replaced.
void WriteUsageExtras(const Usage& usage, const Sourced<ServiceTier>& tier, Writer& writer) {
  constexpr FieldNames kFields("input_tokens", "cache_read_input_tokens",
                               "cache_creation_input_tokens", "output_tokens", "service_tier");
  for (const ExtraMember& extra : usage.extras) {
    bool replaced = false;
    switch (kFields.Find(extra.name.bytes)) {
      case kFields("input_tokens"):
        replaced = usage.input.present();
        break;
      case kFields("cache_read_input_tokens"):
        replaced = usage.cache_read.present();
        break;
      case kFields("cache_creation_input_tokens"):
        replaced = usage.cache_write.present();
        break;
      case kFields("output_tokens"):
        replaced = usage.output.present();
        break;
      case kFields("service_tier"):
        replaced = tier.present();
        break;
      default:
        break;
    }
    if (replaced) continue;
    writer.Key(extra.name);
    writer.Value(extra.value);
  }
}

void WriteTier(const Sourced<ServiceTier>& tier, Writer& writer) {
  if (!tier.present() || Word(tier.value).empty()) return;
  writer.Key("service_tier");
  writer.Cover(tier.node);
  writer.String(Text{Word(tier.value), kNoNode, Text::Spelling::kClean});
}

}  // namespace

Usage DecodeUsage(const Value& value, CodecContext& context, Sourced<ServiceTier>& tier) {
  constexpr FieldNames kFields("input_tokens", "cache_read_input_tokens",
                               "cache_creation_input_tokens", "output_tokens", "cache_creation",
                               "output_tokens_details", "server_tool_use", "service_tier");
  Usage usage;
  usage.set = true;
  usage.node = value.id();
  UseIfEmpty(value, context);
  Taker take(context);
  for (Member m : value.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("input_tokens"):
        take.Take(m, usage.input, usage.extras);
        break;
      case kFields("cache_read_input_tokens"):
        take.Take(m, usage.cache_read, usage.extras);
        break;
      case kFields("cache_creation_input_tokens"):
        take.Take(m, usage.cache_write, usage.extras);
        break;
      case kFields("output_tokens"):
        take.Take(m, usage.output, usage.extras);
        break;
      case kFields("cache_creation"):
        ForEachCount(m, take, usage.extras,
                     [&](const Member& inner) { KeepCount(inner, take, usage.input_extras); });
        break;
      case kFields("output_tokens_details"):
        ForEachCount(m, take, usage.extras, [&](const Member& inner) {
          if (inner.key.Is("thinking_tokens")) {
            take.Take(inner, usage.reasoning, usage.output_extras);
          } else {
            KeepCount(inner, take, usage.output_extras);
          }
        });
        break;
      case kFields("server_tool_use"):
        take.Keep(m, usage.extras);
        if (!m.value.is_object()) break;
        for (Member inner : m.value.members()) {
          if (inner.value.is_number() && inner.value.Int() == 0) take.Use(inner.value);
        }
        break;
      case kFields("service_tier"):
        TakeTier(m, take, tier, usage.extras);
        break;
      default:
        take.Keep(m, usage.extras);
    }
  }
  AddCachedInput(usage);
  return usage;
}

void WriteWireUsage(const Usage& usage, const Sourced<ServiceTier>& tier, Writer& writer) {
  writer.BeginObject();
  if (usage.input.present()) {
    writer.Key("input_tokens");
    WriteSpelled(usage.input, FreshInput(usage), writer);
  }
  auto count = [&](const Sourced<std::int64_t>& number) {
    WriteSpelled(number, number.value, writer);
  };
  if (usage.cache_write.present()) {
    writer.Key("cache_creation_input_tokens");
    count(usage.cache_write);
  }
  if (usage.cache_read.present()) {
    writer.Key("cache_read_input_tokens");
    count(usage.cache_read);
  }
  if (!usage.input_extras.empty()) {
    writer.Key("cache_creation");
    writer.BeginObject();
    WriteExtras(usage.input_extras, writer);
    writer.EndObject();
  }
  if (usage.output.present()) {
    writer.Key("output_tokens");
    count(usage.output);
  }
  if (usage.reasoning.present() || !usage.output_extras.empty()) {
    writer.Key("output_tokens_details");
    writer.BeginObject();
    if (usage.reasoning.present()) {
      writer.Key("thinking_tokens");
      count(usage.reasoning);
    }
    WriteExtras(usage.output_extras, writer);
    writer.EndObject();
  }
  WriteTier(tier, writer);
  WriteUsageExtras(usage, tier, writer);
  writer.EndObject();
}

void WriteUsage(const Usage& usage, const Sourced<ServiceTier>& tier, CodecContext& context,
                Writer& writer) {
  writer.BeginObject();
  writer.Key("input_tokens");
  writer.Cover(usage.input.node);
  writer.Int(FreshInput(usage));
  writer.Member("cache_creation_input_tokens", usage.cache_write);
  writer.Member("cache_read_input_tokens", usage.cache_read);
  writer.Key("output_tokens");
  writer.Value(usage.output);
  if (usage.reasoning.present()) {
    writer.Key("output_tokens_details");
    writer.BeginObject();
    writer.Member("thinking_tokens", usage.reasoning);
    writer.EndObject();
  }
  if (usage.total_is_sum()) writer.Cover(usage.total.node);
  if (!usage.input.present() || !usage.output.present()) {
    context.accounting.Report(usage.node, kValueInvented,
                              "{target} demands a usage; counts that are not known are 0");
  }
  if (tier.present() && Word(tier.value).empty()) {
    DropAt(context, tier.node, kValueDropped, "this service tier has no place in {target}");
  }
  WriteTier(tier, writer);
  writer.EndObject();
}

}  // namespace aiproxy::anthropic_messages
