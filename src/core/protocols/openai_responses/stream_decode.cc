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
                             "annotation_index", "response", "name", "call_id");
constexpr FieldNames kEnvelope("id", "object", "created_at", "status", "error",
                               "incomplete_details", "model", "output", "usage", "service_tier",
                               "output_text");

/// What the last response says again, and no neutral event but the first.
constexpr FieldNames kRepeated("id", "created_at", "model");

}  // namespace

std::uint64_t HashOf(std::string_view text, std::uint64_t hash) {
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
  hash_ = HashOf(decoded, hash_);
  size_ += decoded.size();
}

bool Told::Continues(std::string_view whole, std::string_view& rest) const {
  if (whole.size() < size_ || HashOf(whole.substr(0, size_)) != hash_) return false;
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
  if (!root.is_object()) return Unexpected(root, "an object as the event");
  return Read(root, frame.event, context, out);
}

Status EventDecoder::Finish(CodecContext& context, EventSink& out) {
  blocks_.Attach(context);
  return done_ ? Ok() : Cut(out);
}

Status EventDecoder::TakeIndex(const Member& member, std::int64_t& index, CodecContext& context) {
  if (member.value.is_null()) return Ok();
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
  if (*value <= sequence_ && !sequence_told_ && TellsLosses(context)) {
    sequence_told_ = true;
    context.accounting.Report(number.id(), kValueDropped,
                              "the numbers of the events do not grow; their order is kept");
  }
  sequence_ = std::max(sequence_, *value);
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
      case kFields("item_id"):
        event.item_id = value;
        context.accounting.Use(value.id());
        break;
      case kFields("call_id"):
        event.call_id = value;
        break;
      case kFields("type"):
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
  // Gateways send the error alone, and OpenAI's SDKs take that for one.
  if (!type.valid() && IsObject(root.Find("error"))) known = Type::kError;
  if (known == Type::kKeepalive) {
    context.accounting.Use(0);
    return Ok();
  }
  if (known == Type::kError || known == Type::kFailed) return Failed(root, context, out);
  Event event;
  AIPROXY_RETURN_IF_ERROR(Sort(root, context, event));
  switch (known) {
    case Type::kCreated:
    case Type::kQueued:
    case Type::kInProgress:
      return Progress(event, context, out);
    case Type::kCompleted:
    case Type::kIncomplete:
    case Type::kCancelled:
      if (IsObject(event.response)) return Terminal(event.response, context, out);
      return Cut(out);
    default:
      break;
  }
  AIPROXY_RETURN_IF_ERROR(EnsureStarted(out));
  switch (known) {
    case Type::kOutputItemAdded:
      return ItemAdded(event, context, out);
    case Type::kOutputItemDone: {
      if (!IsObject(event.item)) return Ok();
      ItemState* item = nullptr;
      bool fresh = items_.empty() || items_.rbegin()->second.is_done;
      AIPROXY_RETURN_IF_ERROR(FindItem(event, fresh, context, item));
      return ItemDone(*item, event.item, context, out);
    }
    case Type::kContentPartAdded:
      return TakePart(event, false, false, context, out);
    case Type::kReasoningSummaryPartAdded:
      return TakePart(event, true, false, context, out);
    case Type::kContentPartDone:
      return TakePart(event, false, true, context, out);
    case Type::kReasoningSummaryPartDone:
      return TakePart(event, true, true, context, out);
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
      return Unknown(event, word, context, out);
  }
}

/// Progress of items that only this protocol knows is told by the item once it is done.
Status EventDecoder::Unknown(const Event& event, const Text& type, CodecContext& context,
                             EventSink& out) {
  const ItemState* item = Known(event.output_index);
  bool told = item != nullptr && item->kind == ItemState::Kind::kOpaque;
  told = told || std::find(unknown_.begin(), unknown_.end(), type.bytes) != unknown_.end();
  if (told) {
    context.accounting.Use(0);
    return Ok();
  }
  if (unknown_.size() < limits_.max_open_blocks) unknown_.emplace_back(type.bytes);
  OpaqueEvent opaque;
  opaque.protocol = kId;
  opaque.name = type;
  opaque.value = Raw::Of(event.root);
  return out.OnEvent(opaque);
}

/// A response before its end. What it has answered already comes again, or is owed.
Status EventDecoder::Progress(const Event& event, CodecContext& context, EventSink& out) {
  const Value& response = event.response;
  if (!IsObject(response)) return Ok();
  bool first = !started_;
  if (first) AIPROXY_RETURN_IF_ERROR(Begin(response, context, out));
  for (Member member : response.members()) {
    bool known = kEnvelope.Find(member.key) != kEnvelope.kUnknown || IsDefaultEcho(member);
    if (first)
      Remember(member);
    else if (known)
      context.accounting.Use(member.value.id());
    else
      UseTold(member, context);
  }
  Value output = response.Find("output");
  if (!IsArray(output)) return Ok();
  std::int64_t index = 0;
  for (Value item : output.items()) {
    ItemState* state = nullptr;
    if (!item.is_object()) continue;
    AIPROXY_RETURN_IF_ERROR(FindItem(index++, state));
    state->owes_whole = state->owes_whole || state->kind == ItemState::Kind::kUnknown;
  }
  return Ok();
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
  for (Member member : response.members()) {
    if (kRepeated.Find(member.key) != kRepeated.kUnknown) Remember(member);
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

Status EventDecoder::Failed(const Value& root, CodecContext& context, EventSink& out) {
  StreamError event;
  Value response = root.Find("response");
  Value nested = root.Find("error");
  if (IsObject(response)) {
    if (Value error = response.Find("error"); IsObject(error)) {
      DecodeFailure(error, context, event.error);
    }
    UseFailedResponse(response, context);
  } else if (IsObject(nested)) {
    openai::DecodeError(root, 0, kId, context, event.error);
  } else {
    DecodeFailure(root, context, event.error);
    event.error.type = {};
    event.error.inner_extras = {};
  }
  UseErrorEvent(root, context);
  event.error.protocol = kId;
  event.error.node = root.id();
  event.error.style = 0;
  event.error.extras = {};
  event.error.status = StatusOf(event.error.kind);
  done_ = true;
  return out.OnEvent(event);
}

/// What the event says beside its error; beside a nested one the flat form repeats it.
void EventDecoder::UseErrorEvent(const Value& root, CodecContext& context) {
  static constexpr FieldNames kFlat("code", "message", "param", "event_id");
  bool nested = IsObject(root.Find("error")) || IsObject(root.Find("response"));
  for (Member member : root.members()) {
    bool word = member.key.Is("type") || member.key.Is("sequence_number");
    bool repeated = nested && kFlat.Find(member.key) != kFlat.kUnknown;
    if (word || repeated) context.accounting.Use(member.value.id());
  }
}

/// An error is all that counts; but what was answered and never told stays unmarked.
void EventDecoder::UseFailedResponse(const Value& response, CodecContext& context) {
  for (Member member : response.members()) {
    if (member.key.Is("error") && member.value.is_object()) continue;
    if (!member.key.Is("output") || !member.value.is_array() || member.value.empty_container()) {
      context.accounting.Use(member.value.id());
      continue;
    }
    std::int64_t position = 0;
    for (Value item : member.value.items()) {
      bool told = !item.is_object() || Known(position++) != nullptr;
      if (told || !TellsLosses(context)) context.accounting.Use(item.id());
    }
  }
}

Status EventDecoder::Cut(EventSink& out) {
  done_ = true;
  return out.OnEvent(CutStream(kId));
}

std::unique_ptr<StreamDecoder> NewStreamDecoder(const Limits& limits) {
  return std::make_unique<EventDecoder>(limits);
}

}  // namespace aiproxy::openai_responses
