// Streams, from the wire: https://platform.claude.com/docs/en/build-with-claude/streaming
#include <algorithm>
#include <string>
#include <vector>

#include "core/json/field_names.h"
#include "core/model/foreign_reasoning.h"
#include "core/protocols/anthropic_messages/wire.h"
#include "core/stream/aws_failure.h"
#include "core/stream/block_sequencer.h"
#include "core/stream/cut_stream.h"
#include "core/stream/held_bytes.h"
#include "core/stream/opaque_event.h"

namespace aiproxy::anthropic_messages {

namespace {

constexpr FieldNames kEvents("message_start", "content_block_start", "content_block_delta",
                             "content_block_stop", "message_delta", "message_stop", "ping",
                             "error");
constexpr FieldNames kDeltas("text_delta", "thinking_delta", "input_json_delta", "signature_delta",
                             "citations_delta");

Value FindString(const Value& object, std::string_view name) {
  Value value = object.Find(name);
  return value.valid() && value.is_string() ? value : Value();
}

Value FindObject(const Value& object, std::string_view name) {
  Value value = object.Find(name);
  return value.valid() && value.is_object() ? value : Value();
}

class Decoder final : public StreamDecoder {
 public:
  explicit Decoder(const Limits& limits) : limits_(limits), sequencer_(limits) {}

  Status Push(const Frame& frame, CodecContext& context, EventSink& out) override;
  Status Finish(CodecContext& context, EventSink& out) override;
  bool done() const override { return done_; }

 private:
  struct Block {
    std::int64_t index;
    std::uint32_t handle;
    BlockKind kind;
    bool has_arguments;  // some arrived in deltas
    std::string input;   // the whole input, where the start had it
  };

  Status Dispatch(const Value& root, std::string_view name, CodecContext& context, EventSink& out);
  Status OnMessageStart(const Value& root, CodecContext& context, EventSink& out);
  Status EnsureStarted(EventSink& out);
  Status OnBlockStart(const Value& root, CodecContext& context, EventSink& out);
  Status OnBlockDelta(const Value& root, CodecContext& context, EventSink& out);
  Status OnBlockStop(const Value& root, CodecContext& context, EventSink& out);
  Status OnMessageDelta(const Value& root, CodecContext& context, EventSink& out);
  Status OnMessageStop(const Value& root, CodecContext& context, EventSink& out);
  Status OnError(const Value& root, CodecContext& context, EventSink& out);
  Status OnAwsFailure(const Frame& frame, CodecContext& context, EventSink& out);
  Status OnUnknown(const Value& root, std::string_view name, EventSink& out);

  Status OpenBlock(std::int64_t index, const BlockStart& start, EventSink& out);
  Status StartKnown(const Value& content, std::int64_t index, CodecContext& context,
                    EventSink& out);
  Status AppendText(const Block& block, const Text& text, EventSink& out);
  Status AppendDelta(Block& block, const Value& root, const Value& object, CodecContext& context,
                     EventSink& out);
  Status CloseBlock(std::size_t at, EventSink& out);
  Status CloseAll(EventSink& out);
  Status End(EventSink& out);
  void CountOn(Usage& usage);
  /// Of a signature that shows another one than the model did.
  Issuer OtherIssuer(const Text& signature) const {
    Issuer shown = IssuerOfSecret(signature);
    return shown == issuer_ ? Issuer::kUnknown : shown;
  }
  std::int64_t IndexOf(const Value& root, CodecContext& context) const;
  Block* Find(std::int64_t index);

  const Limits limits_;
  BlockSequencer sequencer_;
  std::vector<Block> blocks_;  // that are open on the wire
  HeldBytes held_bytes_;       // bytes of their inputs
  Issuer issuer_ = Issuer::kAnthropic;
  bool started_ = false;
  bool finished_ = false;  // a stop reason was seen
  bool done_ = false;
  Usage counts_;  // so far: the parts of the input are said at different times
};

Status Decoder::Push(const Frame& frame, CodecContext& context, EventSink& out) {
  if (done_) return Ok();
  if (frame.type != Frame::Type::kEvent) return OnAwsFailure(frame, context, out);
  if (frame.data.empty() || frame.data == "[DONE]") return Ok();
  sequencer_.Attach(context);
  AIPROXY_RETURN_IF_ERROR(context.document().Parse(frame.data, limits_.Event()));
  Value root(context.document(), 0);
  if (!root.is_object()) return Unexpected(root, "an object");
  Value type = root.Find("type");
  if (!type.valid() || !type.is_string() || type.escaped()) {
    return Dispatch(root, frame.event, context, out);
  }
  if (kEvents.Find(type) != decltype(kEvents)::kUnknown) context.accounting.Use(type.id());
  return Dispatch(root, type.body(), context, out);
}

Status Decoder::Dispatch(const Value& root, std::string_view name, CodecContext& context,
                         EventSink& out) {
  switch (kEvents.Find(name)) {
    case kEvents("content_block_delta"):
      return OnBlockDelta(root, context, out);
    case kEvents("content_block_start"):
      return OnBlockStart(root, context, out);
    case kEvents("content_block_stop"):
      return OnBlockStop(root, context, out);
    case kEvents("message_start"):
      return OnMessageStart(root, context, out);
    case kEvents("message_delta"):
      return OnMessageDelta(root, context, out);
    case kEvents("message_stop"):
      return OnMessageStop(root, context, out);
    case kEvents("ping"):
      context.accounting.Use(root.id());
      return Ok();
    case kEvents("error"):
      return OnError(root, context, out);
    default:
      return OnUnknown(root, name, out);
  }
}

/// The input counts of a later frame replace the earlier ones, part by part; the sum is neutral.
void Decoder::CountOn(Usage& usage) {
  bool input = usage.input.present();
  bool cache = usage.cache_read.present() || usage.cache_write.present();
  std::int64_t fresh = counts_.input.value;
  if (input) fresh = usage.input.value - usage.cache_read.value - usage.cache_write.value;
  if (usage.cache_read.present()) counts_.cache_read = {usage.cache_read.value};
  if (usage.cache_write.present()) counts_.cache_write = {usage.cache_write.value};
  if (input || (cache && counts_.input.present())) {
    counts_.input = {fresh};
    usage.input.value = fresh + counts_.cache_read.value + counts_.cache_write.value;
    usage.input.set = true;
  }
}

Status Decoder::OnMessageStart(const Value& root, CodecContext& context, EventSink& out) {
  constexpr FieldNames kFields("id", "type", "role", "model", "content", "stop_reason",
                               "stop_sequence", "usage");
  if (started_) {  // said twice: there is one message
    context.accounting.Use(root.id());
    return Ok();
  }
  Value message = FindObject(root, "message");
  if (!message.valid()) return EnsureStarted(out);
  StreamStart start;
  Taker take(context);
  for (Member m : message.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("id"):
        take.Take(m, start.id, start.extras);
        break;
      case kFields("model"):
        take.Take(m, start.model, start.extras);
        break;
      case kFields("type"):
      case kFields("role"):
        take.Use(m.value);
        break;
      case kFields("content"):
        if (m.value.is_array() && m.value.empty_container()) take.Use(m.value);
        break;
      case kFields("stop_reason"):
      case kFields("stop_sequence"):
        break;  // null
      case kFields("usage"):
        if (m.value.is_object())
          start.usage = DecodeUsage(m.value, context, start.service_tier);
        else
          take.Keep(m, start.extras);
        break;
      default:
        take.Keep(m, start.extras);
    }
  }
  CountOn(start.usage);
  started_ = true;
  issuer_ = IssuerOf(start.model, context);
  start.protocol = kId;
  return out.OnEvent(start);
}

Status Decoder::EnsureStarted(EventSink& out) {
  if (started_) return Ok();
  started_ = true;
  StreamStart start;
  start.protocol = kId;
  return out.OnEvent(start);
}

std::int64_t Decoder::IndexOf(const Value& root, CodecContext& context) const {
  Value index = root.Find("index");
  if (index.valid() && index.is_number()) {
    context.accounting.Use(index.id());
    if (std::optional<std::int64_t> number = index.Int()) return *number;
  }
  return blocks_.empty() ? 0 : blocks_.back().index;
}

Decoder::Block* Decoder::Find(std::int64_t index) {
  for (Block& block : blocks_) {
    if (block.index == index) return &block;
  }
  return nullptr;
}

Status Decoder::OpenBlock(std::int64_t index, const BlockStart& start, EventSink& out) {
  std::uint32_t handle = 0;
  AIPROXY_RETURN_IF_ERROR(sequencer_.Open(start, handle, out));
  blocks_.push_back({index, handle, start.kind, false, {}});
  return Ok();
}

Status Decoder::AppendText(const Block& block, const Text& text, EventSink& out) {
  BlockDelta delta;
  delta.text = text;
  return sequencer_.Append(block.handle, delta, out);
}

Status Decoder::OnBlockStart(const Value& root, CodecContext& context, EventSink& out) {
  if (finished_) return Ok();  // stays unmarked, here and below: it is reported
  AIPROXY_RETURN_IF_ERROR(EnsureStarted(out));
  std::int64_t index = IndexOf(root, context);
  Value content = FindObject(root, "content_block");
  if (!content.valid()) return Ok();
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    if (blocks_[i].index != index) continue;
    AIPROXY_RETURN_IF_ERROR(CloseBlock(i, out));
    break;
  }
  constexpr FieldNames kTypes("text", "thinking", "redacted_thinking", "tool_use");
  Value type = FindString(content, "type");
  if (type.valid() && kTypes.Find(type) != decltype(kTypes)::kUnknown) {
    context.accounting.Use(type.id());
    return StartKnown(content, index, context, out);
  }
  BlockStart start;
  start.kind = BlockKind::kOpaque;
  start.protocol = kId;
  if (type.valid()) start.opaque_kind = Text::Of(type);
  start.value = Raw::Of(content);
  return OpenBlock(index, start, out);
}

Status Decoder::StartKnown(const Value& content, std::int64_t index, CodecContext& context,
                           EventSink& out) {
  constexpr FieldNames kFields("type", "text", "citations", "thinking", "signature", "data", "id",
                               "name", "input", "caller");
  BlockStart start;
  Taker take(context);
  Text first;
  Text signature;
  Value citations;
  Value input;
  Value type = content.Find("type");
  if (type.Is("tool_use"))
    start.kind = BlockKind::kToolCall;
  else if (!type.Is("text"))
    start.kind = BlockKind::kReasoning;
  if (start.kind == BlockKind::kReasoning) start.issuer = issuer_;
  for (Member m : content.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("type"):
        break;
      case kFields("text"):
      case kFields("thinking"):
        take.Take(m, first, start.extras);
        break;
      case kFields("signature"):
        take.Take(m, signature, start.extras);
        break;
      case kFields("data"):
        take.Take(m, start.encrypted, start.extras);
        break;
      case kFields("id"):
        take.Take(m, start.tool_call_id, start.extras);
        break;
      case kFields("name"):
        take.Take(m, start.tool_name, start.extras);
        break;
      case kFields("caller"):
        TakeCaller(m, take, start.extras);
        break;
      case kFields("citations"):
        if (m.value.is_array()) citations = m.value;
        break;
      case kFields("input"):
        input = m.value;
        break;
      default:
        take.Keep(m, start.extras);
    }
  }
  SplitCarriedReasoning(start.encrypted, start.encrypted, start.reasoning_id, start.issuer);
  AIPROXY_RETURN_IF_ERROR(OpenBlock(index, start, out));
  Block& block = blocks_.back();
  if (input.valid()) {
    take.Use(input);
    if (!input.is_null() && !(input.is_container() && input.empty_container())) {
      block.input = input.raw();
      AIPROXY_RETURN_IF_ERROR(held_bytes_.Charge(block.input.size(), limits_));
    }
  }
  if (first.present() && first.empty())
    take.context().accounting.Use(first.node);
  else if (first.present())
    AIPROXY_RETURN_IF_ERROR(AppendText(block, first, out));
  if (signature.present()) {
    if (signature.empty()) context.accounting.Use(signature.node);
    BlockDelta delta;
    delta.signature = signature;
    delta.issuer = OtherIssuer(signature);
    AIPROXY_RETURN_IF_ERROR(sequencer_.Append(block.handle, delta, out));
  }
  if (!citations.valid()) return Ok();
  UseIfEmpty(citations, context);
  for (Value item : citations.items()) {
    AIPROXY_RETURN_IF_ERROR(sequencer_.Cite(block.handle, DecodeCitation(item), out));
  }
  return Ok();
}

Status Decoder::OnBlockDelta(const Value& root, CodecContext& context, EventSink& out) {
  std::int64_t index = IndexOf(root, context);
  Value delta = FindObject(root, "delta");
  if (!delta.valid() || finished_) return Ok();
  Block* block = Find(index);
  if (block == nullptr) {  // an upstream that never starts its blocks
    Value type = FindString(delta, "type");
    BlockStart start;
    if (type.valid() && type.Is("thinking_delta")) {
      start.kind = BlockKind::kReasoning;
      start.issuer = issuer_;
    } else if (!type.valid() || !type.Is("text_delta")) {
      return Ok();
    }
    AIPROXY_RETURN_IF_ERROR(EnsureStarted(out));
    AIPROXY_RETURN_IF_ERROR(OpenBlock(index, start, out));
    block = &blocks_.back();
  }
  return AppendDelta(*block, root, delta, context, out);
}

/// A delta that does not belong to the kind of its block goes on as a frame that nobody knows.
Status Decoder::AppendDelta(Block& block, const Value& root, const Value& object,
                            CodecContext& context, EventSink& out) {
  constexpr FieldNames kFields("type", "text", "thinking", "partial_json", "signature", "citation");
  Value type;
  Value content;
  BlockDelta delta;
  Taker take(context);
  for (Member m : object.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("type"):
        type = m.value;
        break;
      case kFields("text"):
      case kFields("thinking"):
      case kFields("partial_json"):
      case kFields("signature"):
      case kFields("citation"):
        content = m.value;
        break;
      default:
        take.Keep(m, delta.extras);
    }
  }
  bool typed = type.valid() && type.is_string() && content.valid();
  int kind = typed ? kDeltas.Find(type) : decltype(kDeltas)::kUnknown;
  auto is = [&](BlockKind block_kind) { return block.kind == block_kind && content.is_string(); };
  if ((kind == kDeltas("text_delta") && is(BlockKind::kText)) ||
      (kind == kDeltas("thinking_delta") && is(BlockKind::kReasoning)) ||
      (kind == kDeltas("input_json_delta") && is(BlockKind::kToolCall))) {
    take.Use(type);
    delta.text = Text::Of(content);
    if (block.kind == BlockKind::kToolCall && !delta.text.empty()) block.has_arguments = true;
  } else if (kind == kDeltas("signature_delta") && is(BlockKind::kReasoning)) {
    take.Use(type);
    delta.signature = Text::Of(content);
    delta.issuer = OtherIssuer(delta.signature);
  } else if (kind == kDeltas("citations_delta") && block.kind == BlockKind::kText) {
    take.Use(type);
    return sequencer_.Cite(block.handle, DecodeCitation(content), out);
  } else if (block.kind == BlockKind::kOpaque) {
    delta = {};
    delta.value = Raw::Of(object);
  } else {
    return OnUnknown(root, "content_block_delta", out);
  }
  return sequencer_.Append(block.handle, delta, out);
}

Status Decoder::CloseBlock(std::size_t at, EventSink& out) {
  Block block = std::move(blocks_[at]);
  blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(at));
  held_bytes_.Release(block.input.size());
  if (!block.input.empty() && !block.has_arguments) {
    AIPROXY_RETURN_IF_ERROR(AppendText(block, Text::Plain(block.input), out));
  }
  return sequencer_.Close(block.handle, out);
}

Status Decoder::OnBlockStop(const Value& root, CodecContext& context, EventSink& out) {
  std::int64_t index = IndexOf(root, context);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    if (blocks_[i].index == index) return CloseBlock(i, out);
  }
  return Ok();
}

Status Decoder::CloseAll(EventSink& out) {
  while (!blocks_.empty()) AIPROXY_RETURN_IF_ERROR(CloseBlock(0, out));
  return Ok();
}

Status Decoder::OnMessageDelta(const Value& root, CodecContext& context, EventSink& out) {
  constexpr FieldNames kFields("stop_reason", "stop_sequence");
  AIPROXY_RETURN_IF_ERROR(EnsureStarted(out));
  StreamFinish finish;
  StreamUsage usage;
  Taker take(context);
  Value delta = FindObject(root, "delta");
  if (delta.valid()) {
    UseIfEmpty(delta, context);
    for (Member m : delta.members()) {
      switch (kFields.Find(m.key)) {
        case kFields("stop_reason"):
          take.Take(m, finish.reason.raw, finish.extras);
          break;
        case kFields("stop_sequence"):  // else null: as without it
          if (m.value.is_string()) finish.reason.stop_sequence = Text::Of(m.value);
          break;
        default:
          take.Keep(m, finish.extras);
      }
    }
  }
  for (Member m : root.members()) {
    if (m.key.Is("usage") && m.value.is_object()) {
      usage.usage = DecodeUsage(m.value, context, usage.service_tier);
    } else if (!m.key.Is("type") && !m.key.Is("delta")) {
      take.Keep(m, finish.extras);
    }
  }
  if (usage.usage.present()) {
    CountOn(usage.usage);
    AIPROXY_RETURN_IF_ERROR(out.OnEvent(usage));
  }
  if (!finish.reason.raw.present() || finished_) return Ok();
  finished_ = true;
  finish.reason.kind = FinishKindOf(finish.reason.raw);
  AIPROXY_RETURN_IF_ERROR(CloseAll(out));
  return out.OnEvent(finish);
}

Status Decoder::End(EventSink& out) {
  AIPROXY_RETURN_IF_ERROR(EnsureStarted(out));
  AIPROXY_RETURN_IF_ERROR(CloseAll(out));
  done_ = true;
  return out.OnEvent(StreamEnd{});
}

/// Bedrock's metrics stand in it.
Status Decoder::OnMessageStop(const Value& root, CodecContext& context, EventSink& out) {
  StreamMetadata metadata;
  Taker take(context);
  for (Member m : root.members()) {
    if (!m.key.Is("type")) take.Keep(m, metadata.extras);
  }
  if (!metadata.extras.empty()) {
    AIPROXY_RETURN_IF_ERROR(EnsureStarted(out));
    AIPROXY_RETURN_IF_ERROR(out.OnEvent(metadata));
  }
  return End(out);
}

Status Decoder::OnError(const Value& root, CodecContext& context, EventSink& out) {
  StreamError event;
  AIPROXY_RETURN_IF_ERROR(DecodeError(root, HttpHead{}, context, event.error));
  done_ = true;
  return out.OnEvent(event);
}

/// In the streams of Bedrock. The error is nobody's own: Anthropic spells it otherwise.
Status Decoder::OnAwsFailure(const Frame& frame, CodecContext& context, EventSink& out) {
  StreamError event;
  AIPROXY_RETURN_IF_ERROR(ReadAwsFailure(frame, {}, context, event.error));
  done_ = true;
  return out.OnEvent(event);
}

/// Before the start there is nothing that it could belong to: then it stays unmarked.
Status Decoder::OnUnknown(const Value& root, std::string_view name, EventSink& out) {
  return started_ ? out.OnEvent(OpaqueOf(kId, name, root)) : Ok();
}

Status Decoder::Finish(CodecContext& context, EventSink& out) {
  if (done_) return Ok();
  sequencer_.Attach(context);
  if (finished_) return End(out);
  done_ = true;
  return out.OnEvent(CutStream(kId));
}

}  // namespace

std::unique_ptr<StreamDecoder> NewStreamDecoder(const Limits& limits) {
  return std::make_unique<Decoder>(limits);
}

}  // namespace aiproxy::anthropic_messages
