// Counts of tokens: this protocol counts thoughts and what tools read apart.
#include <algorithm>
#include <string>

#include "core/model/token_counts.h"
#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy::gemini_generate {

namespace {

constexpr std::string_view kToolUse = "toolUsePromptTokenCount";

struct TierRow {
  std::string_view word;
  ServiceTier tier;
};
constexpr TierRow kTiers[] = {
    {"standard", ServiceTier::kStandard},
    {"flex", ServiceTier::kFlex},
    {"priority", ServiceTier::kPriority},
};

class UsageDecoder {
 public:
  UsageDecoder(CodecContext& context, Sourced<ServiceTier>& tier)
      : context_(context), take_(context), tier_(tier) {}

  Usage Run(const Value& value) {
    usage_.set = true;
    usage_.node = value.id();
    usage_.style = kNoPromptCount | kNoOutputCount;
    UseIfEmpty(value, context_);
    for (Member m : value.members()) TakeMember(m);
    if (value.is_object()) {
      UseDetails(value, "promptTokensDetails", usage_.input);
      UseDetails(value, "cacheTokensDetails", usage_.cache_read);
      UseDetails(value, "candidatesTokensDetails", usage_.output);
      UseDetails(value, "toolUsePromptTokensDetails", tools_);
    }
    Add(tools_, usage_.input);
    Add(usage_.reasoning, usage_.output);
    return usage_;
  }

 private:
  void TakeMember(const Member& m) {
    constexpr FieldNames kFields("promptTokenCount", "cachedContentTokenCount",
                                 "toolUsePromptTokenCount", "candidatesTokenCount",
                                 "thoughtsTokenCount", "totalTokenCount", "trafficType",
                                 "serviceTier");
    switch (FindSpelled(kFields, m.key)) {
      case kFields("promptTokenCount"):
        return Take(m, usage_.input, kSnakePrompt, kNoPromptCount);
      case kFields("cachedContentTokenCount"):
        return Take(m, usage_.cache_read, kSnakeCached, 0);
      case kFields("toolUsePromptTokenCount"):
        if (std::optional<std::int64_t> count = m.value.Int()) tools_ = {*count};
        return KeepUsed(take_, m, usage_.input_extras, tools_.present());
      case kFields("candidatesTokenCount"):
        return Take(m, usage_.output, kSnakeOutput, kNoOutputCount);
      case kFields("thoughtsTokenCount"):
        return Take(m, usage_.reasoning, kSnakeThoughts, 0);
      case kFields("totalTokenCount"):
        return Take(m, usage_.total, kSnakeTotal, 0);
      case kFields("trafficType"):
      case kFields("serviceTier"):
        return TakeTier(m);
      default:
        take_.Keep(m, usage_.extras);
    }
  }

  void Take(const Member& m, Sourced<std::int64_t>& into, std::uint8_t snake, std::uint8_t absent) {
    take_.Take(m, into, usage_.extras);
    if (!into.present()) return;
    usage_.style = static_cast<std::uint8_t>(usage_.style & ~absent);
    if (IsSnake(m.key)) usage_.style |= snake;
  }

  void TakeTier(const Member& m) {
    bool usual = IsUnset(m.value) || (m.value.is_string() && m.value.Is("ON_DEMAND"));
    KeepUsed(take_, m, usage_.extras, usual);
    if (usual || !m.value.is_string()) return;
    if (std::optional<ServiceTier> tier = TierOf(m.value)) tier_ = {*tier, m.value.id()};
  }

  /// To be asked before sums are made.
  void UseDetails(const Value& value, std::string_view name, const Sourced<std::int64_t>& count) {
    Value list = FindSpelled(value, name);
    if (list.valid() && SaysTheSame(list, count)) context_.accounting.Use(list.id());
  }

  static void Add(const Sourced<std::int64_t>& part, Sourced<std::int64_t>& sum) {
    if (!part.present()) return;
    sum.value += part.value;
    sum.set = true;
  }

  CodecContext& context_;
  Taker take_;
  Sourced<ServiceTier>& tier_;
  Usage usage_;
  Sourced<std::int64_t> tools_;
};

std::int64_t ToolUse(const Usage& usage) {
  CamelBuffer buffer;
  for (const ExtraMember& extra : usage.input_extras) {
    if (CamelName(extra.name.bytes, buffer) != kToolUse) continue;
    return ParseInt(extra.value.json).value_or(0);
  }
  return 0;
}

void WriteCount(std::string_view name, bool snake, const Sourced<std::int64_t>& count,
                std::int64_t value, Writer& writer) {
  SpelledKey(name, snake, writer);
  WriteSpelled(count, value, writer);
}

}  // namespace

std::string_view TierWord(ServiceTier tier) {
  for (const TierRow& row : kTiers) {
    if (row.tier == tier) return row.word;
  }
  return "";
}

bool IsUnset(const Value& word) {
  constexpr std::string_view kEnd = "unspecified";
  if (!IsString(word) || word.body().size() < kEnd.size()) return false;
  std::string_view end = word.body().substr(word.body().size() - kEnd.size());
  return std::equal(end.begin(), end.end(), kEnd.begin(), [](char a, char b) {
    return a == b || (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == b);
  });
}

std::optional<ServiceTier> TierOf(const Value& word) {
  std::string lower = word.Decoded();
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  std::string_view name = lower;
  constexpr std::string_view kOnDemand = "on_demand_";  // of trafficType
  if (name.starts_with(kOnDemand)) name.remove_prefix(kOnDemand.size());
  for (const TierRow& row : kTiers) {
    if (row.word == name) return row.tier;
  }
  return std::nullopt;
}

bool SaysTheSame(const Value& list, const Sourced<std::int64_t>& count) {
  if (!list.is_array() || list.empty_container()) return false;
  Value only = *list.items().begin();
  if (list.document().node(only.id()).next != list.document().node(list.id()).next) return false;
  Value modality = only.Find("modality");
  Value tokens = FindSpelled(only, "tokenCount");
  return IsString(modality) && modality.Is("TEXT") && tokens.valid() && count.present() &&
         tokens.Int() == count.value;
}

Usage DecodeUsage(const Value& value, CodecContext& context, Sourced<ServiceTier>& tier) {
  return UsageDecoder(context, tier).Run(value);
}

void WriteUsage(const Usage& usage, const Sourced<ServiceTier>& tier, bool own, Writer& writer) {
  auto snake = [&](UsageStyle bit) { return own && (usage.style & bit) != 0; };
  writer.BeginObject();
  if (usage.input.present() && !snake(kNoPromptCount)) {
    std::int64_t fresh =
        own ? std::max<std::int64_t>(0, usage.input.value - ToolUse(usage)) : usage.input.value;
    WriteCount("promptTokenCount", snake(kSnakePrompt), usage.input, fresh, writer);
  }
  if (usage.cache_read.present()) {
    WriteCount("cachedContentTokenCount", snake(kSnakeCached), usage.cache_read,
               usage.cache_read.value, writer);
  }
  if (usage.output.present() && !snake(kNoOutputCount)) {
    std::int64_t shown = std::max<std::int64_t>(0, usage.output.value - usage.reasoning.value);
    WriteCount("candidatesTokenCount", snake(kSnakeOutput), usage.output, shown, writer);
  }
  if (usage.reasoning.present()) {
    WriteCount("thoughtsTokenCount", snake(kSnakeThoughts), usage.reasoning, usage.reasoning.value,
               writer);
  }
  if (own) {
    if (usage.total.present()) {
      WriteCount("totalTokenCount", snake(kSnakeTotal), usage.total, usage.total.value, writer);
    }
    WriteExtras(usage.extras, writer);
    WriteExtras(usage.input_extras, writer);
    WriteExtras(usage.output_extras, writer);
    return writer.EndObject();
  }
  writer.Cover(usage.total.node);
  if (usage.cache_write.present() && usage.cache_write.value == 0) {
    writer.Cover(usage.cache_write.node);
  }
  writer.Key("totalTokenCount");
  writer.Int(usage.input.value + usage.output.value);
  if (tier.present() && !TierWord(tier.value).empty()) {
    writer.Key("serviceTier");
    writer.Cover(tier.node);
    writer.String(TierWord(tier.value));
  }
  writer.EndObject();
}

}  // namespace aiproxy::gemini_generate
