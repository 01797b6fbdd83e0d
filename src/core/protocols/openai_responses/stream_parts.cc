// Streams, reading: content parts, summaries and arguments as blocks.
#include <algorithm>

#include "core/json/field_names.h"
#include "core/model/openai_citation.h"
#include "core/model/openai_logprobs.h"
#include "core/protocols/openai_responses/stream_decode.h"

namespace aiproxy::openai_responses {

namespace {

using Kind = ItemState::Kind;

constexpr FieldNames kPartFields("type", "text", "refusal", "annotations", "logprobs");

bool Fits(Kind item, BlockKind kind) {
  switch (item) {
    case Kind::kUnknown:
      return true;
    case Kind::kMessage:
      return kind == BlockKind::kText || kind == BlockKind::kRefusal;
    case Kind::kReasoning:
      return kind == BlockKind::kReasoning;
    case Kind::kCall:
      return kind == BlockKind::kToolCall;
    case Kind::kOpaque:
      break;
  }
  return false;
}

}  // namespace

Value TextIn(const Value& part) {
  if (!IsObject(part)) return {};
  Value text = part.Find("text");
  return text.valid() ? text : part.Find("refusal");
}

BlockKind BlockKindOf(const Value& part) {
  Value type = IsObject(part) ? part.Find("type") : Value();
  if (!IsString(type)) return BlockKind::kText;
  if (type.Is("refusal")) return BlockKind::kRefusal;
  if (type.Is("reasoning_text") || type.Is("summary_text")) return BlockKind::kReasoning;
  return BlockKind::kText;
}

std::size_t SizeOf(const Value& list) {
  std::size_t size = 0;
  for (Value entry : list.items()) {
    static_cast<void>(entry);
    ++size;
  }
  return size;
}

Status EventDecoder::PartOf(ItemState& item, std::int64_t index, bool summary, PartState*& part) {
  for (std::size_t i = item.parts.size(); i-- > 0;) {
    part = &item.parts[i];
    if (part->index == index && part->is_summary == summary) return Ok();
  }
  if (item.parts.size() >= limits_.max_open_blocks) {
    return LimitExceeded("an output item of the stream has more than " +
                         std::to_string(limits_.max_open_blocks) + " parts");
  }
  part = &item.parts.emplace_back();
  part->index = index;
  part->is_summary = summary;
  return Ok();
}

/// Summaries first, in the order of their numbers.
void EventDecoder::SortParts(ItemState& item) {
  std::sort(item.parts.begin(), item.parts.end(), [](const PartState& a, const PartState& b) {
    return a.is_summary != b.is_summary ? a.is_summary : a.index < b.index;
  });
}

/// The part that a whole list of `count` has at `position`: numbers with gaps are in order at
/// least. The parts must be sorted.
Status EventDecoder::PartAt(ItemState& item, std::int64_t position, std::size_t count, bool summary,
                            PartState*& part) {
  auto is_first = [&](const PartState& p) { return p.is_summary == summary; };
  auto first = std::find_if(item.parts.begin(), item.parts.end(), is_first);
  auto known = std::count_if(first, item.parts.end(), is_first);
  if (static_cast<std::size_t>(known) != count) return PartOf(item, position, summary, part);
  part = &*(first + position);
  return Ok();
}

Status EventDecoder::Open(ItemState& item, PartState& part, BlockKind kind, CodecContext& context,
                          EventSink& out) {
  if (part.is_open || part.is_done) return Ok();
  if (item.kind == Kind::kUnknown) {
    item.kind = kind == BlockKind::kReasoning ? Kind::kReasoning : Kind::kMessage;
  }
  part.kind = kind;
  if (HoldsTexts(item) && HasOpenPart(item)) {
    part.waiting.set = true;
    return Ok();
  }
  return OpenBlock(item, part, context, out);
}

bool EventDecoder::HasOpenPart(const ItemState& item) {
  return std::any_of(item.parts.begin(), item.parts.end(),
                     [](const PartState& part) { return part.is_open; });
}

Status EventDecoder::OpenBlock(ItemState& item, PartState& part, CodecContext& context,
                               EventSink& out) {
  part.is_open = true;
  BlockStart start;
  start.kind = part.kind;
  if (part.kind == BlockKind::kReasoning) {
    start.issuer = item.issuer != Issuer::kUnknown ? item.issuer : issuer_;
    start.is_summary = part.is_summary;
    if (Joins(start.issuer)) start.reasoning_id = item.id.View();
  }
  AIPROXY_RETURN_IF_ERROR(TakeMembers(item, context, start));
  return blocks_.Open(start, part.handle, out);
}

/// A piece goes to the part's block, or waits for it.
Status EventDecoder::Say(PartState& part, const BlockDelta& delta, CodecContext& context,
                         EventSink& out) {
  if (delta.text.present()) part.told.Add(delta.text, context.buffer);
  if (part.is_open) return blocks_.Append(part.handle, delta, out);
  if (delta.text.node != kNoNode) context.accounting.Use(delta.text.node);
  std::size_t before = part.waiting.bytes.size();
  part.waiting.Append(delta.text);
  return waiting_.Charge(part.waiting.bytes.size() - before, limits_);
}

/// What waited goes to the part's block, which is open now.
Status EventDecoder::Release(PartState& part, EventSink& out) {
  if (!part.waiting.set) return Ok();
  waiting_.Release(part.waiting.bytes.size());
  BlockDelta delta;
  delta.text = part.waiting.View();
  Status status = delta.text.empty() ? Ok() : blocks_.Append(part.handle, delta, out);
  part.waiting = {};
  return status;
}

/// A text that is whole gives what the pieces left out.
Status EventDecoder::Fill(PartState& part, const Value& whole, CodecContext& context,
                          EventSink& out) {
  if (!IsString(whole)) return Ok();
  context.accounting.Use(whole.id());
  if (whole.body().empty()) return Ok();
  BlockDelta delta;
  delta.text = Text::Of(whole);
  bool fits = part.is_open || !part.is_done || part.waiting.set;
  if (!part.told.empty()) {
    std::string_view rest;
    bool continues = part.told.Continues(delta.text.Decode(context.arena), rest);
    if (continues && rest.empty()) return Ok();
    fits = fits && continues;
    delta.text = Text::Plain(rest, whole.id());
  }
  if (fits) return Say(part, delta, context, out);
  if (!part.is_contradicted) {
    Contradict(whole.id(), "the whole text is not what its pieces say; the pieces count", context);
  }
  part.is_contradicted = true;
  return Ok();
}

/// Log probabilities that did not come with the pieces.
Status EventDecoder::SayLogprobs(PartState& part, const Value& list, CodecContext& context,
                                 EventSink& out) {
  if (!IsArray(list)) return Ok();
  if (part.has_logprobs || list.empty_container() || !part.is_open) {
    context.accounting.Use(list.id());
    return Ok();
  }
  part.has_logprobs = true;
  BlockDelta delta;
  for (Value entry : list.items()) {
    delta.logprobs.push_back(context.arena, ReadOpenAiLogprob(entry, context.arena));
  }
  return blocks_.Append(part.handle, delta, out);
}

/// What the part says beside its content.
void EventDecoder::UsePart(const Value& part, CodecContext& context) {
  for (Member member : part.members()) {
    int field = kPartFields.Find(member.key);
    if (field == kPartFields("type"))
      context.accounting.Use(member.value.id());
    else if (field == kPartFields.kUnknown)
      UseTold(member, context);
  }
}

/// Fills the part from a form of it that goes as far as it goes.
Status EventDecoder::FillPart(PartState& part, const Value& whole, CodecContext& context,
                              EventSink& out) {
  UsePart(whole, context);
  AIPROXY_RETURN_IF_ERROR(Fill(part, TextIn(whole), context, out));
  AIPROXY_RETURN_IF_ERROR(SayLogprobs(part, whole.Find("logprobs"), context, out));
  Value annotations = whole.Find("annotations");
  if (!IsArray(annotations)) return Ok();
  UseIfEmpty(annotations, context);
  std::size_t position = 0;
  for (Value annotation : annotations.items()) {
    if (position++ < part.citations) {
      context.accounting.Use(annotation.id());
    } else if (part.is_open) {
      ++part.citations;
      AIPROXY_RETURN_IF_ERROR(
          blocks_.Cite(part.handle, openai::DecodeCitation(annotation, annotation, context), out));
    }
  }
  return Ok();
}

/// Fills the part from its whole form, and closes it.
Status EventDecoder::PartWhole(ItemState& item, PartState& part, BlockKind kind, const Value& whole,
                               CodecContext& context, EventSink& out) {
  AIPROXY_RETURN_IF_ERROR(Open(item, part, kind, context, out));
  AIPROXY_RETURN_IF_ERROR(FillPart(part, whole, context, out));
  return Close(item, part, out);
}

Status EventDecoder::Close(ItemState& item, PartState& part, EventSink& out) {
  part.is_done = true;
  if (!part.is_open || HoldsTexts(item)) return Ok();
  part.is_open = false;
  return blocks_.Close(part.handle, out);
}

/// A part that begins, or that is done.
Status EventDecoder::TakePart(const Event& event, bool summary, bool done, CodecContext& context,
                              EventSink& out) {
  ItemState* item = nullptr;
  AIPROXY_RETURN_IF_ERROR(FindItem(event, false, context, item));
  BlockKind kind = summary ? BlockKind::kReasoning : BlockKindOf(event.part);
  if (item->is_done || !Fits(item->kind, kind)) {
    if (event.part.valid()) context.accounting.Use(event.part.id());
    return Ok();
  }
  PartState* part = nullptr;
  AIPROXY_RETURN_IF_ERROR(PartOf(*item, event.part_index, summary, part));
  if (done && IsObject(event.part)) return PartWhole(*item, *part, kind, event.part, context, out);
  AIPROXY_RETURN_IF_ERROR(Open(*item, *part, kind, context, out));
  if (IsObject(event.part)) AIPROXY_RETURN_IF_ERROR(FillPart(*part, event.part, context, out));
  return done ? Close(*item, *part, out) : Ok();
}

Status EventDecoder::Delta(const Event& event, BlockKind kind, bool summary, CodecContext& context,
                           EventSink& out) {
  ItemState* item = nullptr;
  AIPROXY_RETURN_IF_ERROR(FindItem(event, false, context, item));
  bool fits = !item->is_done && Fits(item->kind, kind) && IsString(event.delta);
  PartState* part = nullptr;
  bool call = kind == BlockKind::kToolCall;
  if (fits) {
    AIPROXY_RETURN_IF_ERROR(PartOf(*item, call ? 0 : event.part_index, summary, part));
    fits = !part->is_done && (!part->is_open || part->kind == kind);
  }
  if (!fits) {  // what comes too late stays unmarked
    if (!TellsLosses(context)) context.accounting.Use(0);
    return Ok();
  }
  BlockDelta delta;
  delta.text = Text::Of(event.delta);
  if (IsArray(event.logprobs)) {
    for (Value entry : event.logprobs.items()) {
      delta.logprobs.push_back(context.arena, ReadOpenAiLogprob(entry, context.arena));
    }
  }
  if (delta.text.empty() && delta.logprobs.empty()) {
    context.accounting.Use(event.delta.id());
    return Ok();
  }
  part->has_logprobs = part->has_logprobs || !delta.logprobs.empty();
  if (call)
    item->owes_whole = !part->is_open;  // a name
  else
    AIPROXY_RETURN_IF_ERROR(Open(*item, *part, kind, context, out));
  return Say(*part, delta, context, out);
}

Status EventDecoder::TextDone(const Event& event, BlockKind kind, bool summary,
                              CodecContext& context, EventSink& out) {
  ItemState* item = nullptr;
  AIPROXY_RETURN_IF_ERROR(FindItem(event, false, context, item));
  if (!event.text.valid()) return Ok();
  bool call = kind == BlockKind::kToolCall;
  bool empty = event.text.is_string() && event.text.body().empty();
  if (item->is_done || empty || !Fits(item->kind, kind)) {
    context.accounting.Use(event.text.id());
    if (event.logprobs.valid()) context.accounting.Use(event.logprobs.id());
    return Ok();
  }
  PartState* part = nullptr;
  AIPROXY_RETURN_IF_ERROR(PartOf(*item, call ? 0 : event.part_index, summary, part));
  if (call)
    item->owes_whole = !part->is_open;
  else
    AIPROXY_RETURN_IF_ERROR(Open(*item, *part, kind, context, out));
  AIPROXY_RETURN_IF_ERROR(Fill(*part, event.text, context, out));
  return SayLogprobs(*part, event.logprobs, context, out);
}

Status EventDecoder::Annotation(const Event& event, CodecContext& context, EventSink& out) {
  ItemState* item = nullptr;
  AIPROXY_RETURN_IF_ERROR(FindItem(event, false, context, item));
  bool fits = !item->is_done && Fits(item->kind, BlockKind::kText);
  if (!fits || !IsObject(event.annotation)) return Ok();
  PartState* part = nullptr;
  AIPROXY_RETURN_IF_ERROR(PartOf(*item, event.part_index, false, part));
  AIPROXY_RETURN_IF_ERROR(Open(*item, *part, BlockKind::kText, context, out));
  if (!part->is_open) return Ok();
  ++part->citations;
  return blocks_.Cite(part->handle,
                      openai::DecodeCitation(event.annotation, event.annotation, context), out);
}

}  // namespace aiproxy::openai_responses
