// Streams, to the wire.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
#include <string>

#include "core/model/error_codes.h"
#include "core/model/parts.h"
#include "core/model/words.h"
#include "core/protocols/bedrock_converse/wire.h"
#include "core/stream/aws_failure.h"
#include "core/stream/copy.h"
#include "core/stream/held_bytes.h"
#include "core/stream/latest.h"
#include "core/stream/opaque_event.h"
#include "core/stream/other_answers.h"

namespace aiproxy::bedrock_converse {

namespace {

constexpr std::string_view kDelta = "contentBlockDelta";

Text Clean(std::string_view word) { return {word, kNoNode, Text::Spelling::kClean}; }

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
    bool announced = false;  // something of it went out
    bool dropped = false;    // accounted for at its start
    std::uint32_t number = 0;
    BlockKind kind = BlockKind::kText;
    bool is_custom = false;
    bool has_input = false;  // of a custom tool call: its beginning went out
  };

  Status On(const StreamStart& start);
  Status On(const BlockStart& start);
  Status On(const BlockDelta& delta);
  Status On(const BlockCitation& citation);
  Status On(const BlockEnd& end);
  Status On(const StreamUsage& usage);
  Status On(const StreamFinish& finish);
  Status On(const StreamMetadata& metadata);
  Status On(const OpaqueEvent& event);
  Status On(const StreamError& error);
  Status On(const StreamEnd& end);

  bool IsCurrent(std::uint32_t number) const { return block_.open && block_.number == number; }
  void Use(NodeId node) {
    if (node != kNoNode) context_->accounting.Use(node);
  }

  void Announce();
  Writer BeginDelta();
  void EndDelta(Writer& writer, const Extras& extras);
  template <std::size_t N>
  void WriteReasoning(const char (&member)[N], const Text& text, const Extras& extras);
  void WriteInput(const Text& text, const Extras& extras);
  void WriteCustomInput(const Text& text);
  void StartToolCall(const BlockStart& start);
  void StartOpaque(const BlockStart& start);
  void StartMedia(const BlockStart& start);
  void CloseBlock();
  Status HoldSignature(const Text& signature);
  Status Charge(std::size_t bytes) { return held_bytes_.Charge(bytes, context_->limits); }
  void WriteFinish(const FinishReason& reason, const Extras& extras);
  void WriteMetadata();

  FrameWriter& frames_;
  CodecContext* context_ = nullptr;
  bool same_ = false;  // the stream was read from this protocol
  bool started_ = false;
  bool ended_ = false;
  bool stopped_ = false;  // messageStop went out
  OtherAnswers others_;
  bool has_tool_call_ = false;
  Block block_;
  std::uint32_t next_index_ = 0;
  std::string prefix_;     // of a delta of the announced block
  std::string signature_;  // the last one of the open block
  Text::Spelling signature_spelling_ = Text::Spelling::kAbsent;

  Arena held_;  // what `metadata` needs at the end
  HeldBytes held_bytes_;
  LatestUsage usage_;
  Sourced<ServiceTier> tier_;
  LatestExtras metadata_;
};

Status Encoder::On(const StreamStart& start) {
  if (started_) return Ok();
  started_ = true;
  same_ = start.protocol == kId;
  Writer writer = frames_.Begin("messageStart", *context_);
  writer.BeginObject();
  writer.Key("role");
  writer.Literal("\"assistant\"");
  if (same_) WriteExtras(start.extras, writer);
  writer.EndObject();
  frames_.End();
  AIPROXY_RETURN_IF_ERROR(usage_.Take(start.usage, same_, *context_, &Usage::reasoning));
  TakeLatest(start.service_tier, tier_, *context_);
  return Ok();
}

/// Gives the block its index: only blocks with content have one.
void Encoder::Announce() {
  if (block_.announced) return;
  block_.announced = true;
  prefix_.assign("{\"contentBlockIndex\":").append(std::to_string(next_index_++));
  prefix_.append(",\"delta\":");
}

Writer Encoder::BeginDelta() {
  Announce();
  Writer writer = frames_.Begin(kDelta, *context_);
  writer.output().Append(prefix_);
  writer.BeginObject();
  return writer;
}

void Encoder::EndDelta(Writer& writer, const Extras& extras) {
  writer.EndObject();
  if (same_) WriteExtras(extras, writer);
  writer.output().Append('}');
  frames_.End();
}

template <std::size_t N>
void Encoder::WriteReasoning(const char (&member)[N], const Text& text, const Extras& extras) {
  Writer writer = BeginDelta();
  writer.Key("reasoningContent");
  writer.BeginObject();
  writer.Key(member);
  writer.String(text);
  writer.EndObject();
  EndDelta(writer, extras);
}

void Encoder::WriteInput(const Text& text, const Extras& extras) {
  Writer writer = BeginDelta();
  writer.Key("toolUse");
  writer.BeginObject();
  writer.Key("input");
  writer.String(text);
  writer.EndObject();
  EndDelta(writer, extras);
}

/// Free-form input, in pieces, inside the JSON text {"input":"..."}.
void Encoder::WriteCustomInput(const Text& text) {
  std::string piece;
  if (!block_.has_input) piece = "{\"input\":\"";
  block_.has_input = true;
  EscapeString(text.Decode(), piece);
  Use(text.node);
  WriteInput(Text::Plain(piece), {});
}

void Encoder::StartToolCall(const BlockStart& start) {
  block_.announced = true;
  std::string index = std::to_string(next_index_++);
  prefix_.assign("{\"contentBlockIndex\":").append(index).append(",\"delta\":");
  Writer writer = frames_.Begin("contentBlockStart", *context_);
  writer.output().Append("{\"contentBlockIndex\":");
  writer.output().Append(index);
  writer.output().Append(",\"start\":{\"toolUse\":");
  writer.BeginObject();
  if (start.tool_call_id.present() && !start.tool_call_id.empty()) {
    writer.Member("toolUseId", start.tool_call_id);
  } else if (!same_) {
    std::string id = "tooluse_0_" + index;
    writer.Key("toolUseId");
    writer.String(id);
    writer.Cover(start.tool_call_id.node);
    context_->accounting.Report(start.tool_name.node, kValueInvented,
                                "the call has no id; one is made up");
  }
  if (start.tool_name.present() || !same_) {
    writer.Key("name");
    writer.String(start.tool_name);
  }
  if (same_) WriteExtras(start.extras, writer);
  writer.EndObject();
  writer.output().Append("}}");
  frames_.End();
  has_tool_call_ = true;
  if (!start.is_custom) return;
  context_->accounting.Report(start.tool_name.node, kPartDegraded,
                              "the input of a custom tool is carried as the member 'input'");
}

void Encoder::StartOpaque(const BlockStart& start) {
  if (start.protocol != kId) {
    block_.dropped = true;
    return DropAt(*context_, FirstNode(start.value.node, start.opaque_kind.node), kPartDropped,
                  "a part of type '{}' has no place in {target}", start.opaque_kind.bytes);
  }
  Announce();
  if (!start.value.present()) return;
  Writer writer = frames_.Begin("contentBlockStart", *context_);
  writer.BeginObject();
  writer.Key("contentBlockIndex");
  writer.Int(next_index_ - 1);
  writer.Key("start");
  writer.Value(start.value);
  writer.EndObject();
  frames_.End();
}

/// An image comes whole: its format at the start, its bytes in one delta.
void Encoder::StartMedia(const BlockStart& start) {
  const MediaPart& media = start.media;
  std::string_view format;
  if (media.kind == MediaPart::Kind::kImage && media.source == MediaPart::Source::kBase64 &&
      media.media_type.present() && (same_ || media.data.present())) {
    format = FormatOf(media.kind, NormalisedMediaType(media.media_type).Decode(context_->arena));
  }
  if (format.empty()) {
    block_.dropped = true;
    return DropAt(*context_, FirstNode(media.node, media.data.node), kPartDropped,
                  "a medium like this has no place in {target}");
  }
  Announce();
  Writer writer = frames_.Begin("contentBlockStart", *context_);
  writer.BeginObject();
  writer.Key("contentBlockIndex");
  writer.Int(next_index_ - 1);
  writer.Key("start");
  writer.BeginObject();
  writer.Key("image");
  writer.BeginObject();
  writer.Key("format");
  writer.String(Clean(format));
  writer.EndObject();
  writer.EndObject();
  writer.EndObject();
  frames_.End();
  Use(media.media_type.node);
  Use(media.url.node);
  if (!media.data.present()) return;
  Writer delta = BeginDelta();
  delta.Key("image");
  delta.BeginObject();
  delta.Key("source");
  delta.BeginObject();
  delta.Member("bytes", media.data);
  delta.EndObject();
  delta.EndObject();
  EndDelta(delta, {});
}

Status Encoder::On(const BlockStart& start) {
  if (start.candidate != 0) return Ok();  // told at its first content
  if (block_.open) CloseBlock();
  block_ = {};
  block_.open = true;
  block_.number = start.block;
  block_.kind = start.kind;
  block_.is_custom = start.is_custom;
  signature_spelling_ = Text::Spelling::kAbsent;
  switch (start.kind) {
    case BlockKind::kText:
    case BlockKind::kRefusal:
      break;  // there is no start event: the first delta tells
    case BlockKind::kReasoning:
      if (!start.encrypted.present()) break;
      block_.dropped = !IsBase64(start.encrypted);
      if (block_.dropped) {
        DropAt(*context_, start.encrypted.node, kPartDropped,
               "encrypted reasoning that is not base64 has no place in {target}");
      } else {
        WriteReasoning("redactedContent", start.encrypted, start.extras);
        DropReasoningId(start.reasoning_id, start.issuer, *context_);
      }
      break;
    case BlockKind::kToolCall:
      StartToolCall(start);
      break;
    case BlockKind::kMedia:
      StartMedia(start);
      break;
    case BlockKind::kOpaque:
      StartOpaque(start);
      break;
  }
  return Ok();
}

/// The last one counts; it goes out at the end of its block.
Status Encoder::HoldSignature(const Text& signature) {
  if (!signature.present()) return Ok();
  AIPROXY_RETURN_IF_ERROR(Charge(signature.bytes.size()));
  signature_.assign(signature.bytes);
  signature_spelling_ = signature.spelling;
  Use(signature.node);
  return Ok();
}

Status Encoder::On(const BlockDelta& delta) {
  if (!IsCurrent(delta.block)) {
    others_.Drop(delta, *context_);
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
      if (write) {
        Writer writer = BeginDelta();
        writer.Key("text");
        writer.String(delta.text);
        EndDelta(writer, delta.extras);
      }
      break;
    case BlockKind::kReasoning:
      if (write) WriteReasoning("text", delta.text, delta.extras);
      return HoldSignature(delta.signature);
    case BlockKind::kToolCall:
      if (!write) break;
      if (block_.is_custom)
        WriteCustomInput(delta.text);
      else
        WriteInput(delta.text, delta.extras);
      break;
    case BlockKind::kMedia:
      break;
    case BlockKind::kOpaque:
      if (!delta.value.present()) break;
      Writer writer = frames_.Begin(kDelta, *context_);
      writer.output().Append(prefix_);
      writer.Value(delta.value);
      if (same_) WriteExtras(delta.extras, writer);
      writer.output().Append('}');
      frames_.End();
      break;
  }
  return Ok();
}

Status Encoder::On(const BlockCitation& event) {
  const Citation& citation = event.citation;
  if (!IsCurrent(event.block) || block_.dropped || block_.kind != BlockKind::kText) return Ok();
  if (!same_ && !HasPlaceHere(citation)) return Ok();  // stays unmarked: it is reported
  Writer writer = BeginDelta();
  writer.Key("citation");
  if (same_)
    writer.Value(citation.wire);
  else
    WriteCitation(citation, writer);
  EndDelta(writer, {});
  return Ok();
}

void Encoder::CloseBlock() {
  block_.open = false;
  if (signature_spelling_ != Text::Spelling::kAbsent && !block_.dropped &&
      (same_ || !signature_.empty())) {
    if (!block_.announced && !same_) WriteReasoning("text", Text::Plain(""), {});
    WriteReasoning("signature", Text{signature_, kNoNode, signature_spelling_}, {});
  }
  if (!block_.announced) return;
  if (block_.is_custom) {
    if (!block_.has_input) WriteCustomInput(Text::Plain(""));
    WriteInput(Text::Plain("\"}"), {});
  }
  Writer writer = frames_.Begin("contentBlockStop", *context_);
  writer.BeginObject();
  writer.Key("contentBlockIndex");
  writer.Int(next_index_ - 1);
  writer.EndObject();
  frames_.End();
}

Status Encoder::On(const BlockEnd& end) {
  if (IsCurrent(end.block)) CloseBlock();
  return Ok();
}

Status Encoder::On(const StreamUsage& event) {
  AIPROXY_RETURN_IF_ERROR(usage_.Take(event.usage, same_, *context_, &Usage::reasoning));
  TakeLatest(event.service_tier, tier_, *context_);
  return Ok();
}

void Encoder::WriteFinish(const FinishReason& reason, const Extras& extras) {
  stopped_ = true;
  Writer writer = frames_.Begin("messageStop", *context_);
  writer.BeginObject();
  if (same_) {
    writer.Member("stopReason", reason.raw);
    WriteExtras(extras, writer);
  } else {
    writer.Cover(reason.raw.node);
    writer.Key("stopReason");
    writer.String(Clean(StopReason(reason.kind, has_tool_call_)));
  }
  writer.EndObject();
  frames_.End();
}

Status Encoder::On(const StreamFinish& finish) {
  if (finish.candidate != 0) {
    Use(finish.reason.raw.node);
    return Ok();
  }
  if (stopped_) return Ok();
  if (block_.open) CloseBlock();
  if (!same_) ReportFinish(finish.reason, *context_);
  WriteFinish(finish.reason, finish.extras);
  return Ok();
}

Status Encoder::On(const StreamMetadata& metadata) {
  TakeLatest(metadata.service_tier, tier_, *context_);
  if (!same_) return Ok();
  return metadata_.Take(metadata.extras, *context_);
}

Status Encoder::On(const OpaqueEvent& event) {
  WriteOpaque(event, event.protocol == kId && started_, *context_, frames_);
  return Ok();
}

Status Encoder::On(const StreamError& event) {
  ended_ = true;
  const ApiError& error = event.error;
  if (error.protocol == kId && error.type.present()) {
    Writer writer = frames_.Begin(error.type.Decode(), *context_, Frame::Type::kException);
    writer.BeginObject();
    writer.Member("message", error.message);
    WriteExtras(error.extras, writer);
    writer.EndObject();
    frames_.End();
    return Ok();
  }
  if (CodeSaysKind(error.code, error.kind)) Use(error.code.node);
  WriteAwsException(error, AwsStream::kConverse, *context_, frames_);
  return Ok();
}

void Encoder::WriteMetadata() {
  Writer writer = frames_.Begin("metadata", *context_);
  writer.BeginObject();
  if (!same_ || usage_.present()) {
    writer.Key("usage");
    if (same_)
      WriteWireUsage(usage_.usage(), writer);
    else
      WriteUsage(usage_.usage(), *context_, writer);
  }
  if (!same_) {
    writer.Key("metrics");
    writer.Literal("{\"latencyMs\":0}");
    context_->accounting.Report(kNoNode, kValueInvented,
                                "{target} demands a latency; 0 is made up");
  }
  WriteServiceTier(tier_, *context_, writer);
  WriteExtras(metadata_.extras(), writer);
  writer.EndObject();
  frames_.End();
}

Status Encoder::On(const StreamEnd&) {
  if (!started_) AIPROXY_RETURN_IF_ERROR(On(StreamStart{}));
  if (block_.open) CloseBlock();
  if (!stopped_) WriteFinish({}, {});
  bool any = usage_.present() || tier_.present() || !metadata_.extras().empty();
  if (!same_ || any) WriteMetadata();
  ended_ = true;
  return Ok();
}

}  // namespace

std::unique_ptr<StreamEncoder> NewStreamEncoder(FrameWriter& frames) {
  return std::make_unique<Encoder>(frames);
}

}  // namespace aiproxy::bedrock_converse
