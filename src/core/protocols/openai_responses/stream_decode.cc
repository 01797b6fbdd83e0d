// Streams, reading: events, the envelope, the end.
#include "core/protocols/openai_responses/stream_decode.h"

#include <algorithm>

#include "core/json/field_names.h"
#include "core/model/openai_error.h"
#include "core/model/words.h"
#include "core/stream/copy.h"
#include "core/stream/cut_stream.h"

namespace aiproxy::openai_responses {

namespace {

enum class Type : std::uint8_t {
  kCreated,
  kInProgress,
  kQueued,
  kCompleted,
  kIncomplete,
  kFailed,
  kCancelled,
  kOutputItemAdded,
  kOutputItemDone,
  kContentPartAdded,
  kContentPartDone,
  kOutputTextDelta,
  kOutputTextDone,
  kOutputTextAnnotationAdded,
  kRefusalDelta,
  kRefusalDone,
  kReasoningTextDelta,
  kReasoningTextDone,
  kReasoningSummaryPartAdded,
  kReasoningSummaryPartDone,
  kReasoningSummaryTextDelta,
  kReasoningSummaryTextDone,
  kFunctionCallArgumentsDelta,
  kFunctionCallArgumentsDone,
  kCustomToolCallInputDelta,
  kCustomToolCallInputDone,
  kError,
  kKeepalive,
  kUnknown,
};

struct TypeWord {
  std::string_view word;
  Type type;
};
/// The most frequent ones first.
constexpr TypeWord kTypes[] = {
    {"response.output_text.delta", Type::kOutputTextDelta},
    {"response.refusal.delta", Type::kRefusalDelta},
    {"response.reasoning_text.delta", Type::kReasoningTextDelta},
    {"response.reasoning_summary_text.delta", Type::kReasoningSummaryTextDelta},
    {"response.function_call_arguments.delta", Type::kFunctionCallArgumentsDelta},
    {"response.custom_tool_call_input.delta", Type::kCustomToolCallInputDelta},
    {"response.created", Type::kCreated},
    {"response.in_progress", Type::kInProgress},
    {"response.queued", Type::kQueued},
    {"response.completed", Type::kCompleted},
    {"response.incomplete", Type::kIncomplete},
    {"response.failed", Type::kFailed},
    {"response.cancelled", Type::kCancelled},
    {"response.output_item.added", Type::kOutputItemAdded},
    {"response.output_item.done", Type::kOutputItemDone},
    {"response.content_part.added", Type::kContentPartAdded},
    {"response.content_part.done", Type::kContentPartDone},
    {"response.output_text.done", Type::kOutputTextDone},
    {"response.output_text.annotation.added", Type::kOutputTextAnnotationAdded},
    {"response.refusal.done", Type::kRefusalDone},
    {"response.reasoning_text.done", Type::kReasoningTextDone},
    {"response.reasoning_summary_part.added", Type::kReasoningSummaryPartAdded},
    {"response.reasoning_summary_part.done", Type::kReasoningSummaryPartDone},
    {"response.reasoning_summary_text.done", Type::kReasoningSummaryTextDone},
    {"response.function_call_arguments.done", Type::kFunctionCallArgumentsDone},
    {"response.custom_tool_call_input.done", Type::kCustomToolCallInputDone},
    {"error", Type::kError},
    {"keepalive", Type::kKeepalive},
};

Type TypeOf(std::string_view word) {
  for (const TypeWord& row : kTypes) {
    if (row.word == word) return row.type;
  }
  return Type::kUnknown;
}

constexpr FieldNames kFields("type", "sequence_number", "item_id", "output_index", "content_index",
                             "summary_index", "obfuscation", "item", "part", "delta", "text",
                             "refusal", "arguments", "input", "logprobs", "annotation",
                             "annotation_index", "response", "name");
constexpr FieldNames kEnvelope("id", "object", "created_at", "status", "error",
                               "incomplete_details", "model", "output", "usage", "service_tier",
                               "output_text");

}  // namespace

std::uint64_t Told::Hash(std::uint64_t hash, std::string_view text) {
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

void Told::Add(const Text& text, std::string& buffer) {
  std::string_view decoded = text.bytes;
  if (text.spelling == Text::Spelling::kEscaped) {
    buffer.clear();
    DecodeString(text.bytes, buffer);
    decoded = buffer;
  }
  hash_ = Hash(hash_, decoded);
  size_ += decoded.size();
}

bool Told::Continues(std::string_view whole, std::string_view& rest) const {
  if (whole.size() < size_ || Hash(kStart, whole.substr(0, size_)) != hash_) return false;
  rest = whole.substr(size_);
  return true;
}

Status EventDecoder::Push(const Frame& frame, CodecContext& context, EventSink& out) {
  if (done_) return Ok();
  blocks_.Attach(context);
  if (frame.data.empty()) return Ok();
  if (frame.data == "[DONE]") return started_ ? Cut(out) : Ok();
  AIPROXY_RETURN_IF_ERROR(context.document().Parse(frame.data, limits_.Event()));
  Value root(context.document(), 0);
  if (!root.is_object()) {
    return context.document().ErrorAt(
        0, "expected an object as the event, got " + std::string(Describe(root.kind())));
  }
  return Read(root, frame.event, context, out);
}

Status EventDecoder::Finish(CodecContext& context, EventSink& out) {
  blocks_.Attach(context);
  return done_ ? Ok() : Cut(out);
}

Status EventDecoder::TakeIndex(const Member& member, std::int64_t& index, CodecContext& context) {
  std::optional<std::int64_t> number = member.value.Int();
  if (!number || *number < 0) {
    return context.document().ErrorAt(member.value.id(), "expected an index from 0 on, got '" +
                                                             std::string(member.value.raw()) + "'");
  }
  index = *number;
  context.accounting.Use(member.value.id());
  return Ok();
}

/// The order on the wire is what counts; numbers out of order are told once.
void EventDecoder::CheckSequence(const Value& number, CodecContext& context) {
  std::optional<std::int64_t> value = number.Int();
  context.accounting.Use(number.id());
  if (!value) return;
  std::string_view target = context.accounting.target();
  bool numbered_anew = target == kId || target == "neutral";
  if (*value <= sequence_ && !sequence_told_ && !numbered_anew) {
    sequence_told_ = true;
    context.accounting.Report(number.id(), kValueDropped,
                              "the numbers of the events do not grow; their order is kept");
  }
  sequence_ = std::max(sequence_, *value);
}

/// Of an event that does not say which item it is about: it brings a new one, or goes on with the
/// last.
std::int64_t EventDecoder::NextIndex() const {
  return items_.empty() ? 0 : items_.back().index + 1;
}

Status EventDecoder::Sort(const Value& root, CodecContext& context, Event& event) {
  event.root = root;
  for (Member member : root.members()) {
    const Value& value = member.value;
    switch (kFields.Find(member.key)) {
      case kFields("sequence_number"):
        CheckSequence(value, context);
        break;
      case kFields("output_index"):
        AIPROXY_RETURN_IF_ERROR(TakeIndex(member, event.output_index, context));
        break;
      case kFields("content_index"):
      case kFields("summary_index"):
        AIPROXY_RETURN_IF_ERROR(TakeIndex(member, event.part_index, context));
        break;
      case kFields("type"):
      case kFields("item_id"):
      case kFields("obfuscation"):
      case kFields("annotation_index"):
      case kFields("name"):
        context.accounting.Use(value.id());
        break;
      case kFields("item"):
        event.item = value;
        break;
      case kFields("part"):
        event.part = value;
        break;
      case kFields("delta"):
        event.delta = value;
        break;
      case kFields("text"):
      case kFields("refusal"):
      case kFields("arguments"):
      case kFields("input"):
        event.text = value;
        break;
      case kFields("logprobs"):
        event.logprobs = value;
        if (value.is_array()) UseIfEmpty(value, context);
        break;
      case kFields("annotation"):
        event.annotation = value;
        break;
      case kFields("response"):
        event.response = value;
        break;
      default:
        break;  // unmarked, and so reported
    }
  }
  return Ok();
}

Status EventDecoder::Read(const Value& root, std::string_view name, CodecContext& context,
                          EventSink& out) {
  Value type = root.Find("type");
  Text word = IsString(type) ? Text::Of(type) : Text::Plain(name);
  Type known = TypeOf(word.bytes);
  if (known == Type::kKeepalive || known == Type::kQueued) {
    context.accounting.Use(0);
    return Ok();
  }
  if (known == Type::kError) return Failed(root, context, out);
  Event event;
  AIPROXY_RETURN_IF_ERROR(Sort(root, context, event));
  switch (known) {
    case Type::kCreated:
    case Type::kInProgress:
      if (!started_ && IsObject(event.response)) return Begin(event.response, context, out);
      context.accounting.Use(0);
      return Ok();
    case Type::kCompleted:
    case Type::kIncomplete:
    case Type::kCancelled:
      if (IsObject(event.response)) return Terminal(event.response, context, out);
      return Cut(out);
    case Type::kFailed:
      return Failed(root, context, out);
    default:
      break;
  }
  AIPROXY_RETURN_IF_ERROR(EnsureStarted(out));
  if (event.output_index < 0) {
    bool fresh = known == Type::kOutputItemAdded ||
                 (known == Type::kOutputItemDone && (items_.empty() || items_.back().is_done));
    event.output_index = fresh || items_.empty() ? NextIndex() : items_.back().index;
  }
  switch (known) {
    case Type::kOutputItemAdded:
      return ItemAdded(event, context, out);
    case Type::kOutputItemDone: {
      ItemState* item = nullptr;
      AIPROXY_RETURN_IF_ERROR(FindItem(event.output_index, item));
      if (!IsObject(event.item)) return Ok();
      return ItemDone(*item, event.item, context, out);
    }
    case Type::kContentPartAdded:
      return PartAdded(event, false, context, out);
    case Type::kReasoningSummaryPartAdded:
      return PartAdded(event, true, context, out);
    case Type::kContentPartDone:
      return PartDone(event, false, context, out);
    case Type::kReasoningSummaryPartDone:
      return PartDone(event, true, context, out);
    case Type::kOutputTextDelta:
      return Delta(event, BlockKind::kText, false, context, out);
    case Type::kOutputTextDone:
      return TextDone(event, BlockKind::kText, false, context, out);
    case Type::kOutputTextAnnotationAdded:
      return Annotation(event, context, out);
    case Type::kRefusalDelta:
      return Delta(event, BlockKind::kRefusal, false, context, out);
    case Type::kRefusalDone:
      return TextDone(event, BlockKind::kRefusal, false, context, out);
    case Type::kReasoningTextDelta:
      return Delta(event, BlockKind::kReasoning, false, context, out);
    case Type::kReasoningTextDone:
      return TextDone(event, BlockKind::kReasoning, false, context, out);
    case Type::kReasoningSummaryTextDelta:
      return Delta(event, BlockKind::kReasoning, true, context, out);
    case Type::kReasoningSummaryTextDone:
      return TextDone(event, BlockKind::kReasoning, true, context, out);
    case Type::kFunctionCallArgumentsDelta:
    case Type::kCustomToolCallInputDelta:
      return Delta(event, BlockKind::kToolCall, false, context, out);
    case Type::kFunctionCallArgumentsDone:
    case Type::kCustomToolCallInputDone:
      return TextDone(event, BlockKind::kToolCall, false, context, out);
    default:
      return Unknown(root, word, event.output_index, context, out);
  }
}

/// Progress of items that only this protocol knows is told by the item once it is done.
Status EventDecoder::Unknown(const Value& root, const Text& type, std::int64_t output_index,
                             CodecContext& context, EventSink& out) {
  for (const ItemState& item : items_) {
    if (item.index != output_index || item.kind != ItemState::Kind::kOpaque) continue;
    context.accounting.Use(0);
    return Ok();
  }
  for (const std::string& told : unknown_) {
    if (told != type.bytes) continue;
    context.accounting.Use(0);
    return Ok();
  }
  if (unknown_.size() < limits_.max_open_blocks) unknown_.emplace_back(type.bytes);
  OpaqueEvent event;
  event.protocol = kId;
  event.name = type;
  event.value = Raw::Of(root);
  return out.OnEvent(event);
}

Status EventDecoder::EnsureStarted(EventSink& out) {
  if (started_) return Ok();
  started_ = true;
  StreamStart start;
  start.protocol = kId;
  return out.OnEvent(start);
}

Status EventDecoder::Begin(const Value& response, CodecContext& context, EventSink& out) {
  started_ = true;
  Taker take(context);
  StreamStart start;
  start.protocol = kId;
  for (Member member : response.members()) {
    const Value& value = member.value;
    switch (kEnvelope.Find(member.key)) {
      case kEnvelope("id"):
        take.Take(member, start.id, start.extras);
        break;
      case kEnvelope("model"):
        take.Take(member, start.model, start.extras);
        break;
      case kEnvelope("created_at"):
        take.Take(member, start.created, start.extras);
        break;
      case kEnvelope.kUnknown:
        KeepEcho(member, take, start.extras);
        break;
      default:
        take.Use(value);  // said by the end of the stream
    }
  }
  issuer_ = IssuerOfModel(start.model.Decode(context.arena));
  std::size_t bytes = 0;
  for (const ExtraMember& extra : start.extras) {
    bytes += extra.value.json.size();
    envelope_.push_back(arena_, {extra.name.CopyTo(arena_), CopySqueezed(extra.value, arena_)});
  }
  if (bytes > limits_.max_accumulated_bytes)
    return LimitExceeded("the first response is too large");
  return out.OnEvent(start);
}

Status EventDecoder::Terminal(const Value& response, CodecContext& context, EventSink& out) {
  if (!started_) AIPROXY_RETURN_IF_ERROR(Begin(response, context, out));
  Value output = response.Find("output");
  if (IsArray(output)) {
    std::int64_t index = 0;
    for (Value item : output.items()) {
      if (!item.is_object()) continue;
      ItemState* state = nullptr;
      AIPROXY_RETURN_IF_ERROR(FindItem(index++, state));
      if (!state->is_done) AIPROXY_RETURN_IF_ERROR(ItemDone(*state, item, context, out));
    }
    context.accounting.Use(output.id());
  }
  AIPROXY_RETURN_IF_ERROR(blocks_.CloseAll(out));
  StreamFinish finish;
  finish.reason = DecodeFinish(response, has_call_);
  using Kind = FinishReason::Kind;
  if (finish.reason.kind == Kind::kUnset)
    finish.reason.kind = has_call_ ? Kind::kToolCalls : Kind::kStop;
  AIPROXY_RETURN_IF_ERROR(out.OnEvent(finish));
  AIPROXY_RETURN_IF_ERROR(SendRest(response, context, out));
  done_ = true;
  return out.OnEvent(StreamEnd{});
}

/// Usage, and what the last response says otherwise than the first.
Status EventDecoder::SendRest(const Value& response, CodecContext& context, EventSink& out) {
  Taker take(context);
  StreamUsage usage;
  StreamMetadata metadata;
  for (Member member : response.members()) {
    const Value& value = member.value;
    int field = kEnvelope.Find(member.key);
    if (field == kEnvelope("usage") && value.is_object()) {
      DecodeUsage(value, context, usage.usage);
    } else if (field == kEnvelope("service_tier") && value.is_string() &&
               openai::DecodeServiceTier(value, usage.service_tier)) {
      continue;
    } else if (field != kEnvelope.kUnknown) {
      bool said = field != kEnvelope("status") && field != kEnvelope("incomplete_details");
      bool reason = field == kEnvelope("status") && value.is_string() &&
                    (value.Is("completed") || value.Is("incomplete"));
      if (said || reason) take.Use(value);
    } else {
      Output squeezed;
      AppendSqueezed(value.raw(), squeezed);
      bool same = false;
      for (const ExtraMember& extra : envelope_) {
        same = same ||
               (extra.name.bytes == member.key.body() && extra.value.json == squeezed.ToString());
      }
      if (same)
        take.Use(value);
      else if (!value.is_null())
        KeepEcho(member, take, metadata.extras);
    }
  }
  if (!metadata.extras.empty()) AIPROXY_RETURN_IF_ERROR(out.OnEvent(metadata));
  if (!usage.usage.present() && !usage.service_tier.present()) return Ok();
  return out.OnEvent(usage);
}

Status EventDecoder::Failed(const Value& root, CodecContext& context, EventSink& out) {
  StreamError event;
  Value response = root.Find("response");
  Value nested = root.Find("error");
  if (IsObject(response)) {
    Value error = response.Find("error");
    if (IsObject(error)) DecodeFailure(error, context, event.error);
  } else if (IsObject(nested)) {
    openai::DecodeError(root, 0, kId, context, event.error);
  } else {
    DecodeFailure(root, context, event.error);
    event.error.type = {};
    event.error.inner_extras = {};
  }
  for (Member member : root.members()) {
    bool told = nested.valid() && member.value.id() == nested.id();
    bool flat = !IsObject(nested) && !IsObject(response);
    bool word = member.key.Is("type") || member.key.Is("sequence_number");
    if ((word || !flat) && !told) context.accounting.Use(member.value.id());
  }
  event.error.protocol = kId;
  event.error.node = root.id();
  event.error.style = 0;
  event.error.extras = {};
  event.error.status = StatusOf(event.error.kind);
  done_ = true;
  return out.OnEvent(event);
}

Status EventDecoder::Cut(EventSink& out) {
  done_ = true;
  return out.OnEvent(CutStream(kId));
}

std::unique_ptr<StreamDecoder> NewStreamDecoder(const Limits& limits) {
  return std::make_unique<EventDecoder>(limits);
}

}  // namespace aiproxy::openai_responses
