// Streams, from the wire.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
#include <string>
#include <vector>

#include "core/json/field_names.h"
#include "core/protocols/bedrock_converse/stream_images.h"
#include "core/protocols/bedrock_converse/wire.h"
#include "core/stream/aws_failure.h"
#include "core/stream/block_sequencer.h"
#include "core/stream/cut_stream.h"
#include "core/stream/opaque_event.h"

namespace aiproxy::bedrock_converse {

namespace {

constexpr FieldNames kEvents("messageStart", "contentBlockStart", "contentBlockDelta",
                             "contentBlockStop", "messageStop", "metadata", "initial-response");

/// What a delta adds to, which says what block it opens when none is open.
enum class Piece : std::uint8_t {
  kText,
  kCitation,
  kToolInput,
  kReasoning,
  kSignature,
  kRedacted,
  kOpaque
};

class Decoder final : public StreamDecoder {
 public:
  explicit Decoder(const Limits& limits) : limits_(limits), sequencer_(limits), images_(limits) {}

  Status Push(const Frame& frame, CodecContext& context, EventSink& out) override;
  Status Finish(CodecContext& context, EventSink& out) override;
  bool done() const override { return done_; }

 private:
  struct Block {
    std::int64_t index;
    std::uint32_t handle;
    BlockKind kind;
    bool is_redacted;
  };

  Status Dispatch(const Value& root, std::string_view name, CodecContext& context, EventSink& out);
  Status OnMessageStart(const Value& root, CodecContext& context, EventSink& out);
  Status OnBlockStart(const Value& root, CodecContext& context, EventSink& out);
  Status OnBlockDelta(const Value& root, CodecContext& context, EventSink& out);
  Status OnBlockStop(const Value& root, CodecContext& context, EventSink& out);
  Status OnMessageStop(const Value& root, CodecContext& context, EventSink& out);
  Status OnMetadata(const Value& root, CodecContext& context, EventSink& out);
  Status OnFailure(const Frame& frame, CodecContext& context, EventSink& out);
  Status OnUnknown(const Value& root, std::string_view name, EventSink& out);

  Status EnsureStarted(EventSink& out);
  Status Open(std::int64_t index, const BlockStart& start, EventSink& out);
  Status OpenFor(Piece piece, std::int64_t index, const Text& encrypted, EventSink& out);
  Status Append(Piece piece, const Value& content, std::int64_t index, const Extras& extras,
                CodecContext& context, EventSink& out);
  Status Close(std::size_t at, EventSink& out);
  Status CloseIndex(std::int64_t index, EventSink& out);
  Status CloseWithoutStop(EventSink& out);
  Status CloseAll(CodecContext& context, EventSink& out);
  Status EndImage(std::int64_t index, CodecContext& context, EventSink& out);
  Status End(CodecContext& context, EventSink& out);
  Block* Find(std::int64_t index);

  const Limits limits_;
  BlockSequencer sequencer_;
  std::vector<Block> blocks_;  // that are open on the wire
  StreamImages images_;        // likewise
  bool started_ = false;
  bool finished_ = false;  // messageStop was seen
  bool done_ = false;
};

std::int64_t IndexOf(const Value& root, CodecContext& context) {
  Value index = root.Find("contentBlockIndex");
  if (!index.valid()) return 0;
  context.accounting.Use(index.id());  // the order of the blocks says it
  return index.is_number() ? index.Int().value_or(0) : 0;
}

/// Members of an event that are neither the named one, nor the index, nor padding.
void KeepOthers(const Value& root, std::string_view known, CodecContext& context, Extras& extras) {
  Taker take(context);
  for (Member m : root.members()) {
    if (m.key.Is("p"))
      take.Use(m.value);
    else if (!m.key.Is("contentBlockIndex") && !m.key.Is(known))
      take.Keep(m, extras);
  }
}

bool IsOf(Piece piece, BlockKind kind) {
  switch (piece) {
    case Piece::kText:
    case Piece::kCitation:
      return kind == BlockKind::kText;
    case Piece::kToolInput:
      return kind == BlockKind::kToolCall;
    case Piece::kReasoning:
    case Piece::kSignature:
      return kind == BlockKind::kReasoning;
    case Piece::kRedacted:
      return false;  // each is a block
    case Piece::kOpaque:
      return kind == BlockKind::kOpaque;
  }
  return false;
}

/// What a delta's one member is; its value, or that of the one inside. False: it is not known.
bool ReadDelta(const Value& delta, Piece& piece, Value& content) {
  constexpr FieldNames kDeltas("text", "toolUse", "reasoningContent", "citation");
  constexpr FieldNames kReasoning("text", "signature", "redactedContent");
  if (!IsSingle(delta)) return false;
  Member only = *delta.members().begin();
  content = only.value;
  switch (kDeltas.Find(only.key)) {
    case kDeltas("text"):
      piece = Piece::kText;
      return content.is_string();
    case kDeltas("citation"):
      piece = Piece::kCitation;
      return content.is_object();
    case kDeltas("toolUse"):
      piece = Piece::kToolInput;
      if (!IsSingle(content)) return false;
      content = content.Find("input");
      return IsString(content);
    case kDeltas("reasoningContent"):
      if (!IsSingle(content)) return false;
      only = *content.members().begin();
      content = only.value;
      if (!content.is_string()) return false;
      break;
    default:
      return false;
  }
  switch (kReasoning.Find(only.key)) {
    case kReasoning("text"):
      piece = Piece::kReasoning;
      return true;
    case kReasoning("signature"):
      piece = Piece::kSignature;
      return true;
    case kReasoning("redactedContent"):
      piece = Piece::kRedacted;
      return true;
    default:
      return false;
  }
}

Status Decoder::Push(const Frame& frame, CodecContext& context, EventSink& out) {
  if (done_) return Ok();
  sequencer_.Attach(context);
  if (frame.type != Frame::Type::kEvent) return OnFailure(frame, context, out);
  if (frame.data.empty()) return Ok();
  JsonLimits limits{limits_.max_depth, limits_.max_event_bytes};
  AIPROXY_RETURN_IF_ERROR(context.document().Parse(frame.data, limits));
  Value root(context.document(), 0);
  if (!root.is_object()) return Expect(context, root, "an object");
  UseIfEmpty(root, context);
  return Dispatch(root, frame.event, context, out);
}

Status Decoder::Dispatch(const Value& root, std::string_view name, CodecContext& context,
                         EventSink& out) {
  switch (kEvents.Find(name)) {
    case kEvents("contentBlockDelta"):
      return OnBlockDelta(root, context, out);
    case kEvents("contentBlockStart"):
      return OnBlockStart(root, context, out);
    case kEvents("contentBlockStop"):
      return OnBlockStop(root, context, out);
    case kEvents("messageStart"):
      return OnMessageStart(root, context, out);
    case kEvents("messageStop"):
      return OnMessageStop(root, context, out);
    case kEvents("metadata"):
      return OnMetadata(root, context, out);
    case kEvents("initial-response"):
      context.accounting.Use(root.id());  // of the framing, not of the answer
      return Ok();
    default:
      return OnUnknown(root, name, out);
  }
}

Status Decoder::OnMessageStart(const Value& root, CodecContext& context, EventSink& out) {
  if (started_) {  // said twice: there is one message
    context.accounting.Use(root.id());
    return Ok();
  }
  StreamStart start;
  start.protocol = kId;
  if (Value role = root.Find("role"); IsString(role)) context.accounting.Use(role.id());
  KeepOthers(root, "role", context, start.extras);
  started_ = true;
  return out.OnEvent(start);
}

Status Decoder::EnsureStarted(EventSink& out) {
  if (started_) return Ok();
  started_ = true;
  StreamStart start;
  start.protocol = kId;
  return out.OnEvent(start);
}

Decoder::Block* Decoder::Find(std::int64_t index) {
  for (Block& block : blocks_) {
    if (block.index == index) return &block;
  }
  return nullptr;
}

Status Decoder::Close(std::size_t at, EventSink& out) {
  std::uint32_t handle = blocks_[at].handle;
  blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(at));
  return sequencer_.Close(handle, out);
}

Status Decoder::CloseIndex(std::int64_t index, EventSink& out) {
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    if (blocks_[i].index == index) return Close(i, out);
  }
  return Ok();
}

/// An image is told as a whole.
Status Decoder::EndImage(std::int64_t index, CodecContext& context, EventSink& out) {
  if (!images_.Has(index)) return Ok();
  BlockStart start;
  start.kind = BlockKind::kMedia;
  start.media = images_.Take(index, context.arena);
  std::uint32_t handle = 0;
  AIPROXY_RETURN_IF_ERROR(sequencer_.Open(start, handle, out));
  return sequencer_.Close(handle, out);
}

Status Decoder::CloseAll(CodecContext& context, EventSink& out) {
  while (!images_.empty()) AIPROXY_RETURN_IF_ERROR(EndImage(images_.first(), context, out));
  while (!blocks_.empty()) AIPROXY_RETURN_IF_ERROR(Close(0, out));
  return Ok();
}

/// A block that had no start of its own ends where the next one begins, should its stop be missing.
Status Decoder::CloseWithoutStop(EventSink& out) {
  for (std::size_t i = blocks_.size(); i > 0; --i) {
    BlockKind kind = blocks_[i - 1].kind;
    if (kind == BlockKind::kText || kind == BlockKind::kReasoning) {
      AIPROXY_RETURN_IF_ERROR(Close(i - 1, out));
    }
  }
  return Ok();
}

Status Decoder::Open(std::int64_t index, const BlockStart& start, EventSink& out) {
  AIPROXY_RETURN_IF_ERROR(CloseIndex(index, out));
  AIPROXY_RETURN_IF_ERROR(CloseWithoutStop(out));
  std::uint32_t handle = 0;
  AIPROXY_RETURN_IF_ERROR(sequencer_.Open(start, handle, out));
  blocks_.push_back({index, handle, start.kind, start.encrypted.present()});
  return Ok();
}

Status Decoder::OnBlockStart(const Value& root, CodecContext& context, EventSink& out) {
  constexpr FieldNames kFields("toolUseId", "name");
  if (finished_) return OnUnknown(root, "contentBlockStart", out);
  AIPROXY_RETURN_IF_ERROR(EnsureStarted(out));
  std::int64_t index = IndexOf(root, context);
  Value object = root.Find("start");
  if (!IsObject(object)) return OnUnknown(root, "contentBlockStart", out);
  if (object.empty_container()) {  // of a text, which has none
    context.accounting.Use(object.id());
    return Ok();
  }
  AIPROXY_RETURN_IF_ERROR(EndImage(index, context, out));
  if (images_.Begin(index, object, context)) {
    if (Value padding = root.Find("p"); padding.valid()) context.accounting.Use(padding.id());
    AIPROXY_RETURN_IF_ERROR(CloseIndex(index, out));
    return CloseWithoutStop(out);
  }
  BlockStart start;
  Value call = IsSingle(object) ? object.Find("toolUse") : Value();
  if (!IsObject(call) || call.Find("type").valid()) {
    start.kind = BlockKind::kOpaque;
    start.protocol = kId;
    start.opaque_kind = Text::Of((*object.members().begin()).key);
    start.opaque_kind.node = kNoNode;
    start.value = Raw::Of(object);
    return Open(index, start, out);
  }
  start.kind = BlockKind::kToolCall;
  Taker take(context);
  for (Member m : call.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("toolUseId"):
        take.Take(m, start.tool_call_id, start.extras);
        break;
      case kFields("name"):
        take.Take(m, start.tool_name, start.extras);
        break;
      default:
        take.Keep(m, start.extras);
    }
  }
  if (Value padding = root.Find("p"); padding.valid()) take.Use(padding);
  return Open(index, start, out);
}

/// The block that a delta of that kind belongs to; text and reasoning have no start event.
Status Decoder::OpenFor(Piece piece, std::int64_t index, const Text& encrypted, EventSink& out) {
  BlockStart start;
  switch (piece) {
    case Piece::kText:
    case Piece::kCitation:
      break;
    case Piece::kToolInput:  // does not open one
      start.kind = BlockKind::kToolCall;
      break;
    case Piece::kReasoning:
    case Piece::kSignature:
    case Piece::kRedacted:
      start.kind = BlockKind::kReasoning;
      start.issuer = Issuer::kAnthropic;
      start.encrypted = encrypted;
      break;
    case Piece::kOpaque:
      start.kind = BlockKind::kOpaque;
      start.protocol = kId;
      break;
  }
  return Open(index, start, out);
}

Status Decoder::Append(Piece piece, const Value& content, std::int64_t index, const Extras& extras,
                       CodecContext& context, EventSink& out) {
  Block* block = Find(index);
  if (block == nullptr || !IsOf(piece, block->kind) || block->is_redacted) {
    Text encrypted = piece == Piece::kRedacted ? Text::Of(content) : Text();
    AIPROXY_RETURN_IF_ERROR(OpenFor(piece, index, encrypted, out));
    block = &blocks_.back();
  }
  if (piece == Piece::kCitation) {
    return sequencer_.Cite(block->handle, DecodeCitation(content, context), out);
  }
  BlockDelta delta;
  delta.extras = extras;
  if (piece == Piece::kSignature)
    delta.signature = Text::Of(content);
  else if (piece == Piece::kOpaque)
    delta.value = Raw::Of(content);
  else if (piece != Piece::kRedacted)
    delta.text = Text::Of(content);
  else if (extras.empty())
    return Ok();
  return sequencer_.Append(block->handle, delta, out);
}

Status Decoder::OnBlockDelta(const Value& root, CodecContext& context, EventSink& out) {
  if (finished_) return OnUnknown(root, "contentBlockDelta", out);
  AIPROXY_RETURN_IF_ERROR(EnsureStarted(out));
  std::int64_t index = IndexOf(root, context);
  Value delta = root.Find("delta");
  Piece piece = Piece::kOpaque;
  Value content;
  Extras extras;
  KeepOthers(root, "delta", context, extras);
  bool is_image = false;
  AIPROXY_RETURN_IF_ERROR(images_.Add(index, delta, context, is_image));
  if (is_image) return Ok();
  Block* block = Find(index);
  // Input belongs to a call that has started: without a name it is none.
  auto belongs = [&] {
    return piece != Piece::kToolInput || (block != nullptr && block->kind == BlockKind::kToolCall);
  };
  if (IsObject(delta) && ReadDelta(delta, piece, content) && belongs()) {
    return Append(piece, content, index, extras, context, out);
  }
  if (block == nullptr || block->kind != BlockKind::kOpaque || !IsObject(delta)) {
    return OnUnknown(root, "contentBlockDelta", out);
  }
  return Append(Piece::kOpaque, delta, index, extras, context, out);
}

Status Decoder::OnBlockStop(const Value& root, CodecContext& context, EventSink& out) {
  std::int64_t index = IndexOf(root, context);
  if (Value padding = root.Find("p"); padding.valid()) context.accounting.Use(padding.id());
  AIPROXY_RETURN_IF_ERROR(EndImage(index, context, out));
  return CloseIndex(index, out);
}

Status Decoder::OnMessageStop(const Value& root, CodecContext& context, EventSink& out) {
  if (finished_) {
    context.accounting.Use(root.id());
    return Ok();
  }
  AIPROXY_RETURN_IF_ERROR(EnsureStarted(out));
  AIPROXY_RETURN_IF_ERROR(CloseAll(context, out));
  finished_ = true;
  StreamFinish finish;
  Value reason = root.Find("stopReason");
  if (IsString(reason)) {
    finish.reason.raw = Text::Of(reason);
    finish.reason.kind = FinishKindOf(finish.reason.raw);
  }
  Value fields = root.Find("additionalModelResponseFields");
  Value stop = fields.valid() ? fields.Find("stop_sequence") : Value();
  if (IsString(stop)) finish.reason.stop_sequence = Text::Of(stop);
  KeepOthers(root, IsString(reason) ? "stopReason" : "", context, finish.extras);
  return out.OnEvent(finish);
}

Status Decoder::OnMetadata(const Value& root, CodecContext& context, EventSink& out) {
  constexpr FieldNames kFields("usage", "serviceTier", "p");
  AIPROXY_RETURN_IF_ERROR(EnsureStarted(out));
  StreamUsage usage;
  StreamMetadata metadata;
  Taker take(context);
  for (Member m : root.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("usage"):
        if (m.value.is_object())
          usage.usage = DecodeUsage(m.value, context);
        else
          take.Wrong(m, Expected::kObject, metadata.extras);
        break;
      case kFields("serviceTier"):
        if (!DecodeServiceTier(m.value, usage.service_tier)) take.Keep(m, metadata.extras);
        break;
      case kFields("p"):
        take.Use(m.value);
        break;
      default:
        take.Keep(m, metadata.extras);
    }
  }
  if (usage.usage.present() || usage.service_tier.present()) {
    AIPROXY_RETURN_IF_ERROR(out.OnEvent(usage));
  }
  if (!metadata.extras.empty()) AIPROXY_RETURN_IF_ERROR(out.OnEvent(metadata));
  return finished_ ? End(context, out) : Ok();
}

Status Decoder::End(CodecContext& context, EventSink& out) {
  AIPROXY_RETURN_IF_ERROR(CloseAll(context, out));
  done_ = true;
  return out.OnEvent(StreamEnd{});
}

Status Decoder::OnFailure(const Frame& frame, CodecContext& context, EventSink& out) {
  StreamError event;
  AIPROXY_RETURN_IF_ERROR(ReadAwsFailure(frame, kId, context, event.error));
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
  if (finished_) return End(context, out);
  done_ = true;
  return out.OnEvent(CutStream(kId));
}

}  // namespace

std::unique_ptr<StreamDecoder> NewStreamDecoder(const Limits& limits) {
  return std::make_unique<Decoder>(limits);
}

}  // namespace aiproxy::bedrock_converse
