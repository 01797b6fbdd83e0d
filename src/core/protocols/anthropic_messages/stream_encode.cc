// Streams, to the wire: https://platform.claude.com/docs/en/build-with-claude/streaming
#include "core/model/error_codes.h"
#include "core/protocols/anthropic_messages/stream_blocks.h"
#include "core/protocols/anthropic_messages/wire.h"
#include "core/stream/aws_failure.h"
#include "core/stream/copy.h"
#include "core/stream/held_bytes.h"
#include "core/stream/latest.h"
#include "core/stream/opaque_event.h"

namespace aiproxy::anthropic_messages {

namespace {

class Encoder final : public StreamEncoder {
 public:
  explicit Encoder(FrameWriter& frames) : frames_(frames), blocks_(frames, held_bytes_) {}

  Status Push(const StreamEvent& event, CodecContext& context) override {
    if (ended_) return Ok();
    context_ = &context;
    blocks_.Attach(context);
    return std::visit([this](const auto& one) { return On(one); }, event.variant());
  }

 private:
  Status On(const StreamStart& start);
  Status On(const BlockStart& start) {
    blocks_.Start(start);
    return Ok();
  }
  Status On(const BlockDelta& delta) { return blocks_.Append(delta); }
  Status On(const BlockCitation& event) {
    blocks_.Cite(event);
    return Ok();
  }
  Status On(const BlockEnd& end) {
    blocks_.End(end.block);
    return Ok();
  }
  Status On(const StreamUsage& event);
  Status On(const StreamFinish& finish);
  Status On(const StreamMetadata& metadata);
  Status On(const OpaqueEvent& event);
  Status On(const StreamError& event);
  Status On(const StreamEnd& end);

  void Use(NodeId node) {
    if (node != kNoNode) context_->accounting.Use(node);
  }
  Status Charge(std::size_t bytes) { return held_bytes_.Charge(bytes, context_->limits); }
  void WriteMessageDelta();
  void WriteStopReason(Writer& writer);

  FrameWriter& frames_;
  CodecContext* context_ = nullptr;
  HeldBytes held_bytes_;
  StreamBlocks blocks_;
  bool same_ = false;  // the stream was read from this protocol
  bool started_ = false;
  bool ended_ = false;

  Arena held_;  // what `message_delta` needs at the end
  LatestUsage usage_;
  Sourced<ServiceTier> tier_;
  FinishReason finish_;
  Extras finish_extras_;
  LatestExtras stop_extras_;
};

void WriteWireIdentity(const Text& id, const Text& model, Writer& writer) {
  const Text none = Text::Plain("");
  writer.Key("id");
  writer.String(id.present() ? id : none);
  writer.Key("type\":\"message\",\"role\":\"assistant\",\"model");
  writer.String(model.present() ? model : none);
}

Status Encoder::On(const StreamStart& start) {
  if (started_) return Ok();
  started_ = true;
  same_ = start.protocol == kId;
  if (same_) blocks_.KeepAsItCame();
  Writer writer = frames_.Begin("message_start", *context_);
  writer.BeginObject();
  writer.Key("type\":\"message_start\",\"message");
  writer.BeginObject();
  if (same_)
    WriteWireIdentity(start.id, start.model, writer);
  else
    WriteForeignIdentity(start.id, start.model, kNoNode, *context_, writer);
  writer.Key("content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage");
  if (!start.usage.present())
    writer.Literal("{\"input_tokens\":0,\"output_tokens\":0}");
  else if (same_)
    WriteWireUsage(start.usage, start.service_tier, writer);
  else
    WriteUsage(start.usage, {}, *context_, writer);
  if (same_) WriteExtras(start.extras, writer);
  writer.EndObject();
  writer.EndObject();
  frames_.End();
  if (same_) return Ok();
  AIPROXY_RETURN_IF_ERROR(usage_.Take(start.usage, false, *context_));
  TakeLatest(start.service_tier, tier_, *context_);
  return Ok();
}

Status Encoder::On(const StreamUsage& event) {
  AIPROXY_RETURN_IF_ERROR(usage_.Take(event.usage, same_, *context_));
  TakeLatest(event.service_tier, tier_, *context_);
  return Ok();
}

Status Encoder::On(const StreamFinish& finish) {
  if (finish.candidate != 0) {
    Use(finish.reason.raw.node);
    return Ok();
  }
  if (finish.reason.kind == FinishReason::Kind::kOther && !same_ && !finish.reason.raw.empty()) {
    context_->accounting.Report(finish.reason.raw.node, kValueDegraded,
                                "the finish reason '{}' is told as the end of a turn",
                                finish.reason.raw.bytes);
  }
  AIPROXY_RETURN_IF_ERROR(Charge(BytesBelow(finish.reason)));
  UseAll(finish.reason, context_->accounting);
  finish_ = CopyTo(finish.reason, held_);
  if (!same_) return Ok();
  AIPROXY_RETURN_IF_ERROR(Charge(BytesBelow(finish.extras)));
  UseAll(finish.extras, context_->accounting);
  finish_extras_ = CopyTo(finish.extras, held_);
  return Ok();
}

Status Encoder::On(const StreamMetadata& metadata) {
  if (same_) {
    return stop_extras_.Take(metadata.extras, *context_);
  }
  TakeLatest(metadata.service_tier, tier_, *context_);
  return Ok();
}

Status Encoder::On(const OpaqueEvent& event) {
  WriteOpaque(event, event.protocol == kId && started_, *context_, frames_);
  return Ok();
}

Status Encoder::On(const StreamError& event) {
  ended_ = true;
  if (frames_.framing() == Framing::kAwsInvokeStream) {
    if (CodeSaysKind(event.error.code, event.error.kind)) Use(event.error.code.node);
    WriteAwsException(event.error, AwsStream::kInvoke, *context_, frames_);
    return Ok();
  }
  Writer writer = frames_.Begin("error", *context_);
  AIPROXY_RETURN_IF_ERROR(EncodeError(event.error, *context_, writer));
  frames_.End();
  return Ok();
}

void Encoder::WriteStopReason(Writer& writer) {
  writer.Key("stop_reason");
  if (same_ && finish_.raw.present()) {
    writer.String(finish_.raw);
  } else {
    writer.String(Text{StopReason(finish_.kind, blocks_.has_tool_call(), blocks_.has_refusal()),
                       kNoNode, Text::Spelling::kClean});
  }
  writer.Key("stop_sequence");
  if (finish_.stop_sequence.present())
    writer.String(finish_.stop_sequence);
  else
    writer.Null();
}

void Encoder::WriteMessageDelta() {
  auto is_of_root = [](const ExtraMember& extra) { return extra.name.Is("context_management"); };
  Writer writer = frames_.Begin("message_delta", *context_);
  writer.BeginObject();
  writer.Key("type\":\"message_delta\",\"delta");
  writer.BeginObject();
  WriteStopReason(writer);
  for (const ExtraMember& extra : finish_extras_) {
    if (is_of_root(extra)) continue;
    writer.Key(extra.name);
    writer.Value(extra.value);
  }
  writer.EndObject();
  writer.Key("usage");
  if (same_)
    WriteWireUsage(usage_.usage(), tier_, writer);
  else
    WriteUsage(usage_.usage(), tier_, *context_, writer);
  for (const ExtraMember& extra : finish_extras_) {
    if (!is_of_root(extra)) continue;
    writer.Key(extra.name);
    writer.Value(extra.value);
  }
  writer.EndObject();
  frames_.End();
}

Status Encoder::On(const StreamEnd&) {
  if (!started_) AIPROXY_RETURN_IF_ERROR(On(StreamStart{}));
  blocks_.Close();
  WriteMessageDelta();
  Writer writer = frames_.Begin("message_stop", *context_);
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"message_stop\"");
  WriteExtras(stop_extras_.extras(), writer);
  writer.EndObject();
  frames_.End();
  ended_ = true;
  return Ok();
}

}  // namespace

std::unique_ptr<StreamEncoder> NewStreamEncoder(FrameWriter& frames) {
  return std::make_unique<Encoder>(frames);
}

}  // namespace aiproxy::anthropic_messages
