#include "core/protocols/anthropic_messages/stream_blocks.h"

#include "core/model/citations.h"
#include "core/model/foreign_reasoning.h"
#include "core/protocols/anthropic_messages/foreign_blocks.h"

namespace aiproxy::anthropic_messages {

/// Starts the frame of a content_block_start, up to the type of the block.
Writer StreamBlocks::BeginBlock(std::string_view type) {
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

void StreamBlocks::EndBlock(Writer& writer, const Extras* extras) {
  if (extras != nullptr && same_) WriteExtras(*extras, writer);
  writer.EndObject();
  writer.output().Append('}');
  frames_.End();
}

/// A text or thinking block, empty as it always starts.
void StreamBlocks::Announce(const Extras* extras) {
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

void StreamBlocks::AnnounceEncrypted(const BlockStart& start) {
  if (!IsOurs() && !CanCarry(start.issuer)) {
    block_.dropped = true;
    return DropAt(*context_, start.encrypted.node, kPartDropped,
                  "encrypted reasoning of another vendor is of no use to {target}");
  }
  Writer writer = BeginBlock("redacted_thinking");
  writer.Member("data", CanCarry(start.issuer)
                            ? CarriedReasoning(start.encrypted, start.reasoning_id, start.issuer,
                                               context_->arena)
                            : start.encrypted);
  EndBlock(writer, &start.extras);
}

void StreamBlocks::AnnounceToolCall(const BlockStart& start) {
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
  writer.String(start.tool_name);
  writer.Key("input");
  writer.Literal("{}");
  if (start.is_custom) {
    context_->accounting.Report(start.tool_name.node, kPartDegraded,
                                "the input of a custom tool is carried as the member 'input'");
  }
  EndBlock(writer, &start.extras);
}

void StreamBlocks::AnnounceMedia(const MediaPart& media) {
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

void StreamBlocks::AnnounceOpaque(const BlockStart& start) {
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

void StreamBlocks::Start(const BlockStart& start) {
  if (start.candidate != 0) return;  // told at its first content
  if (block_.open) Close();
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
      said_.Clear();
      break;
    case BlockKind::kReasoning:
      if (start.encrypted.present()) return AnnounceEncrypted(start);
      break;
    case BlockKind::kToolCall:
      return AnnounceToolCall(start);
    case BlockKind::kMedia:
      return AnnounceMedia(start.media);
    case BlockKind::kOpaque:
      return AnnounceOpaque(start);
  }
  if (same_) Announce(&start.extras);
}

/// Starts the frame of a content_block_delta, up to the delta.
Writer StreamBlocks::BeginDelta() {
  Writer writer = frames_.Begin("content_block_delta", *context_);
  writer.output().Append("{\"type\":\"content_block_delta\",\"index\":");
  writer.output().Append(index_);
  writer.output().Append(",\"delta\":");
  return writer;
}

void StreamBlocks::EndDelta(Writer& writer) {
  writer.output().Append('}');
  frames_.End();
}

void StreamBlocks::WriteDelta(std::string_view type, std::string_view member, const Text& text,
                              const Extras& extras) {
  Writer writer = BeginDelta();
  writer.BeginObject();
  writer.Key("type");
  writer.String(Text{type, kNoNode, Text::Spelling::kClean});
  writer.Key(Text{member, kNoNode, Text::Spelling::kClean});
  writer.String(text);
  if (same_) WriteExtras(extras, writer);
  writer.EndObject();
  EndDelta(writer);
}

/// The commonest of all frames: most of it is made once a block.
void StreamBlocks::WriteText(const BlockDelta& delta) {
  Announce();
  if (!same_) said_.Append(delta.text);
  if (same_ && !delta.extras.empty()) {
    return WriteDelta("text_delta", "text", delta.text, delta.extras);
  }
  Writer writer = frames_.Begin("content_block_delta", *context_);
  writer.output().Append(prefix_);
  writer.String(delta.text);
  writer.output().Append("}}");
  frames_.End();
}

/// Of several signatures the last one counts: it goes out at the end of its block. Whose ever it
/// is, the client hands it back.
Status StreamBlocks::WriteReasoning(const BlockDelta& delta, bool has_text) {
  if (has_text) {
    Announce();
    WriteDelta("thinking_delta", "thinking", delta.text, delta.extras);
  }
  if (!delta.signature.present()) return Ok();
  Announce();
  AIPROXY_RETURN_IF_ERROR(held_.Charge(delta.signature.bytes.size(), context_->limits));
  signature_.assign(delta.signature.bytes);
  signature_spelling_ = delta.signature.spelling;
  Use(delta.signature.node);
  return Ok();
}

/// Free-form input, in pieces, inside the JSON text {"input":"..."}.
void StreamBlocks::WriteCustomInput(const Text& text) {
  std::string piece;
  if (!block_.has_input) piece = "{\"input\":\"";
  block_.has_input = true;
  EscapeString(text.Decode(), piece);
  Use(text.node);
  WriteDelta("input_json_delta", "partial_json", Text::Plain(piece), {});
}

Status StreamBlocks::Append(const BlockDelta& delta) {
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
  bool has_text = delta.text.present() && (!empty || same_);
  switch (block_.kind) {
    case BlockKind::kText:
    case BlockKind::kRefusal:
      if (has_text) WriteText(delta);
      break;
    case BlockKind::kReasoning:
      return WriteReasoning(delta, has_text);
    case BlockKind::kToolCall:
      if (!has_text) break;
      if (block_.is_custom)
        WriteCustomInput(delta.text);
      else
        WriteDelta("input_json_delta", "partial_json", delta.text, delta.extras);
      break;
    case BlockKind::kMedia:
      break;
    case BlockKind::kOpaque:
      if (!delta.value.present()) break;
      Writer writer = BeginDelta();
      writer.Value(delta.value);
      EndDelta(writer);
      break;
  }
  return Ok();
}

void StreamBlocks::Cite(const BlockCitation& event) {
  const Citation& citation = event.citation;
  if (!IsCurrent(event.block) || block_.dropped || block_.kind != BlockKind::kText) return;
  bool fits = same_ || citation.is_url || citation.place.present();
  if (!fits) return;  // stays unmarked: it is reported
  Announce();
  Writer writer = BeginDelta();
  writer.BeginObject();
  writer.Key("type\":\"citations_delta\",\"citation");
  if (same_) {
    writer.Value(citation.wire);
  } else if (citation.place.present()) {
    WritePlaceCitation(citation, *context_, writer);
  } else {
    const Text& cited = citation.cited_text;
    WriteUrlCitation(citation, cited.present() ? cited : CitedRange(citation, said_.view()),
                     *context_, writer);
  }
  writer.EndObject();
  EndDelta(writer);
}

void StreamBlocks::Close() {
  if (!block_.open) return;
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

}  // namespace aiproxy::anthropic_messages
