// Streams, reading: items, and what they say beside their content.
#include <algorithm>

#include "core/json/field_names.h"
#include "core/model/words.h"
#include "core/protocols/openai_responses/stream_decode.h"
#include "core/stream/copy.h"

namespace aiproxy::openai_responses {

namespace {

using Kind = ItemState::Kind;

constexpr FieldNames kStructure("type", "role", "status", "content", "summary", "encrypted_content",
                                "call_id", "name", "arguments", "input", "id", "format");

/// What an item of a stream takes at least, in memory.
constexpr std::size_t kItemBytes = 256;

bool SaysNothing(const Value& value) {
  if (value.is_container()) return value.empty_container();
  return value.is_null() || (value.is_string() && value.body().empty());
}

/// What is said by the kind of the item, or by the end of the stream.
bool IsStructure(int field) {
  return field == kStructure("type") || field == kStructure("role") ||
         field == kStructure("call_id") || field == kStructure("name") ||
         field == kStructure("id") || field == kStructure("format");
}

}  // namespace

ItemState::Kind KindOfItem(const Value& item) {
  Value type = item.Find("type");
  if (!IsString(type)) return Kind::kMessage;
  if (type.Is("message")) return Kind::kMessage;
  if (type.Is("reasoning")) return Kind::kReasoning;
  if (type.Is("function_call") || type.Is("custom_tool_call")) return Kind::kCall;
  return Kind::kOpaque;
}

ItemState* EventDecoder::Known(std::int64_t index) {
  if (last_item_ != nullptr && last_item_->index == index) return last_item_;
  auto found = items_.find(index);
  return found == items_.end() ? nullptr : &found->second;
}

Status EventDecoder::FindItem(std::int64_t index, ItemState*& item) {
  item = Known(index);
  if (item == nullptr) {
    if (unfinished_.size() >= limits_.max_open_blocks) {
      return LimitExceeded("more than " + std::to_string(limits_.max_open_blocks) +
                           " output items of the stream are not done");
    }
    if (items_.size() >= limits_.max_accumulated_bytes / kItemBytes) {
      return LimitExceeded("the stream has more than " + std::to_string(items_.size()) +
                           " output items");
    }
    item = &items_[index];
    item->index = index;
    unfinished_.push_back(item);
  }
  last_item_ = item;
  return Ok();
}

/// An event that does not say the place of its item says its id, or brings a new item (`fresh`), or
/// goes on with the last.
Status EventDecoder::FindItem(const Event& event, bool fresh, CodecContext& context,
                              ItemState*& item) {
  Value id = event.item_id;
  if (!IsString(id) && IsObject(event.item)) id = event.item.Find("id");
  std::uint64_t hash = IsString(id) ? HashOf(id.body()) : 0;
  std::int64_t index = event.output_index;
  if (index < 0 && hash != 0) {
    for (const ItemState* open : unfinished_) {
      if (open->id_hash == hash) index = open->index;
    }
  }
  if (index < 0) {
    bool next = fresh || items_.empty();
    index = items_.empty() ? 0 : items_.rbegin()->first + (next ? 1 : 0);
  }
  AIPROXY_RETURN_IF_ERROR(FindItem(index, item));
  if (item->id_hash == 0 && hash != 0) {
    item->id_hash = hash;
    item->id.Append(Text::Of(id));
  }
  // Not of the API; some servers say it again.
  const Value& call = event.call_id;
  bool repeated = IsString(call) && HashOf(call.body()) == item->call_hash;
  if (call.valid() && (repeated || !TellsLosses(context))) context.accounting.Use(call.id());
  return Ok();
}

/// Whether the member is met for the first time in the stream. What repeats it is no loss of its
/// own.
bool EventDecoder::Remember(const Member& member) {
  std::uint64_t hash = HashOf(member.value.raw(), HashOf(member.key.body()));
  if (std::find(seen_.begin(), seen_.end(), hash) != seen_.end()) return false;
  if (seen_.size() < limits_.max_open_blocks) seen_.push_back(hash);
  return true;
}

/// What repeats the events is made anew of them in this protocol, and is not in the neutral form.
bool EventDecoder::TellsLosses(CodecContext& context) {
  std::string_view target = context.accounting.target();
  return target != "neutral" && target != kId;
}

void EventDecoder::Contradict(NodeId node, std::string_view message, CodecContext& context) {
  if (TellsLosses(context)) context.accounting.Report(node, kValueDropped, message);
}

/// A member that has no place: it stays unmarked where it is met first.
void EventDecoder::UseTold(const Member& member, CodecContext& context) {
  if (member.value.is_null()) return;
  bool repeated = !Remember(member);
  if (repeated || !TellsLosses(context)) context.accounting.Use(member.value.id());
}

/// Everything but the content, which is accounted for when it is told.
void EventDecoder::UseItem(const Value& item, CodecContext& context) {
  for (Member member : item.members()) {
    int field = kStructure.Find(member.key);
    if (field == kStructure.kUnknown)
      UseTold(member, context);
    else if (field == kStructure("status"))
      UseStatus(member, context);
    else if (IsStructure(field) || SaysNothing(member.value))
      context.accounting.Use(member.value.id());
  }
}

/// Which items are not complete is said by the end of the stream.
void EventDecoder::UseStatus(const Member& member, CodecContext& context) {
  const Value& value = member.value;
  if (value.Is("completed") || value.Is("in_progress") || value.Is("incomplete"))
    context.accounting.Use(value.id());
  else
    UseTold(member, context);
}

Status EventDecoder::ItemAdded(const Event& event, CodecContext& context, EventSink& out) {
  if (!IsObject(event.item)) return Ok();
  ItemState* state = nullptr;
  AIPROXY_RETURN_IF_ERROR(FindItem(event, true, context, state));
  if (state->kind != Kind::kUnknown || state->is_done) {
    context.accounting.Use(event.item.id());
    return Ok();
  }
  AIPROXY_RETURN_IF_ERROR(Announce(*state, event.item, false, context, out));
  if (state->kind == Kind::kCall) return Ok();
  for (std::string_view name : {"content", "summary", "encrypted_content"}) {
    Value early = event.item.Find(name);
    if (!early.valid() || SaysNothing(early)) continue;
    context.accounting.Use(early.id());
    state->owes_whole = true;
  }
  return Ok();
}

/// Takes what the item says of itself, before anything of its content. `whole`: it is done.
Status EventDecoder::Announce(ItemState& state, const Value& item, bool whole,
                              CodecContext& context, EventSink& out) {
  state.kind = KindOfItem(item);
  if (state.kind == Kind::kOpaque) {
    state.owes_whole = true;
    if (!whole) context.accounting.Use(item.id());
    return Ok();
  }
  if (Value id = item.Find("id"); IsString(id)) {
    state.id = {};
    state.id.Append(Text::Of(id));
    state.id_hash = HashOf(id.body());
  }
  if (state.kind == Kind::kCall) return OpenCall(state, item, whole, context, out);
  if (Value format = item.Find("format"); IsString(format)) {
    state.issuer = IssuerOfFormat(Text::Of(format).Decode(context.arena));
  }
  KeepMembers(state, item, context);
  return Ok();
}

/// Members of its own wait for the item's first block, where the target has a place for them.
void EventDecoder::KeepMembers(ItemState& state, const Value& item, CodecContext& context) {
  UseItem(item, context);
  std::string_view target = context.accounting.target();
  bool has_place = target == kId || target == "neutral";
  Output members;
  Writer writer(members);
  writer.BeginObject();
  for (Member member : item.members()) {
    int field = kStructure.Find(member.key);
    bool own = field == kStructure.kUnknown && has_place;
    bool kept = own || field == kStructure("id") || field == kStructure("format");
    if (!kept || member.value.is_null()) continue;
    context.accounting.Use(member.value.id());
    writer.Key(Text::Of(member.key));
    writer.Spliced(member.value.raw());
  }
  writer.EndObject();
  state.members = members.ToString();
}

/// The item that the block is a part of; the first block brings the item's members.
Status EventDecoder::TakeMembers(ItemState& item, CodecContext& context, BlockStart& start) {
  if (item.number == kNoItem) {
    item.number = next_item_++;
    if (!item.members.empty()) {
      PaddedText text(item.members);
      AIPROXY_RETURN_IF_ERROR(context.scratch.Parse(text.view(), limits_.Event()));
      for (Member member : Value(context.scratch, 0).members()) {
        Text name = Text::Of(member.key).CopyTo(context.arena);
        start.item_members.push_back(context.arena,
                                     {name, Raw::Of(member.value).CopyTo(context.arena)});
      }
      item.members.clear();
    }
  }
  start.item = item.number;
  return Ok();
}

/// A call without a name waits for the item that is done, which may say it.
Status EventDecoder::OpenCall(ItemState& state, const Value& item, bool whole,
                              CodecContext& context, EventSink& out) {
  if (!IsString(item.Find("name")) && !whole) {
    state.kind = Kind::kUnknown;
    state.owes_whole = true;
    context.accounting.Use(item.id());
    return Ok();
  }
  has_call_ = true;
  if (Value id = item.Find("call_id"); IsString(id)) state.call_hash = HashOf(id.body());
  for (Member member : item.members()) {
    if (kStructure.Find(member.key) == kStructure.kUnknown) Remember(member);
  }
  ToolCallPart call = DecodeCall(item, static_cast<std::size_t>(state.index), context);
  state.is_custom = call.is_custom;
  BlockStart start;
  start.kind = BlockKind::kToolCall;
  start.tool_call_id = call.id;
  start.tool_name = call.name;
  start.is_custom = call.is_custom;
  for (const ExtraMember& extra : call.extras) {
    bool status = extra.name.Is("status");
    if (status) context.accounting.Use(extra.value.node);
    if (!status) start.extras.push_back(context.arena, extra);
  }
  PartState* part = nullptr;
  AIPROXY_RETURN_IF_ERROR(PartOf(state, 0, false, part));
  part->is_open = true;
  part->kind = BlockKind::kToolCall;
  AIPROXY_RETURN_IF_ERROR(blocks_.Open(start, part->handle, out));
  AIPROXY_RETURN_IF_ERROR(Release(*part, out));
  return FillCall(state, *part, item, context, out);
}

/// The arguments of a call that is there as far as it goes.
Status EventDecoder::FillCall(ItemState& state, PartState& part, const Value& item,
                              CodecContext& context, EventSink& out) {
  Value whole = item.Find(state.is_custom ? "input" : "arguments");
  if (!whole.valid() || whole.is_null()) return Ok();
  if (whole.is_string()) return Fill(part, whole, context, out);
  if (!part.told.empty()) return Ok();
  BlockDelta delta;
  delta.text = Text::Plain(whole.raw(), whole.id());
  return Say(part, delta, context, out);
}

Status EventDecoder::ItemDone(ItemState& state, const Value& item, CodecContext& context,
                              EventSink& out) {
  if (state.is_done) {
    Compare(state, item, context);
    return Ok();
  }
  if (state.kind == Kind::kUnknown) {
    AIPROXY_RETURN_IF_ERROR(Announce(state, item, true, context, out));
  } else if (state.kind != KindOfItem(item)) {
    context.accounting.Use(item.id());
    Contradict(item.id(), "the item began as another type; what it began with counts", context);
    return Finish(state, context, out);
  } else if (state.kind != Kind::kOpaque) {
    UseItem(item, context);
  }
  switch (state.kind) {
    case Kind::kCall: {
      PartState* part = nullptr;
      AIPROXY_RETURN_IF_ERROR(PartOf(state, 0, false, part));
      AIPROXY_RETURN_IF_ERROR(FillCall(state, *part, item, context, out));
      break;
    }
    case Kind::kMessage:
      AIPROXY_RETURN_IF_ERROR(MessageDone(state, item, context, out));
      break;
    case Kind::kReasoning:
      AIPROXY_RETURN_IF_ERROR(ReasoningDone(state, item, context, out));
      break;
    case Kind::kOpaque:
      state.text_hash = HashOf(item.raw());
      AIPROXY_RETURN_IF_ERROR(OpaqueDone(item, out));
      break;
    case Kind::kUnknown:
      break;
  }
  state.owes_whole = false;
  return Finish(state, context, out);
}

/// Closes what is open of the item, and keeps no more of it than what it said in sum.
Status EventDecoder::Finish(ItemState& state, CodecContext& context, EventSink& out) {
  if (state.kind == Kind::kReasoning) AIPROXY_RETURN_IF_ERROR(TellApart(state, context, out));
  for (PartState& part : state.parts) {
    if (!part.is_open) continue;
    part.is_open = false;
    AIPROXY_RETURN_IF_ERROR(blocks_.Close(part.handle, out));
  }
  SortParts(state);
  for (const PartState& part : state.parts) {
    state.is_contradicted = state.is_contradicted || part.is_contradicted;
  }
  if (state.kind != Kind::kOpaque) {
    state.text_hash = kHashStart;
    for (const PartState& part : state.parts) {
      if (!part.told.empty()) state.text_hash = part.told.AddTo(state.text_hash);
    }
  }
  state.is_done = true;
  state.parts = {};
  state.id = {};
  state.members = {};
  unfinished_.erase(std::find(unfinished_.begin(), unfinished_.end(), &state));
  return Ok();
}

Status EventDecoder::MessageDone(ItemState& state, const Value& item, CodecContext& context,
                                 EventSink& out) {
  Value content = item.Find("content");
  if (!IsArray(content)) return Ok();
  SortParts(state);
  std::int64_t position = 0;
  std::size_t count = SizeOf(content);
  for (Value whole : content.items()) {
    PartState* part = nullptr;
    AIPROXY_RETURN_IF_ERROR(PartAt(state, position++, count, false, part));
    if (!whole.is_object()) continue;
    AIPROXY_RETURN_IF_ERROR(PartWhole(state, *part, BlockKindOf(whole), whole, context, out));
  }
  return Ok();
}

Status EventDecoder::OpaqueDone(const Value& item, EventSink& out) {
  BlockStart start;
  start.kind = BlockKind::kOpaque;
  start.protocol = kId;
  if (Value type = item.Find("type"); IsString(type)) start.opaque_kind = Text::Of(type);
  start.value = Raw::Of(item);
  std::uint32_t handle = 0;
  AIPROXY_RETURN_IF_ERROR(blocks_.Open(start, handle, out));
  return blocks_.Close(handle, out);
}

}  // namespace aiproxy::openai_responses
