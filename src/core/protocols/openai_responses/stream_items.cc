// Streams, reading: items and their parts as blocks.
#include "core/json/field_names.h"
#include "core/model/openai_logprobs.h"
#include "core/model/words.h"
#include "core/protocols/openai_responses/stream_decode.h"
#include "core/stream/copy.h"

namespace aiproxy::openai_responses {

namespace {

using Kind = ItemState::Kind;

constexpr FieldNames kStructure("type", "role", "status", "content", "summary", "encrypted_content",
                                "call_id", "name", "arguments", "input");

Kind KindOf(const Value& item) {
  Value type = item.Find("type");
  if (!IsString(type)) return Kind::kMessage;
  if (type.Is("message")) return Kind::kMessage;
  if (type.Is("reasoning")) return Kind::kReasoning;
  if (type.Is("function_call") || type.Is("custom_tool_call")) return Kind::kCall;
  return Kind::kOpaque;
}

BlockKind BlockKindOf(const Value& part) {
  Value type = IsObject(part) ? part.Find("type") : Value();
  if (!IsString(type)) return BlockKind::kText;
  if (type.Is("refusal")) return BlockKind::kRefusal;
  if (type.Is("reasoning_text") || type.Is("summary_text")) return BlockKind::kReasoning;
  return BlockKind::kText;
}

/// The text of a part, whatever its type calls it.
Value TextIn(const Value& part) {
  if (!IsObject(part)) return {};
  Value text = part.Find("text");
  return text.valid() ? text : part.Find("refusal");
}

}  // namespace

Status EventDecoder::FindItem(std::int64_t index, ItemState*& item) {
  for (std::size_t i = items_.size(); i-- > 0;) {
    if (items_[i].index != index) continue;
    item = &items_[i];
    return Ok();
  }
  if (items_.size() >= limits_.max_open_blocks) {
    return LimitExceeded("the stream has more than " + std::to_string(limits_.max_open_blocks) +
                         " output items");
  }
  item = &items_.emplace_back();
  item->index = index;
  return Ok();
}

/// Whether texts of the item are one block: a signature of another vendor is of one text.
bool EventDecoder::JoinsTexts(const ItemState& item) const {
  return item.kind == Kind::kReasoning && !Joins(issuer_);
}

PartState& EventDecoder::PartOf(ItemState& item, std::int64_t index, bool summary) {
  bool any = JoinsTexts(item);
  for (PartState& part : item.parts) {
    if (any || (part.index == index && part.is_summary == summary)) return part;
  }
  PartState& part = item.parts.emplace_back();
  part.index = index;
  part.is_summary = summary;
  return part;
}

Status EventDecoder::ItemAdded(const Event& event, CodecContext& context, EventSink& out) {
  if (!IsObject(event.item)) return Ok();
  ItemState* state = nullptr;
  AIPROXY_RETURN_IF_ERROR(FindItem(event.output_index, state));
  return Announce(*state, event.item, context, out);
}

/// Takes what the item says of itself, before anything of its content.
Status EventDecoder::Announce(ItemState& state, const Value& item, CodecContext& context,
                              EventSink& out) {
  if (state.kind != Kind::kUnknown) {
    context.accounting.Use(item.id());
    return Ok();
  }
  state.kind = KindOf(item);
  if (state.kind == Kind::kCall) return OpenCall(state, item, context, out);
  if (state.kind == Kind::kOpaque) {
    context.accounting.Use(item.id());  // told once it is done
    return Ok();
  }
  Value id = item.Find("id");
  if (IsString(id)) state.id.Append(Text::Of(id));
  std::string_view target = context.accounting.target();
  bool has_place = target == kId || target == "neutral";
  Output members;
  Writer writer(members);
  writer.BeginObject();
  for (Member member : item.members()) {
    if (kStructure.Find(member.key) != kStructure.kUnknown) {
      bool content = member.value.is_array() && !member.value.empty_container();
      if (!content) context.accounting.Use(member.value.id());
      continue;
    }
    if (member.value.is_null()) continue;
    bool used = member.key.Is("id") || member.key.Is("format");
    if (used) context.accounting.Use(member.value.id());
    if (!used && !has_place) continue;
    context.accounting.Use(member.value.id());
    writer.Key(Text::Of(member.key));
    writer.Spliced(member.value.raw());
  }
  writer.EndObject();
  state.members = members.ToString();
  return Ok();
}

Status EventDecoder::Open(ItemState& item, PartState& part, BlockKind kind, CodecContext& context,
                          EventSink& out) {
  if (part.is_open) return Ok();
  if (item.kind == Kind::kUnknown) {
    item.kind = kind == BlockKind::kReasoning ? Kind::kReasoning : Kind::kMessage;
  }
  part.is_open = true;
  BlockStart start;
  start.kind = kind;
  if (kind == BlockKind::kReasoning) {
    start.issuer = issuer_;
    start.is_summary = part.is_summary;
    if (!JoinsTexts(item)) start.reasoning_id = item.id.View();
  }
  AIPROXY_RETURN_IF_ERROR(TakeMembers(item, context, start));
  return blocks_.Open(start, part.handle, out);
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

Status EventDecoder::OpenCall(ItemState& state, const Value& item, CodecContext& context,
                              EventSink& out) {
  Value name = item.Find("name");
  if (!IsString(name)) {  // the item that is done will say it
    state.kind = Kind::kUnknown;
    context.accounting.Use(item.id());
    return Ok();
  }
  has_call_ = true;
  ToolCallPart call = DecodeCall(item, static_cast<std::size_t>(state.index), context);
  PartState& part = PartOf(state, 0, false);
  part.is_open = true;
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
  AIPROXY_RETURN_IF_ERROR(blocks_.Open(start, part.handle, out));
  BlockDelta delta;
  delta.text = call.arguments.text;
  if (call.arguments.json.present()) {
    delta.text = Text::Plain(call.arguments.json.json, call.arguments.json.node);
  }
  if (!delta.text.present()) return Ok();
  if (delta.text.empty()) {
    context.accounting.Use(delta.text.node);
    return Ok();
  }
  part.told.Add(delta.text, context.buffer);
  return blocks_.Append(part.handle, delta, out);
}

Status EventDecoder::Close(PartState& part, EventSink& out) {
  part.is_done = true;
  if (!part.is_open) return Ok();
  part.is_open = false;
  return blocks_.Close(part.handle, out);
}

Status EventDecoder::PartAdded(const Event& event, bool summary, CodecContext& context,
                               EventSink& out) {
  ItemState* item = nullptr;
  AIPROXY_RETURN_IF_ERROR(FindItem(event.output_index, item));
  Value text = TextIn(event.part);
  if (event.part.valid()) context.accounting.Use(event.part.id());
  if (item->is_done || item->kind == Kind::kOpaque) return Ok();
  if (item->kind == Kind::kUnknown && summary) item->kind = Kind::kReasoning;
  bool joined = JoinsTexts(*item) && !item->parts.empty();
  PartState& part = PartOf(*item, event.part_index, summary);
  BlockKind kind = summary ? BlockKind::kReasoning : BlockKindOf(event.part);
  AIPROXY_RETURN_IF_ERROR(Open(*item, part, kind, context, out));
  if (joined) {
    BlockDelta between;
    between.text = {kBetweenTexts, kNoNode, Text::Spelling::kEscaped};
    part.told.Add(between.text, context.buffer);
    AIPROXY_RETURN_IF_ERROR(blocks_.Append(part.handle, between, out));
  }
  if (!IsString(text) || text.body().empty()) return Ok();
  BlockDelta delta;
  delta.text = Text::Of(text);
  part.told.Add(delta.text, context.buffer);
  return blocks_.Append(part.handle, delta, out);
}

Status EventDecoder::Delta(const Event& event, BlockKind kind, bool summary, CodecContext& context,
                           EventSink& out) {
  ItemState* item = nullptr;
  AIPROXY_RETURN_IF_ERROR(FindItem(event.output_index, item));
  PartState& part = PartOf(*item, kind == BlockKind::kToolCall ? 0 : event.part_index, summary);
  bool late = item->is_done || part.is_done;
  bool nameless = kind == BlockKind::kToolCall && !part.is_open;
  if (late || nameless || !IsString(event.delta)) {
    // What a nameless call says comes again when it is done; what is late stays unmarked.
    if (nameless && !late && event.delta.valid()) context.accounting.Use(event.delta.id());
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
  AIPROXY_RETURN_IF_ERROR(Open(*item, part, kind, context, out));
  part.told.Add(delta.text, context.buffer);
  return blocks_.Append(part.handle, delta, out);
}

/// A text that is whole gives what the pieces left out.
Status EventDecoder::Fill(PartState& part, const Value& whole, CodecContext& context,
                          EventSink& out) {
  if (!IsString(whole)) return Ok();
  if (part.is_done || whole.body().empty()) {
    context.accounting.Use(whole.id());
    return Ok();
  }
  BlockDelta delta;
  delta.text = Text::Of(whole);
  if (!part.told.empty()) {
    std::string_view rest;
    if (!part.told.Continues(delta.text.Decode(context.arena), rest)) {
      context.accounting.Drop(whole.id(), kValueDropped,
                              "the whole text is not what its pieces say; the pieces count");
      return Ok();
    }
    context.accounting.Use(whole.id());
    if (rest.empty()) return Ok();
    delta.text = Text::Plain(rest, whole.id());
  }
  part.told.Add(delta.text, context.buffer);
  return blocks_.Append(part.handle, delta, out);
}

Status EventDecoder::TextDone(const Event& event, BlockKind kind, bool summary,
                              CodecContext& context, EventSink& out) {
  ItemState* item = nullptr;
  AIPROXY_RETURN_IF_ERROR(FindItem(event.output_index, item));
  if (event.logprobs.valid()) context.accounting.Use(event.logprobs.id());
  if (!event.text.valid()) return Ok();
  bool call = kind == BlockKind::kToolCall;
  PartState& part = PartOf(*item, call ? 0 : event.part_index, summary);
  bool empty = event.text.is_string() && event.text.body().empty();
  if (item->is_done || (call && !part.is_open) || empty || JoinsTexts(*item)) {
    context.accounting.Use(event.text.id());
    return Ok();
  }
  if (!part.is_done) AIPROXY_RETURN_IF_ERROR(Open(*item, part, kind, context, out));
  return Fill(part, event.text, context, out);
}

Status EventDecoder::Annotation(const Event& event, CodecContext& context, EventSink& out) {
  ItemState* item = nullptr;
  AIPROXY_RETURN_IF_ERROR(FindItem(event.output_index, item));
  PartState& part = PartOf(*item, event.part_index, false);
  if (!part.is_open || !IsObject(event.annotation)) return Ok();
  ++part.citations;
  return blocks_.Cite(part.handle, DecodeAnnotation(event.annotation, context), out);
}

Status EventDecoder::PartDone(const Event& event, bool summary, CodecContext& context,
                              EventSink& out) {
  ItemState* item = nullptr;
  AIPROXY_RETURN_IF_ERROR(FindItem(event.output_index, item));
  if (event.part.valid()) context.accounting.Use(event.part.id());
  if (item->is_done || JoinsTexts(*item)) return Ok();
  PartState& part = PartOf(*item, event.part_index, summary);
  BlockKind kind = summary ? BlockKind::kReasoning : BlockKindOf(event.part);
  if (!part.is_done) AIPROXY_RETURN_IF_ERROR(Open(*item, part, kind, context, out));
  return PartWhole(part, event.part, context, out);
}

/// Fills the part from its whole form, and closes it.
Status EventDecoder::PartWhole(PartState& part, const Value& whole, CodecContext& context,
                               EventSink& out) {
  AIPROXY_RETURN_IF_ERROR(Fill(part, TextIn(whole), context, out));
  Value annotations = IsObject(whole) ? whole.Find("annotations") : Value();
  if (IsArray(annotations) && part.is_open) {
    std::size_t seen = 0;
    for (Value annotation : annotations.items()) {
      if (seen++ < part.citations) continue;
      ++part.citations;
      AIPROXY_RETURN_IF_ERROR(
          blocks_.Cite(part.handle, DecodeAnnotation(annotation, context), out));
    }
  }
  return Close(part, out);
}

Status EventDecoder::ItemDone(ItemState& state, const Value& item, CodecContext& context,
                              EventSink& out) {
  if (state.is_done) {
    context.accounting.Use(item.id());
    return Ok();
  }
  bool announced = state.kind != Kind::kUnknown;
  if (!announced) AIPROXY_RETURN_IF_ERROR(Announce(state, item, context, out));
  state.is_done = true;
  if (announced && state.kind != Kind::kOpaque) context.accounting.Use(item.id());
  switch (state.kind) {
    case Kind::kCall: {
      PartState& part = PartOf(state, 0, false);
      Value whole = item.Find(state.is_custom ? "input" : "arguments");
      AIPROXY_RETURN_IF_ERROR(Fill(part, whole, context, out));
      AIPROXY_RETURN_IF_ERROR(Close(part, out));
      break;
    }
    case Kind::kMessage:
      AIPROXY_RETURN_IF_ERROR(MessageDone(state, item, context, out));
      break;
    case Kind::kReasoning:
      AIPROXY_RETURN_IF_ERROR(ReasoningDone(state, item, context, out));
      break;
    case Kind::kOpaque:
      AIPROXY_RETURN_IF_ERROR(OpaqueDone(item, out));
      break;
    case Kind::kUnknown:
      break;
  }
  if (state.kind != Kind::kOpaque) {
    for (std::string_view name : {"content", "summary", "arguments", "input"}) {
      if (Value told = item.Find(name); told.valid()) context.accounting.Use(told.id());
    }
  }
  state.parts = {};
  state.id = {};
  return Ok();
}

Status EventDecoder::MessageDone(ItemState& state, const Value& item, CodecContext& context,
                                 EventSink& out) {
  Value content = item.Find("content");
  std::int64_t index = 0;
  if (IsArray(content)) {
    for (Value whole : content.items()) {
      PartState& part = PartOf(state, index++, false);
      if (part.is_done || !whole.is_object()) continue;
      AIPROXY_RETURN_IF_ERROR(Open(state, part, BlockKindOf(whole), context, out));
      if (Value type = whole.Find("type"); type.valid()) context.accounting.Use(type.id());
      AIPROXY_RETURN_IF_ERROR(PartWhole(part, whole, context, out));
    }
  }
  for (PartState& part : state.parts) AIPROXY_RETURN_IF_ERROR(Close(part, out));
  return Ok();
}

Status EventDecoder::ReasoningDone(ItemState& state, const Value& item, CodecContext& context,
                                   EventSink& out) {
  bool joined = JoinsTexts(state);
  bool told = joined && !state.parts.empty();
  for (std::string_view name : {"summary", "content"}) {
    Value list = item.Find(name);
    if (!IsArray(list) || told) continue;
    std::int64_t index = 0;
    for (Value whole : list.items()) {
      if (!whole.is_object()) continue;
      bool follows = joined && !state.parts.empty();
      PartState& part = PartOf(state, index++, name == "summary");
      if (part.is_done) continue;
      AIPROXY_RETURN_IF_ERROR(Open(state, part, BlockKind::kReasoning, context, out));
      if (Value type = whole.Find("type"); type.valid()) context.accounting.Use(type.id());
      if (!joined) {
        AIPROXY_RETURN_IF_ERROR(PartWhole(part, whole, context, out));
        continue;
      }
      BlockDelta delta;
      if (follows) {
        delta.text = {kBetweenTexts, kNoNode, Text::Spelling::kEscaped};
        AIPROXY_RETURN_IF_ERROR(blocks_.Append(part.handle, delta, out));
      }
      Value text = TextIn(whole);
      if (!IsString(text)) continue;
      delta.text = Text::Of(text);
      AIPROXY_RETURN_IF_ERROR(blocks_.Append(part.handle, delta, out));
    }
  }
  AIPROXY_RETURN_IF_ERROR(SecretDone(state, item, context, out));
  for (PartState& part : state.parts) AIPROXY_RETURN_IF_ERROR(Close(part, out));
  return Ok();
}

/// What is encrypted: a signature of the one text, or a block of its own.
Status EventDecoder::SecretDone(ItemState& state, const Value& item, CodecContext& context,
                                EventSink& out) {
  Value secret = item.Find("encrypted_content");
  if (!IsString(secret) || secret.body().empty()) return Ok();
  Issuer issuer = IssuerOf(secret, item.Find("format"), {}, context);
  if (issuer == Issuer::kUnknown) issuer = issuer_;
  if (!Encrypts(issuer) && !state.parts.empty()) {
    PartState& part = state.parts.back();
    if (part.is_open) {
      BlockDelta delta;
      delta.signature = Text::Of(secret);
      delta.issuer = issuer;
      return blocks_.Append(part.handle, delta, out);
    }
  }
  BlockStart start;
  start.kind = BlockKind::kReasoning;
  start.issuer = issuer;
  start.encrypted = Text::Of(secret);
  start.reasoning_id = state.id.View();
  for (PartState& open : state.parts) AIPROXY_RETURN_IF_ERROR(Close(open, out));
  AIPROXY_RETURN_IF_ERROR(TakeMembers(state, context, start));
  std::uint32_t handle = 0;
  AIPROXY_RETURN_IF_ERROR(blocks_.Open(start, handle, out));
  return blocks_.Close(handle, out);
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
