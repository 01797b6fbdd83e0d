// Streams, reading: the delta of a choice, its text, reasoning and finish.
#include "core/model/openai_logprobs.h"
#include "core/model/words.h"
#include "core/protocols/openai_chat/stream_decode.h"

namespace aiproxy::openai_chat {

namespace {

constexpr FieldNames kChoiceFields("index", "delta", "finish_reason", "logprobs");
constexpr FieldNames kDeltaFields("role", "content", "refusal", "reasoning_content", "reasoning",
                                  "reasoning_details", "tool_calls", "function_call", "annotations",
                                  "audio");

bool HasText(const Value& value) { return IsString(value) && !value.body().empty(); }

bool IsEmpty(const Value& value) {
  return (value.is_string() && value.body().empty()) ||
         (value.is_array() && value.empty_container());
}

/// "" says nothing, and is said often.
void UseEmpty(const Value& value, CodecContext& context) {
  if (value.valid() && IsEmpty(value)) context.accounting.Use(value.id());
}

bool SaysNothing(const Value& value) { return !value.valid() || value.is_null() || IsEmpty(value); }

void UseEmptyTexts(const ReasoningPart& part, CodecContext& context) {
  for (const Text& text : {part.text, part.signature}) {
    if (text.present() && text.empty()) context.accounting.Use(text.node);
  }
}

BlockKind KindOf(ChoiceState::Open open) {
  switch (open) {
    case ChoiceState::Open::kRefusal:
      return BlockKind::kRefusal;
    case ChoiceState::Open::kReasoning:
      return BlockKind::kReasoning;
    case ChoiceState::Open::kNothing:
    case ChoiceState::Open::kText:
      break;
  }
  return BlockKind::kText;
}

}  // namespace

Status ChunkDecoder::FindChoice(std::int64_t index, ChoiceState*& state) {
  for (ChoiceState& known : choices_) {
    if (known.index == index) {
      state = &known;
      return Ok();
    }
  }
  if (choices_.size() >= limits_.max_open_blocks) {
    return LimitExceeded("the stream has more than " + std::to_string(limits_.max_open_blocks) +
                         " choices");
  }
  state = &choices_.emplace_back();
  state->index = index;
  return Ok();
}

Status ChunkDecoder::ReadChoice(const Value& choice, CodecContext& context, EventSink& out) {
  Taker take(context);
  std::int64_t index = 0;
  Value delta, finish, logprobs;
  Extras extras;
  for (Member member : choice.members()) {
    const Value& value = member.value;
    switch (kChoiceFields.Find(member.key)) {
      case kChoiceFields("index"): {
        std::optional<std::int64_t> number = value.Int();
        if (number && *number >= 0 && *number <= 0x7fffffff) {
          index = *number;
          take.Use(value);
        }
        break;
      }
      case kChoiceFields("delta"):
        delta = value;
        break;
      case kChoiceFields("finish_reason"):
        finish = value;
        break;
      case kChoiceFields("logprobs"):
        logprobs = value;
        break;
      default:
        if (!value.is_null()) take.Keep(member, extras);
    }
  }
  ChoiceState* state = nullptr;
  AIPROXY_RETURN_IF_ERROR(FindChoice(index, state));
  AIPROXY_RETURN_IF_ERROR(KeepExtras(*state, extras, context));
  if (IsObject(delta)) {
    AIPROXY_RETURN_IF_ERROR(ReadDelta(*state, delta, logprobs, context, out));
  }
  only_text_ = only_text_ && extras.empty() && !IsObject(logprobs) && SaysNothing(finish);
  if (!IsString(finish)) return Ok();
  // 360 sends "" until it has something to say; "error" comes with the error beside it.
  if (finish.body().empty() || finish.Is("error")) {
    take.Use(finish);
    return Ok();
  }
  return ReadFinish(*state, finish, context, out);
}

Status ChunkDecoder::ReadDelta(ChoiceState& state, const Value& object, const Value& logprobs,
                               CodecContext& context, EventSink& out) {
  Taker take(context);
  Delta delta;
  UseIfEmpty(object, context);
  for (Member member : object.members()) {
    const Value& value = member.value;
    switch (kDeltaFields.Find(member.key)) {
      case kDeltaFields("role"):
        delta.role = value;
        break;
      case kDeltaFields("content"):
        delta.content = value;
        break;
      case kDeltaFields("refusal"):
        delta.refusal = value;
        break;
      case kDeltaFields("reasoning_content"):
        delta.reasoning_content = value;
        break;
      case kDeltaFields("reasoning"):
        delta.reasoning = value;
        break;
      case kDeltaFields("reasoning_details"):
        delta.details = value;
        break;
      case kDeltaFields("tool_calls"):
        delta.tool_calls = value;
        break;
      case kDeltaFields("function_call"):
        delta.function_call = value;
        break;
      case kDeltaFields("annotations"):
        delta.annotations = value;
        break;
      case kDeltaFields("audio"):
        delta.audio = value;
        break;
      default:
        if (!value.is_null()) take.Keep(member, delta.extras);
    }
  }
  only_text_ = only_text_ && delta.extras.empty();
  for (const Value& value :
       {delta.refusal, delta.reasoning_content, delta.reasoning, delta.details, delta.tool_calls,
        delta.function_call, delta.annotations, delta.audio}) {
    only_text_ = only_text_ && SaysNothing(value);
  }
  if (IsString(delta.role) && (delta.role.Is("assistant") || delta.role.body().empty())) {
    take.Use(delta.role);
  }
  for (const Value& value : {delta.content, delta.refusal, delta.tool_calls, delta.annotations}) {
    UseEmpty(value, context);
  }
  if (state.finished) {  // what comes late and says something stays unmarked, and is reported
    for (const Value& value : {delta.reasoning_content, delta.reasoning, delta.details}) {
      UseEmpty(value, context);
    }
    return Ok();
  }
  AIPROXY_RETURN_IF_ERROR(ReadReasoning(state, delta, context, out));
  BlockDelta text;
  BlockDelta refusal;
  if (IsObject(logprobs)) TakeLogprobs(logprobs, context, text, refusal);
  text.extras = delta.extras;
  if (delta.content.valid()) {
    AIPROXY_RETURN_IF_ERROR(ReadContent(state, delta.content, text, context, out));
  }
  if (HasText(delta.refusal)) {
    refusal.text = Text::Of(delta.refusal);
    AIPROXY_RETURN_IF_ERROR(AppendText(state, ChoiceState::Open::kRefusal, refusal, out));
  }
  if (IsArray(delta.annotations)) {
    AIPROXY_RETURN_IF_ERROR(ReadAnnotations(state, delta.annotations, context, out));
  }
  if (IsObject(delta.audio)) AIPROXY_RETURN_IF_ERROR(ReadAudio(state, delta.audio, context, out));
  if (IsArray(delta.tool_calls)) {
    AIPROXY_RETURN_IF_ERROR(ReadToolCalls(state, delta.tool_calls, context, out));
  }
  if (IsObject(delta.function_call))
    return ReadFunctionCall(state, delta.function_call, context, out);
  return Ok();
}

void ChunkDecoder::TakeLogprobs(const Value& logprobs, CodecContext& context, BlockDelta& text,
                                BlockDelta& refusal) {
  UseIfEmpty(logprobs, context);
  for (Member member : logprobs.members()) {
    bool of_refusal = member.key.Is("refusal");
    if (!member.value.is_array() || (!of_refusal && !member.key.Is("content"))) continue;
    UseEmpty(member.value, context);
    List<TokenLogprob>& list = of_refusal ? refusal.logprobs : text.logprobs;
    for (Value item : member.value.items()) {
      list.push_back(context.arena, ReadOpenAiLogprob(item, context.arena));
    }
  }
}

/// A string, or a list of {"text": "..."} as some vendors send it.
Status ChunkDecoder::ReadContent(ChoiceState& state, const Value& content, BlockDelta& delta,
                                 CodecContext& context, EventSink& out) {
  if (HasText(content)) {
    delta.text = Text::Of(content);
    text_ = content;
    text_choice_ = static_cast<std::size_t>(&state - choices_.data());
    return AppendText(state, ChoiceState::Open::kText, delta, out);
  }
  if (!content.is_array()) return Ok();
  for (Value part : content.items()) {
    Value type = part.is_object() ? part.Find("type") : Value();
    Value text = part.is_object() ? part.Find("text") : Value();
    if (!IsString(text) || (type.valid() && !(type.is_string() && type.Is("text")))) continue;
    if (type.valid()) context.accounting.Use(type.id());
    UseEmpty(text, context);
    if (!HasText(text)) continue;
    delta.text = Text::Of(text);
    AIPROXY_RETURN_IF_ERROR(AppendText(state, ChoiceState::Open::kText, delta, out));
    delta.logprobs = {};
    delta.extras = {};
  }
  return Ok();
}

Status ChunkDecoder::ReadReasoning(ChoiceState& state, const Delta& delta, CodecContext& context,
                                   EventSink& out) {
  bool told = false;
  if (IsArray(delta.details)) {
    UseEmpty(delta.details, context);
    for (Value entry : delta.details.items()) {
      AIPROXY_RETURN_IF_ERROR(ReadDetail(state, entry, told, context, out));
    }
  }
  for (const Value& value : {delta.reasoning_content, delta.reasoning}) {
    if (!IsString(value)) continue;
    if (told || value.body().empty()) {  // a repetition, or nothing
      context.accounting.Use(value.id());
      continue;
    }
    told = true;
    if (state.open == ChoiceState::Open::kReasoning && state.is_signed) {
      AIPROXY_RETURN_IF_ERROR(CloseBlock(state, out));
      AIPROXY_RETURN_IF_ERROR(OpenBlock(state, ChoiceState::Open::kReasoning, {}, out));
      state.takes_signature = true;
    }
    BlockDelta piece;
    piece.text = Text::Of(value);
    AIPROXY_RETURN_IF_ERROR(AppendText(state, ChoiceState::Open::kReasoning, piece, out));
  }
  return Ok();
}

Status ChunkDecoder::ReadDetail(ChoiceState& state, const Value& entry, bool& told,
                                CodecContext& context, EventSink& out) {
  Value number = entry.is_object() ? entry.Find("index") : Value();
  std::int64_t index =
      number.valid() ? number.Int().value_or(state.detail_index) : state.detail_index;
  Part part =
      DecodeReasoningDetail(entry, static_cast<std::size_t>(index < 0 ? 0 : index), context);
  const ReasoningPart* reasoning = std::get_if<ReasoningPart>(&part.variant());
  if (reasoning == nullptr) return Ok();  // of an unknown type: stays unmarked, and is reported
  if (reasoning->encrypted.present()) {
    AIPROXY_RETURN_IF_ERROR(CloseBlock(state, out));
    BlockStart start;
    start.candidate = static_cast<std::uint32_t>(state.index);
    start.kind = BlockKind::kReasoning;
    start.encrypted = reasoning->encrypted;
    start.reasoning_id = reasoning->id;
    start.issuer = reasoning->issuer;
    std::uint32_t handle = 0;
    AIPROXY_RETURN_IF_ERROR(blocks_.Open(start, handle, out));
    state.detail_index = index + 1;
    return blocks_.Close(handle, out);
  }
  UseEmptyTexts(*reasoning, context);
  if (reasoning->text.empty() && reasoning->signature.empty()) return Ok();
  if (reasoning->issuer == Issuer::kGoogle && reasoning->text.empty()) {
    AIPROXY_RETURN_IF_ERROR(CloseBlock(state, out));
    AIPROXY_RETURN_IF_ERROR(OpenBlock(state, ChoiceState::Open::kReasoning, *reasoning, out));
    state.detail_index = index + 1;
    BlockDelta signature;
    signature.signature = reasoning->signature;
    AIPROXY_RETURN_IF_ERROR(blocks_.Append(state.handle, signature, out));
    return CloseBlock(state, out);
  }
  bool same_block = state.open == ChoiceState::Open::kReasoning &&
                    (state.takes_signature ? reasoning->text.empty() : state.detail_index == index);
  if (!same_block) {
    AIPROXY_RETURN_IF_ERROR(CloseBlock(state, out));
    AIPROXY_RETURN_IF_ERROR(OpenBlock(state, ChoiceState::Open::kReasoning, *reasoning, out));
  }
  state.detail_index = index;
  state.takes_signature = false;
  told = told || !reasoning->text.empty();
  BlockDelta piece;
  if (!reasoning->text.empty()) piece.text = reasoning->text;
  if (!reasoning->signature.empty()) {
    piece.signature = reasoning->signature;
    piece.issuer = reasoning->issuer;
    // A signature before all text belongs to the text that comes.
    state.is_signed = same_block || !reasoning->text.empty();
  }
  return blocks_.Append(state.handle, piece, out);
}

Status ChunkDecoder::ReadAnnotations(ChoiceState& state, const Value& list, CodecContext& context,
                                     EventSink& out) {
  if (state.open != ChoiceState::Open::kText) return Ok();
  for (Value item : list.items()) {
    AIPROXY_RETURN_IF_ERROR(blocks_.Cite(state.handle, DecodeAnnotation(item, context), out));
  }
  return Ok();
}

/// Spoken output: a block of its own for each piece, because nothing says where it ends.
Status ChunkDecoder::ReadAudio(ChoiceState& state, const Value& audio, CodecContext&,
                               EventSink& out) {
  AIPROXY_RETURN_IF_ERROR(CloseBlock(state, out));
  BlockStart start;
  start.candidate = static_cast<std::uint32_t>(state.index);
  start.kind = BlockKind::kOpaque;
  start.protocol = kId;
  start.opaque_kind = Word("audio");
  start.value = Raw::Of(audio);
  std::uint32_t handle = 0;
  AIPROXY_RETURN_IF_ERROR(blocks_.Open(start, handle, out));
  return blocks_.Close(handle, out);
}

/// Content filter results and the like: they wait for the finish, which has a place for them.
Status ChunkDecoder::KeepExtras(ChoiceState& state, const Extras& extras, CodecContext& context) {
  if (extras.empty() || state.finished || !HasPlaceForExtras(context)) return Ok();
  for (const ExtraMember& extra : extras) {
    KeptExtra* kept = nullptr;
    for (KeptExtra& known : state.extras) {
      if (known.name == extra.name.bytes) kept = &known;
    }
    if (kept == nullptr) kept = &state.extras.emplace_back();
    held_bytes_.Release(kept->json.size());
    kept->name = extra.name.bytes;
    kept->name_is_escaped = extra.name.spelling == Text::Spelling::kEscaped;
    // Without white space: a line end in it would break the frame that it goes out in.
    Output squeezed;
    AppendSqueezed(extra.value.json, squeezed);
    kept->json = squeezed.ToString();
    context.accounting.Use(extra.value.node);
    AIPROXY_RETURN_IF_ERROR(held_bytes_.Charge(kept->json.size(), limits_));
  }
  return Ok();
}

Status ChunkDecoder::ReadFinish(ChoiceState& state, const Value& word, CodecContext& context,
                                EventSink& out) {
  if (state.finished) {
    context.accounting.Use(word.id());
    return Ok();
  }
  AIPROXY_RETURN_IF_ERROR(CloseChoice(state, context, out));
  state.finished = true;
  StreamFinish finish;
  finish.candidate = static_cast<std::uint32_t>(state.index);
  finish.reason = DecodeFinish(word);
  for (const KeptExtra& extra : state.extras) {
    Text name = Word(extra.name);
    if (extra.name_is_escaped) name.spelling = Text::Spelling::kEscaped;
    finish.extras.push_back(context.arena, {name, {extra.json, kNoNode}});
  }
  return out.OnEvent(finish);
}

Status ChunkDecoder::AppendText(ChoiceState& state, ChoiceState::Open kind, const BlockDelta& delta,
                                EventSink& out) {
  if (state.open != kind) {
    AIPROXY_RETURN_IF_ERROR(CloseBlock(state, out));
    AIPROXY_RETURN_IF_ERROR(OpenBlock(state, kind, {}, out));
  }
  return blocks_.Append(state.handle, delta, out);
}

Status ChunkDecoder::OpenBlock(ChoiceState& state, ChoiceState::Open kind,
                               const ReasoningPart& form, EventSink& out) {
  BlockStart start;
  start.candidate = static_cast<std::uint32_t>(state.index);
  start.kind = KindOf(kind);
  start.issuer = form.issuer;
  start.is_summary = form.is_summary;
  start.reasoning_id = form.id;
  AIPROXY_RETURN_IF_ERROR(blocks_.Open(start, state.handle, out));
  state.open = kind;
  state.is_signed = false;
  state.takes_signature = false;
  return Ok();
}

Status ChunkDecoder::CloseBlock(ChoiceState& state, EventSink& out) {
  if (state.open == ChoiceState::Open::kNothing) return Ok();
  state.open = ChoiceState::Open::kNothing;
  return blocks_.Close(state.handle, out);
}

}  // namespace aiproxy::openai_chat
