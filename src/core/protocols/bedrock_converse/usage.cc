// Counts of tokens: this protocol counts what was read from and written to the cache apart.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
#include "core/json/field_names.h"
#include "core/model/token_counts.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

/// The older name of a count, beside the newer one or alone.
struct OldName {
  Member member{};
  void Settle(const Sourced<std::int64_t>& count, Taker& take, Extras& extras) const {
    if (!member.value.valid()) return;
    take.Keep(member, extras);
    if (member.value.is_number() && member.value.Int() == count.value) take.Use(member.value);
  }
};

/// Nothing is lost where nothing was counted.
void UseZeros(const Value& details, Taker& take) {
  if (!details.is_array()) return;
  bool zero = true;
  for (Value item : details.items()) {
    Value count = item.is_object() ? item.Find("inputTokens") : Value();
    zero &= count.valid() && count.is_number() && count.Int() == 0;
  }
  if (zero) take.Use(details);
}

}  // namespace

Usage DecodeUsage(const Value& value, CodecContext& context) {
  constexpr FieldNames kFields("inputTokens", "outputTokens", "totalTokens", "cacheReadInputTokens",
                               "cacheWriteInputTokens", "cacheReadInputTokenCount",
                               "cacheWriteInputTokenCount", "cacheDetails");
  Usage usage;
  usage.set = true;
  usage.node = value.id();
  UseIfEmpty(value, context);
  Taker take(context);
  OldName read;
  OldName write;
  for (Member m : value.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("inputTokens"):
        take.Take(m, usage.input, usage.extras);
        break;
      case kFields("outputTokens"):
        take.Take(m, usage.output, usage.extras);
        break;
      case kFields("totalTokens"):
        take.Take(m, usage.total, usage.extras);
        break;
      case kFields("cacheReadInputTokens"):
        take.Take(m, usage.cache_read, usage.extras);
        break;
      case kFields("cacheWriteInputTokens"):
        take.Take(m, usage.cache_write, usage.extras);
        break;
      case kFields("cacheReadInputTokenCount"):
        read.member = m;
        break;
      case kFields("cacheWriteInputTokenCount"):
        write.member = m;
        break;
      case kFields("cacheDetails"):
        take.Keep(m, usage.extras);
        UseZeros(m.value, take);
        break;
      default:
        take.Keep(m, usage.extras);
    }
  }
  read.Settle(usage.cache_read, take, usage.extras);
  write.Settle(usage.cache_write, take, usage.extras);
  AddCachedInput(usage);
  return usage;
}

void WriteWireUsage(const Usage& usage, Writer& writer) {
  writer.BeginObject();
  if (usage.input.present()) {
    writer.Key("inputTokens");
    WriteSpelled(usage.input, FreshInput(usage), writer);
  }
  auto count = [&](const Sourced<std::int64_t>& number) {
    WriteSpelled(number, number.value, writer);
  };
  if (usage.output.present()) {
    writer.Key("outputTokens");
    count(usage.output);
  }
  if (usage.total.present()) {
    writer.Key("totalTokens");
    count(usage.total);
  }
  if (usage.cache_read.present()) {
    writer.Key("cacheReadInputTokens");
    count(usage.cache_read);
  }
  if (usage.cache_write.present()) {
    writer.Key("cacheWriteInputTokens");
    count(usage.cache_write);
  }
  WriteExtras(usage.extras, writer);
  writer.EndObject();
}

void WriteUsage(const Usage& usage, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  writer.Key("inputTokens");
  writer.Cover(usage.input.node);
  writer.Int(FreshInput(usage));
  writer.Key("outputTokens");
  writer.Value(usage.output);
  writer.Key("totalTokens");
  writer.Cover(usage.total.node);
  writer.Int(usage.input.value + usage.output.value);
  writer.Member("cacheReadInputTokens", usage.cache_read);
  writer.Member("cacheWriteInputTokens", usage.cache_write);
  if (usage.reasoning.Is(0)) writer.Cover(usage.reasoning.node);
  if (!usage.input.present() || !usage.output.present()) {
    context.accounting.Report(usage.node, kValueInvented,
                              "{target} demands a usage; counts that are not known are 0");
  }
  writer.EndObject();
}

}  // namespace aiproxy::bedrock_converse
