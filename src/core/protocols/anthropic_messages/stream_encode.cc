// Streams, to the wire: https://platform.claude.com/docs/en/build-with-claude/streaming
#include <string>

#include "core/model/citations.h"
#include "core/model/foreign_reasoning.h"
#include "core/protocols/anthropic_messages/foreign_blocks.h"
#include "core/protocols/anthropic_messages/wire.h"
#include "core/stream/aws_failure.h"
#include "core/stream/copy.h"
#include "core/stream/said_text.h"

namespace aiproxy::anthropic_messages {

namespace {

constexpr std::string_view kDelta = "content_block_delta";

class Encoder final : public StreamEncoder {
 public:
  explicit Encoder(FrameWriter& frames) : frames_(frames) {}

  Status Push(const StreamEvent& event, CodecContext& context) override {
    if (ended_) return Ok();
    context_ = &context;
    return std::visit([this](const auto& one) { return On(one); }, event.variant());
  }

 private:
  /// The one block that is open. Blocks of other candidates are never it.
  struct Block {
    bool open = false;
    bool announced = false;  // content_block_start went out
    bool dropped = false;    // accounted for at its start
    std::uint32_t number = 0;
    BlockKind kind = BlockKind::kText;
    bool is_custom = false;
    bool has_input = false;  // of a custom tool call: its beginning went out
    Issuer issuer = Issuer::kUnknown;
  };

  Status On(const StreamStart& start);
  Status On(const BlockStart& start);
  Status On(const BlockDelta& delta);
  Status On(const BlockCitation& event);
  Status On(const BlockEnd& end);
  Status On(const StreamUsage& event);
  Status On(const StreamFinish& finish);
  Status On(const StreamMetadata& metadata);
  Status On(const OpaqueEvent& event);
  Status On(const StreamError& event);
  Status On(const StreamEnd& end);

  bool IsCurrent(std::uint32_t number) const { return block_.open && block_.number == number; }
  bool IsOurs() const {
    return block_.issuer == Issuer::kAnthropic || block_.issuer == Issuer::kUnknown;
  }
  void Use(NodeId node) {
    if (node != kNoNode) context_->accounting.Use(node);
  }

  Writer BeginBlock(std::string_view type);
  void EndBlock(Writer& writer, const Extras* extras);
  void Announce(const Extras* extras = nullptr);
  void AnnounceToolCall(const BlockStart& start);
  void AnnounceOpaque(const BlockStart& start);
  void AnnounceMedia(const MediaPart& media);
  void WriteDelta(std::string_view type, std::string_view member, const Text& text,
                  const Extras& extras);
  void WriteRawDelta(const Raw& delta);
  void WriteCustomInput(const Text& text);
  void CloseBlock();
  void DropOther(const BlockDelta& delta);
  void Merge(const Usage& from);
  Status Charge(std::size_t bytes);
  void WriteMessageDelta();
  void WriteStopReason(Writer& writer);

  FrameWriter& frames_;
  CodecContext* context_ = nullptr;
  bool same_ = false;  // the stream was read from this protocol
  bool started_ = false;
  bool ended_ = false;
  bool other_reported_ = false;  // that there is another candidate
  Block block_;
  std::uint32_t next_index_ = 0;
  std::string index_;      // of the announced block, as it is written
  std::string prefix_;     // of a text delta of the announced block
  SaidText said_;          // of another protocol's answer
  std::string signature_;  // the last one of the open block
  Text::Spelling signature_spelling_ = Text::Spelling::kAbsent;
  bool has_tool_call_ = false;
  bool has_refusal_ = false;

  Arena held_;  // what `message_delta` needs at the end
  std::size_t held_bytes_ = 0;
  Usage usage_;
  Sourced<ServiceTier> tier_;
  FinishReason finish_;
  Extras finish_extras_;
  Extras stop_extras_;
};

Status Encoder::Charge(std::size_t bytes) {
  held_bytes_ += bytes;
  if (held_bytes_ <= context_->limits.max_accumulated_bytes) return Ok();
  Error error;
  error.kind = ErrorKind::kLimitExceeded;
  error.message = "more is held back of a stream than the limit allows";
  return error;
}

Status Encoder::On(const StreamStart& start) {
  if (started_) return Ok();
  started_ = true;
  same_ = start.protocol == kId;
  Writer writer = frames_.Begin("message_start", *context_);
  writer.BeginObject();
  writer.Key("type\":\"message_start\",\"message");
  writer.BeginObject();
  writer.Key("id");
  if (start.id.present())
    writer.String(start.id);
  else
    writer.Literal("\"\"");
  writer.Key("type\":\"message\",\"role\":\"assistant\",\"model");
  if (start.model.present())
    writer.String(start.model);
  else
    writer.String(Text::Plain(context_->options.model));
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
  Merge(start.usage);
  if (!start.service_tier.present()) return Ok();
  Use(start.service_tier.node);
  tier_ = {start.service_tier.value};
  return Ok();
}

/// Starts the frame of a content_block_start, up to the type of the block.
Writer Encoder::BeginBlock(std::string_view type) {
  block_.announced = true;
  index_ = std::to_string(next_index_++);
  prefix_.assign("{\"type\":\"content_block_delta\",\"index\":").append(index_);
  prefix_.append(",\"delta\":{\"type\":\"text_delta\",\"text\":");
  Writer writer = frames_.Begin("content_block_start", *context_);
  Output& out = writer.output();
  out.Append("{\"type\":\"content_block_start\",\"index\":");
  out.Append(index_);
  out.Append(",\"content_block\":");
  if (type.empty()) return writer;
  writer.BeginObject();
  writer.Key("type");
  writer.String(Text{type, kNoNode, Text::Spelling::kClean});
  return writer;
}

void Encoder::EndBlock(Writer& writer, const Extras* extras) {
  if (extras != nullptr && same_) WriteExtras(*extras, writer);
  writer.EndObject();
  writer.output().Append('}');
  frames_.End();
}

/// A text or thinking block, empty as it always starts.
void Encoder::Announce(const Extras* extras) {
  if (block_.announced) return;
  bool thinking = block_.kind == BlockKind::kReasoning;
  Writer writer = BeginBlock(thinking ? "thinking" : "text");
  if (thinking) {
    writer.Key("thinking\":\"\",\"signature");
    writer.Literal("\"\"");
  } else {
    writer.Key("text");
    writer.Literal("\"\"");
  }
  EndBlock(writer, extras);
}

void Encoder::AnnounceToolCall(const BlockStart& start) {
  Writer writer = BeginBlock("tool_use");
  writer.Key("id");
  if (start.tool_call_id.present()) {
    writer.String(start.tool_call_id);
  } else {
    std::string id = has_tool_call_ ? "call_0_" + index_ : "call_0";
    writer.String(id);
    context_->accounting.Report(start.tool_name.node, kValueInvented,
                                "the call has no id; one is made up");
  }
  has_tool_call_ = true;
  writer.Key("name");
  if (start.tool_name.present())
    writer.String(start.tool_name);
  else
    writer.Literal("\"\"");
  writer.Key("input");
  writer.Literal("{}");
  if (start.is_custom) {
    context_->accounting.Report(start.tool_name.node, kPartDegraded,
                                "the input of a custom tool is carried as the member 'input'");
  }
  EndBlock(writer, &start.extras);
}

void Encoder::AnnounceMedia(const MediaPart& media) {
  if (!same_) {
    block_.dropped = true;
    return DropAt(*context_, FirstNode(media.node, media.data.node), kPartDropped,
                  "a medium in an answer has no place in {target}");
  }
  Writer writer = BeginBlock({});
  WriteWireBlock(Part(media), *context_, writer);
  writer.output().Append('}');
  frames_.End();
}

void Encoder::AnnounceOpaque(const BlockStart& start) {
  if (start.protocol != kId) {
    block_.dropped = true;
    return DropAt(*context_, FirstNode(start.value.node, start.opaque_kind.node), kPartDropped,
                  "a part of type '{}' has no place in {target}", start.opaque_kind.bytes);
  }
  Writer writer = BeginBlock({});
  writer.Value(start.value);
  writer.output().Append('}');
  frames_.End();
}

Status Encoder::On(const BlockStart& start) {
  if (start.candidate != 0) return Ok();  // told at its first content
  if (block_.open) CloseBlock();
  block_ = {};
  block_.open = true;
  block_.number = start.block;
  block_.kind = start.kind;
  block_.is_custom = start.is_custom;
  block_.issuer = start.issuer;
  signature_spelling_ = Text::Spelling::kAbsent;
  switch (start.kind) {
    case BlockKind::kRefusal:
      has_refusal_ = true;
      break;
    case BlockKind::kText:
      break;
    case BlockKind::kReasoning:
      if (!start.encrypted.present()) break;
      if (IsOurs() || CanCarry(start.issuer)) {
        Writer writer = BeginBlock("redacted_thinking");
        writer.Member("data", IsOurs() ? start.encrypted
                                       : CarriedReasoning(start.encrypted, start.reasoning_id,
                                                          start.issuer, context_->arena));
        EndBlock(writer, &start.extras);
      } else {
        block_.dropped = true;
        DropAt(*context_, start.encrypted.node, kPartDropped,
               "encrypted reasoning of another vendor is of no use to {target}");
      }
      return Ok();
    case BlockKind::kToolCall:
      AnnounceToolCall(start);
      return Ok();
    case BlockKind::kMedia:
      AnnounceMedia(start.media);
      return Ok();
    case BlockKind::kOpaque:
      AnnounceOpaque(start);
      return Ok();
  }
  if (same_) Announce(&start.extras);
  return Ok();
}

void Encoder::WriteDelta(std::string_view type, std::string_view member, const Text& text,
                         const Extras& extras) {
  Writer writer = frames_.Begin(kDelta, *context_);
  Output& out = writer.output();
  out.Append("{\"type\":\"content_block_delta\",\"index\":");
  out.Append(index_);
  out.Append(",\"delta\":");
  writer.BeginObject();
  writer.Key("type");
  writer.String(Text{type, kNoNode, Text::Spelling::kClean});
  writer.Key(Text{member, kNoNode, Text::Spelling::kClean});
  writer.String(text);
  if (same_) WriteExtras(extras, writer);
  writer.EndObject();
  out.Append('}');
  frames_.End();
}

void Encoder::WriteRawDelta(const Raw& delta) {
  Writer writer = frames_.Begin(kDelta, *context_);
  writer.output().Append("{\"type\":\"content_block_delta\",\"index\":");
  writer.output().Append(index_);
  writer.output().Append(",\"delta\":");
  writer.Value(delta);
  writer.output().Append('}');
  frames_.End();
}

/// Free-form input, in pieces, inside the JSON text {"input":"..."}.
void Encoder::WriteCustomInput(const Text& text) {
  std::string piece;
  if (!block_.has_input) piece = "{\"input\":\"";
  block_.has_input = true;
  EscapeString(text.Decode(), piece);
  Use(text.node);
  WriteDelta("input_json_delta", "partial_json", Text::Plain(piece), {});
}

void Encoder::DropOther(const BlockDelta& delta) {
  for (NodeId node : {delta.text.node, delta.signature.node, delta.value.node}) {
    if (node == kNoNode) continue;
    if (other_reported_) {
      context_->accounting.Use(node);
    } else {
      context_->accounting.Drop(node, kPartDropped, "{target} holds one answer");
      other_reported_ = true;
    }
  }
}

Status Encoder::On(const BlockDelta& delta) {
  if (!IsCurrent(delta.block)) {
    DropOther(delta);
    return Ok();
  }
  if (block_.dropped) {
    for (NodeId node : {delta.text.node, delta.signature.node, delta.value.node}) Use(node);
    return Ok();
  }
  bool empty = delta.text.empty();
  if (delta.text.present() && empty && !same_) Use(delta.text.node);
  bool write = delta.text.present() && (!empty || same_);
  switch (block_.kind) {
    case BlockKind::kText:
    case BlockKind::kRefusal:
      if (!write) break;
      Announce();
      if (!same_) said_.Append(delta.text);
      if (same_ && !delta.extras.empty()) {
        WriteDelta("text_delta", "text", delta.text, delta.extras);
      } else {
        Writer writer = frames_.Begin(kDelta, *context_);
        writer.output().Append(prefix_);
        writer.String(delta.text);
        writer.output().Append("}}");
        frames_.End();
      }
      break;
    case BlockKind::kReasoning:
      if (write) {
        Announce();
        WriteDelta("thinking_delta", "thinking", delta.text, delta.extras);
      }
      if (delta.signature.present()) {  // whose ever it is: the client hands it back
        Announce();
        AIPROXY_RETURN_IF_ERROR(Charge(delta.signature.bytes.size()));
        signature_.assign(delta.signature.bytes);
        signature_spelling_ = delta.signature.spelling;
        Use(delta.signature.node);
      }
      break;
    case BlockKind::kToolCall:
      if (!write) break;
      if (block_.is_custom)
        WriteCustomInput(delta.text);
      else
        WriteDelta("input_json_delta", "partial_json", delta.text, delta.extras);
      break;
    case BlockKind::kMedia:
    case BlockKind::kOpaque:
      break;
  }
  if (delta.value.present() && block_.kind == BlockKind::kOpaque) WriteRawDelta(delta.value);
  return Ok();
}

Status Encoder::On(const BlockCitation& event) {
  const Citation& citation = event.citation;
  if (!IsCurrent(event.block) || block_.dropped || block_.kind != BlockKind::kText) return Ok();
  bool fits = same_ || citation.is_url || citation.place.present();
  if (!fits) return Ok();  // stays unmarked: it is reported
  Announce();
  Writer writer = frames_.Begin(kDelta, *context_);
  writer.output().Append("{\"type\":\"content_block_delta\",\"index\":");
  writer.output().Append(index_);
  writer.output().Append(",\"delta\":");
  writer.BeginObject();
  writer.Key("type\":\"citations_delta\",\"citation");
  if (same_) {
    writer.Value(citation.wire);
  } else if (citation.place.present()) {
    WritePlaceCitation(citation, *context_, writer);
  } else {
    const Text& cited = citation.cited_text;
    WriteUrlCitation(citation, cited.present() ? cited : CitedRange(citation, said_.view(), 0),
                     *context_, writer);
  }
  writer.EndObject();
  writer.output().Append('}');
  frames_.End();
  return Ok();
}

void Encoder::CloseBlock() {
  block_.open = false;
  if (!block_.announced) return;
  if (signature_spelling_ != Text::Spelling::kAbsent && !signature_.empty()) {
    WriteDelta("signature_delta", "signature", Text{signature_, kNoNode, signature_spelling_}, {});
  }
  if (block_.is_custom) {
    if (!block_.has_input) WriteCustomInput(Text::Plain(""));
    WriteDelta("input_json_delta", "partial_json", Text::Plain("\"}"), {});
  }
  Writer writer = frames_.Begin("content_block_stop", *context_);
  writer.output().Append("{\"type\":\"content_block_stop\",\"index\":");
  writer.output().Append(index_);
  writer.output().Append('}');
  frames_.End();
}

Status Encoder::On(const BlockEnd& end) {
  if (IsCurrent(end.block)) CloseBlock();
  return Ok();
}

/// Later counts replace earlier ones, one by one.
void Encoder::Merge(const Usage& from) {
  if (!from.present()) return;
  usage_.set = true;
  for (auto member : {&Usage::input, &Usage::cache_read, &Usage::cache_write, &Usage::output,
                      &Usage::reasoning, &Usage::total}) {
    if (!(from.*member).present()) continue;
    Use((from.*member).node);
    usage_.*member = Sourced<std::int64_t>((from.*member).value);
  }
}

Status Encoder::On(const StreamUsage& event) {
  if (!same_) {
    Merge(event.usage);
  } else {
    AIPROXY_RETURN_IF_ERROR(Charge(BytesBelow(event.usage)));
    UseAll(event.usage, context_->accounting);
    usage_ = CopyTo(event.usage, held_);
  }
  if (!event.service_tier.present()) return Ok();
  Use(event.service_tier.node);
  tier_ = {event.service_tier.value};
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
    AIPROXY_RETURN_IF_ERROR(Charge(BytesBelow(metadata.extras)));
    UseAll(metadata.extras, context_->accounting);
    stop_extras_ = CopyTo(metadata.extras, held_);
    return Ok();
  }
  if (!metadata.service_tier.present()) return Ok();
  Use(metadata.service_tier.node);
  tier_ = {metadata.service_tier.value};
  return Ok();
}

Status Encoder::On(const OpaqueEvent& event) {
  if (event.protocol != kId || !started_) {
    DropAt(*context_, event.value.node, kPartDropped, "an event '{}' has no place in {target}",
           event.name.bytes);
    return Ok();
  }
  Writer writer = frames_.Begin(event.name.bytes, *context_);
  writer.Value(event.value);
  frames_.End();
  return Ok();
}

Status Encoder::On(const StreamError& event) {
  ended_ = true;
  if (frames_.framing() == Framing::kAwsInvokeStream) {
    UseImpliedWords(event.error, *context_);
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
    writer.String(Text{StopReason(finish_.kind, has_tool_call_, has_refusal_), kNoNode,
                       Text::Spelling::kClean});
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
    if (is_of_root(extra) || extra.name.Is("stop_sequence")) continue;
    writer.Key(extra.name);
    writer.Value(extra.value);
  }
  writer.EndObject();
  writer.Key("usage");
  if (same_)
    WriteWireUsage(usage_, tier_, writer);
  else
    WriteUsage(usage_, tier_, *context_, writer);
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
  if (block_.open) CloseBlock();
  WriteMessageDelta();
  Writer writer = frames_.Begin("message_stop", *context_);
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"message_stop\"");
  WriteExtras(stop_extras_, writer);
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
