// Streams, reading: tool calls. Their pieces may interleave, and arguments may come before the
// name.
#include "core/protocols/openai_chat/stream_decode.h"

namespace aiproxy::openai_chat {

namespace {

constexpr FieldNames kCallFields("index", "id", "type", "function", "custom");

bool HasText(const Value& value) { return IsString(value) && !value.body().empty(); }

/// Takes the first one there is; says whether a later one only repeats it.
void TakeWord(const Value& value, KeptText& kept, CodecContext& context) {
  if (!IsString(value)) return;
  bool empty = value.body().empty();
  if (!kept.set && !empty) kept.Append(Text::Of(value));
  if (empty || kept.bytes == value.body()) context.accounting.Use(value.id());
}

}  // namespace

Status ChunkDecoder::ReadToolCalls(ChoiceState& state, const Value& list, CodecContext& context,
                                   EventSink& out) {
  std::int64_t position = 0;
  for (Value entry : list.items()) {
    if (!entry.is_object()) return Unexpected(entry, "an object as the tool call");
    AIPROXY_RETURN_IF_ERROR(ReadToolCall(state, entry, position++, context, out));
  }
  return Ok();
}

Status ChunkDecoder::ReadToolCall(ChoiceState& state, const Value& entry, std::int64_t position,
                                  CodecContext& context, EventSink& out) {
  Value id, type, function, custom;
  std::optional<std::int64_t> index;
  for (Member member : entry.members()) {
    switch (kCallFields.Find(member.key)) {
      case kCallFields("index"):
        index = member.value.Int();
        if (index) context.accounting.Use(member.value.id());
        break;
      case kCallFields("id"):
        id = member.value;
        break;
      case kCallFields("type"):
        type = member.value;
        break;
      case kCallFields("function"):
        function = member.value;
        break;
      case kCallFields("custom"):
        custom = member.value;
        break;
      default:
        break;  // unmarked, and so reported
    }
  }
  bool is_custom = IsObject(custom) && !IsObject(function);
  bool known_type =
      IsString(type) && (type.Is("function") || type.Is("custom") || type.body().empty());
  if (known_type) context.accounting.Use(type.id());
  std::int64_t wanted = index && *index >= 0 ? *index : position;
  CallState* call = nullptr;
  for (CallState& known : state.calls) {
    if (known.index == wanted) call = &known;  // the latest one of that index
  }
  // Some vendors give every call the index 0: a new id with a name is a new call.
  bool renewed = call != nullptr && HasText(id) && call->id.set && call->id.bytes != id.body() &&
                 IsObject(function) && HasText(function.Find("name"));
  if (call == nullptr || renewed) {
    if (state.calls.size() >= limits_.max_open_blocks) {
      return LimitExceeded("the stream has more than " + std::to_string(limits_.max_open_blocks) +
                           " tool calls");
    }
    call = &state.calls.emplace_back();
    call->index = wanted;
    call->is_custom = is_custom;
  }
  call->is_custom = call->is_custom || (is_custom && !call->is_open);
  return ReadCallPieces(state, *call, id, is_custom ? custom : function, context, out);
}

Status ChunkDecoder::ReadFunctionCall(ChoiceState& state, const Value& object,
                                      CodecContext& context, EventSink& out) {
  CallState* call = nullptr;
  for (CallState& known : state.calls) {
    if (known.index == CallState::kLegacyIndex) call = &known;
  }
  if (call == nullptr) {
    call = &state.calls.emplace_back();
    call->index = CallState::kLegacyIndex;
    call->id.Append(Word("call_0"));
  }
  return ReadCallPieces(state, *call, Value(), object, context, out);
}

Status ChunkDecoder::ReadCallPieces(ChoiceState& state, CallState& call, const Value& id,
                                    const Value& function, CodecContext& context, EventSink& out) {
  TakeWord(id, call.id, context);
  Value piece;
  if (IsObject(function)) {
    UseIfEmpty(function, context);
    TakeWord(function.Find("name"), call.name, context);
    piece = function.Find(call.is_custom ? "input" : "arguments");
  }
  if (!call.is_open && call.id.set && call.name.set) {
    AIPROXY_RETURN_IF_ERROR(OpenCall(state, call, out));
  }
  if (!piece.valid() || piece.is_null()) return Ok();
  return AppendArguments(call, piece, context, out);
}

Status ChunkDecoder::OpenCall(ChoiceState& state, CallState& call, EventSink& out) {
  AIPROXY_RETURN_IF_ERROR(CloseBlock(state, out));
  BlockStart start;
  start.candidate = static_cast<std::uint32_t>(state.index);
  start.kind = BlockKind::kToolCall;
  start.tool_call_id = call.id.View();
  start.tool_name = call.name.View();
  start.is_custom = call.is_custom;
  start.is_legacy = call.index == CallState::kLegacyIndex;
  AIPROXY_RETURN_IF_ERROR(blocks_.Open(start, call.handle, out));
  call.is_open = true;
  if (!call.pending.set) return Ok();
  BlockDelta delta;
  delta.text = call.pending.View();
  Status status = blocks_.Append(call.handle, delta, out);
  held_bytes_.Release(call.pending.bytes.size());
  call.pending = {};
  return status;
}

Status ChunkDecoder::AppendArguments(CallState& call, const Value& piece, CodecContext& context,
                                     EventSink& out) {
  // An object in place of its text is read as its text.
  Text text = piece.is_string() ? Text::Of(piece) : Text::Plain(piece.raw(), piece.id());
  if (text.empty()) {
    context.accounting.Use(piece.id());
    return Ok();
  }
  if (call.is_open) {
    BlockDelta delta;
    delta.text = text;
    return blocks_.Append(call.handle, delta, out);
  }
  std::size_t before = call.pending.bytes.size();
  call.pending.Append(text);
  context.accounting.Use(piece.id());
  return held_bytes_.Charge(call.pending.bytes.size() - before, limits_);
}

Status ChunkDecoder::CloseChoice(ChoiceState& state, CodecContext& context, EventSink& out) {
  for (CallState& call : state.calls) {
    if (call.is_open) continue;
    if (!call.name.set && !call.pending.set) continue;  // nothing ever came
    if (!call.id.set) {
      call.id.Append(DerivedCallId(static_cast<std::size_t>(synthesised_++), context.arena));
    }
    if (!call.name.set) call.name.Append(Word(""));
    AIPROXY_RETURN_IF_ERROR(OpenCall(state, call, out));
  }
  state.open = ChoiceState::Open::kNothing;
  return blocks_.CloseAll(static_cast<std::uint32_t>(state.index), out);
}

}  // namespace aiproxy::openai_chat
