// Streams, reading: the last response, against what the events have said.
#include <algorithm>
#include <utility>

#include "core/json/field_names.h"
#include "core/protocols/openai_responses/stream_decode.h"
#include "core/stream/copy.h"

namespace aiproxy::openai_responses {

namespace {

using Kind = ItemState::Kind;

constexpr FieldNames kEnvelope("id", "object", "created_at", "status", "error",
                               "incomplete_details", "model", "output", "usage", "service_tier",
                               "output_text");

constexpr std::string_view kTexts[] = {"summary", "content", "arguments", "input"};

/// The texts of an item, in the order in which a stream's item hashes its parts.
std::uint64_t TextHashOf(const Value& item, CodecContext& context) {
  std::uint64_t hash = kHashStart;
  for (std::string_view name : kTexts) {
    Value said = item.Find(name);
    if (!said.valid()) continue;
    if (!said.is_array()) {
      Told told;
      if (said.is_string()) told.Add(Text::Of(said), context.buffer);
      if (said.is_object()) told.Add(Text::Plain(said.raw()), context.buffer);
      if (!told.empty()) hash = told.AddTo(hash);
      continue;
    }
    for (Value part : said.items()) {
      Told told;
      Value text = TextIn(part);
      if (IsString(text)) told.Add(Text::Of(text), context.buffer);
      if (!told.empty()) hash = told.AddTo(hash);
    }
  }
  return hash;
}

}  // namespace

Status EventDecoder::Terminal(const Value& response, CodecContext& context, EventSink& out) {
  if (!started_) AIPROXY_RETURN_IF_ERROR(Begin(response, context, out));
  if (Value output = response.Find("output"); IsArray(output)) {
    AIPROXY_RETURN_IF_ERROR(TakeOutput(output, context, out));
  }
  bool owes = false;
  while (!unfinished_.empty()) {
    ItemState& state = *unfinished_.front();
    owes = owes || state.owes_whole;
    AIPROXY_RETURN_IF_ERROR(Finish(state, context, out));
  }
  if (owes && TellsLosses(context)) {
    context.accounting.Report(kNoNode, kPartDropped,
                              "an item that began never came whole; what it said is not told");
  }
  AIPROXY_RETURN_IF_ERROR(blocks_.CloseAll(out));
  StreamFinish finish;
  finish.reason = DecodeFinish(response, has_call_);
  using Reason = FinishReason::Kind;
  if (finish.reason.kind == Reason::kUnset) {
    finish.reason.kind = has_call_ ? Reason::kToolCalls : Reason::kStop;
  }
  AIPROXY_RETURN_IF_ERROR(out.OnEvent(finish));
  AIPROXY_RETURN_IF_ERROR(SendRest(response, context, out));
  done_ = true;
  return out.OnEvent(StreamEnd{});
}

/// Items that were not told are told now; the others are compared.
Status EventDecoder::TakeOutput(const Value& output, CodecContext& context, EventSink& out) {
  UseIfEmpty(output, context);
  std::vector<ItemState*> in_order;
  using Identified = std::pair<std::uint64_t, ItemState*>;
  auto by_hash = [](const Identified& a, const Identified& b) { return a.first < b.first; };
  std::vector<Identified> by_id;
  for (auto& [index, state] : items_) {
    in_order.push_back(&state);
    if (state.id_hash != 0) by_id.emplace_back(state.id_hash, &state);
  }
  std::stable_sort(by_id.begin(), by_id.end(), by_hash);
  bool same_count = SizeOf(output) == in_order.size();
  std::size_t position = 0;
  for (Value item : output.items()) {
    std::size_t at = position++;
    if (!item.is_object()) continue;
    ItemState* state = nullptr;
    auto takes = [&](ItemState* candidate) {
      if (state != nullptr || candidate == nullptr || candidate->is_matched) return;
      bool fits = candidate->kind == Kind::kUnknown || candidate->kind == KindOfItem(item);
      if (fits) state = candidate;
    };
    if (Value id = item.Find("id"); IsString(id)) {
      Identified key{HashOf(id.body()), nullptr};
      auto found = std::lower_bound(by_id.begin(), by_id.end(), key, by_hash);
      if (found != by_id.end() && found->first == key.first) takes(found->second);
    }
    takes(Known(static_cast<std::int64_t>(at)));
    if (same_count) takes(in_order[at]);
    if (state == nullptr) {
      std::int64_t index = static_cast<std::int64_t>(at);
      if (Known(index) != nullptr) index = items_.rbegin()->first + 1;
      AIPROXY_RETURN_IF_ERROR(FindItem(index, state));
    }
    state->is_matched = true;
    AIPROXY_RETURN_IF_ERROR(ItemDone(*state, item, context, out));
  }
  return Ok();
}

/// An item that was told comes again: it says the same, or the events count.
void EventDecoder::Compare(ItemState& state, const Value& item, CodecContext& context) {
  bool opaque = state.kind == Kind::kOpaque;
  std::uint64_t hash = opaque ? HashOf(item.raw()) : TextHashOf(item, context);
  bool silent = !opaque && hash == kHashStart;
  if (hash != state.text_hash && !silent) {
    context.accounting.Use(item.id());
    bool told = state.is_contradicted;
    state.is_contradicted = true;
    if (told) return;
    return Contradict(item.id(), "the item is not what the events said of it; the events count",
                      context);
  }
  if (opaque) return context.accounting.Use(item.id());
  UseItem(item, context);
  for (Member member : item.members()) {
    if (std::find(std::begin(kTexts), std::end(kTexts), member.key.body()) == std::end(kTexts)) {
      if (member.key.Is("encrypted_content")) context.accounting.Use(member.value.id());
      continue;
    }
    if (!member.value.is_array()) {
      context.accounting.Use(member.value.id());
      continue;
    }
    for (Value part : member.value.items()) {
      if (!part.is_object()) continue;
      UsePart(part, context);
      for (std::string_view name : {"text", "refusal", "annotations", "logprobs"}) {
        if (Value said = part.Find(name); said.valid()) context.accounting.Use(said.id());
      }
    }
  }
}

/// Usage, and what the last response says otherwise than the first.
Status EventDecoder::SendRest(const Value& response, CodecContext& context, EventSink& out) {
  Taker take(context);
  StreamUsage usage;
  StreamMetadata metadata;
  for (Member member : response.members()) {
    const Value& value = member.value;
    switch (kEnvelope.Find(member.key)) {
      case kEnvelope("usage"):
        if (value.is_object()) DecodeUsage(value, context, usage.usage);
        break;
      case kEnvelope("service_tier"):
        if (value.is_string()) openai::DecodeServiceTier(value, usage.service_tier);
        break;
      case kEnvelope("status"):
        if (value.Is("completed") || value.Is("incomplete")) take.Use(value);
        break;
      case kEnvelope("id"):
      case kEnvelope("created_at"):
      case kEnvelope("model"):
        UseTold(member, context);
        break;
      case kEnvelope("object"):
      case kEnvelope("output_text"):
        take.Use(value);
        break;
      case kEnvelope("output"):
        break;
      case kEnvelope("error"):
      case kEnvelope("incomplete_details"):
        break;
      default:
        KeepRest(member, take, metadata.extras);
    }
  }
  if (!metadata.extras.empty()) AIPROXY_RETURN_IF_ERROR(out.OnEvent(metadata));
  if (!usage.usage.present() && !usage.service_tier.present()) return Ok();
  return out.OnEvent(usage);
}

/// A member of the envelope, unless the first response said the same.
void EventDecoder::KeepRest(const Member& member, Taker& take, Extras& extras) {
  if (member.value.is_null()) return;
  Output squeezed;
  AppendSqueezed(member.value.raw(), squeezed);
  std::string json = squeezed.ToString();
  for (const ExtraMember& extra : envelope_) {
    if (extra.name.bytes == member.key.body() && extra.value.json == json) {
      return take.Use(member.value);
    }
  }
  KeepEcho(member, take, extras);
}

}  // namespace aiproxy::openai_responses
