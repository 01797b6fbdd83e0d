#include "core/stream/aggregator.h"

#include <algorithm>
#include <utility>

#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/model/arguments.h"
#include "core/stream/copy.h"
#include "core/stream/latest.h"

namespace aiproxy {

namespace {

Error NotOpen() {
  Error error;
  error.message = "an event for a block that is not open";
  return error;
}

template <class T>
void Override(const Sourced<T>& from, Sourced<T>& into) {
  if (from.present()) into = Sourced<T>(from.value);
}

NodeId FirstNode(std::initializer_list<NodeId> nodes) {
  for (NodeId node : nodes) {
    if (node != kNoNode) return node;
  }
  return kNoNode;
}

/// The pointer of a member of extras, as in the neutral form.
std::string PointerTo(std::string pointer, const ExtraMember& extra) {
  pointer += '/';
  for (char c : extra.name.Decode()) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
  return pointer;
}

}  // namespace

Aggregator::Aggregator(const Limits& limits) : limits_(limits) { response_.node = kNoNode; }

Status Aggregator::OnEvent(const StreamEvent& event) {
  return std::visit([this](const auto& one) { return Take(one); }, event.variant());
}

Status Aggregator::Charge(std::size_t bytes) {
  bytes_ += bytes;
  if (bytes_ <= limits_.max_accumulated_bytes) return Ok();
  return LimitExceeded("the response that the stream amounts to has more than " +
                       std::to_string(limits_.max_accumulated_bytes) + " bytes");
}

void Aggregator::Use(NodeId node) {
  if (context_ != nullptr && node != kNoNode) context_->accounting.Use(node);
}

template <class T>
Status Aggregator::Copy(const T& from, T& into) {
  AIPROXY_RETURN_IF_ERROR(Charge(BytesBelow(from)));
  if (context_ != nullptr) UseAll(from, context_->accounting);
  into = CopyTo(from, arena_);
  return Ok();
}

Status Aggregator::Join(const Text& piece, Joined& into) {
  if (!piece.present()) return Ok();
  AIPROXY_RETURN_IF_ERROR(Charge(piece.bytes.size()));
  Use(piece.node);
  into.any = true;
  if (piece.spelling == Text::Spelling::kPlain) {
    std::size_t before = into.bytes.size();
    EscapeString(piece.bytes, into.bytes);
    into.escaped |= into.bytes.find('\\', before) != std::string::npos;
  } else {
    into.bytes.append(piece.bytes);
    into.escaped |= piece.spelling == Text::Spelling::kEscaped;
  }
  return Ok();
}

/// Tool input of an opaque block comes in pieces of JSON text; other pieces have no place.
/// https://docs.anthropic.com/en/docs/build-with-claude/streaming#input-json-delta
Status Aggregator::JoinInput(const Raw& delta, Joined& into) {
  if (!delta.present()) return Ok();
  piece_text_.Assign(delta.json);
  if (!pieces_.Parse(piece_text_.view(), limits_.Event())) return Ok();
  Value piece(pieces_, 0);
  if (!piece.is_object()) return Ok();
  Value type = piece.Find("type");
  Value json = piece.Find("partial_json");
  if (!type.valid() || !type.is_string() || !type.Is("input_json_delta")) return Ok();
  if (!json.valid() || !json.is_string()) return Ok();
  Use(delta.node);
  Text text = Text::Of(json);
  text.node = kNoNode;
  return Join(text, into);
}

Status Aggregator::Merge(const Extras& from, Extras& into) {
  return Charge(
      TakeLatest(from, into, arena_, context_ == nullptr ? nullptr : &context_->accounting));
}

Status Aggregator::Merge(const Usage& from) {
  if (!from.present()) return Ok();
  Usage& into = response_.usage;
  into.set = true;
  into.style = from.style;
  for (auto member : {&Usage::input, &Usage::cache_read, &Usage::cache_write, &Usage::output,
                      &Usage::reasoning, &Usage::total}) {
    Use((from.*member).node);
    Override(from.*member, into.*member);
  }
  AIPROXY_RETURN_IF_ERROR(Note("/usage", from.node));
  AIPROXY_RETURN_IF_ERROR(NoteExtras("/usage/extras", from.extras));
  AIPROXY_RETURN_IF_ERROR(NoteExtras("/usage/input_extras", from.input_extras));
  AIPROXY_RETURN_IF_ERROR(NoteExtras("/usage/output_extras", from.output_extras));
  AIPROXY_RETURN_IF_ERROR(Merge(from.extras, into.extras));
  AIPROXY_RETURN_IF_ERROR(Merge(from.input_extras, into.input_extras));
  return Merge(from.output_extras, into.output_extras);
}

Status Aggregator::Merge(const Sourced<ServiceTier>& tier) {
  AIPROXY_RETURN_IF_ERROR(Note("/service_tier", tier.node));
  Use(tier.node);
  Override(tier, response_.service_tier);
  return Ok();
}

Origin Aggregator::Here(NodeId node, bool whole) const {
  Origin origin{event_, "", whole};
  if (context_ != nullptr && node != kNoNode) {
    context_->accounting.document().AppendPointer(node, origin.pointer);
  }
  return origin;
}

Status Aggregator::Note(std::string pointer, NodeId node, bool whole) {
  if (node == kNoNode) return Ok();
  AIPROXY_RETURN_IF_ERROR(Charge(sizeof(Origin) + pointer.size()));
  origins_.Add(std::move(pointer), Here(node, whole));
  return Ok();
}

Status Aggregator::NoteExtras(const std::string& pointer, const Extras& extras) {
  for (const ExtraMember& extra : extras) {
    AIPROXY_RETURN_IF_ERROR(Note(PointerTo(pointer, extra), extra.value.node, true));
  }
  return Ok();
}

/// Those of a block, which has no place yet.
void Aggregator::NoteExtrasOf(const Extras& extras, OpenBlock& block) const {
  for (const ExtraMember& extra : extras) {
    block.inner_origins.emplace_back(PointerTo("/extras", extra), Here(extra.value.node, true));
  }
}

void Aggregator::NoteFinish(const StreamFinish& finish) {
  auto note = [&](std::string below, NodeId node, bool whole) {
    if (node != kNoNode) {
      candidate_origins_.push_back({finish.candidate, std::move(below), Here(node, whole)});
    }
  };
  note("/finish", finish.reason.raw.node, false);
  note("/finish/stop_sequence", finish.reason.stop_sequence.node, false);
  for (const ExtraMember& extra : finish.extras) {
    note(PointerTo("/extras", extra), extra.value.node, true);
  }
}

/// A block becomes a part: what is known of its origin gets the part's pointer.
void Aggregator::NoteBlock(const OpenBlock& block, std::size_t part) {
  std::string below = "/message/parts/" + std::to_string(part);
  for (const auto& [inner, origin] : block.inner_origins) {
    candidate_origins_.push_back({block.start.candidate, below + inner, origin});
  }
  candidate_origins_.push_back({block.start.candidate, std::move(below), block.origin});
}

/// A candidate as such came with the first of what it has.
void Aggregator::PlaceOrigins() {
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    std::string pointer = "/candidates/" + std::to_string(i);
    const CandidateOrigin* first = nullptr;
    for (CandidateOrigin& one : candidate_origins_) {
      if (one.candidate != candidates_[i].index.value) continue;
      if (first == nullptr || one.origin.event < first->origin.event) first = &one;
      origins_.Add(pointer + one.below, one.origin);
    }
    if (first != nullptr)
      origins_.Add(pointer, {first->origin.event, first->origin.pointer, false});
  }
}

Status Aggregator::Take(const StreamStart& start) {
  AIPROXY_RETURN_IF_ERROR(Note("/id", start.id.node));
  AIPROXY_RETURN_IF_ERROR(Note("/model", start.model.node));
  AIPROXY_RETURN_IF_ERROR(Note("/created", start.created.node));
  AIPROXY_RETURN_IF_ERROR(NoteExtras("/extras", start.extras));
  AIPROXY_RETURN_IF_ERROR(Copy(start.id, response_.id));
  AIPROXY_RETURN_IF_ERROR(Copy(start.model, response_.model));
  AIPROXY_RETURN_IF_ERROR(Copy(start.created, response_.created));
  AIPROXY_RETURN_IF_ERROR(Merge(start.usage));
  AIPROXY_RETURN_IF_ERROR(Merge(start.service_tier));
  return Merge(start.extras, response_.extras);
}

Status Aggregator::Take(const BlockStart& start) {
  AIPROXY_RETURN_IF_ERROR(Charge(sizeof(OpenBlock)));
  CandidateOf(start.candidate);
  OpenBlock& block = open_.emplace_back();
  block.origin = Here(FirstNode({start.value.node, start.tool_name.node, start.encrypted.node}));
  NoteExtrasOf(start.extras, block);
  BlockStart taken = start;
  taken.extras = {};
  AIPROXY_RETURN_IF_ERROR(Copy(taken, block.start));
  block.start.protocol = arena_.Copy(start.protocol);
  if (start.kind == BlockKind::kOpaque) return Ok();
  return Merge(start.extras, block.extras);
}

Status Aggregator::Take(const BlockDelta& delta) {
  OpenBlock* block = Find(delta.block);
  if (block == nullptr) return NotOpen();
  if (block->start.kind == BlockKind::kOpaque) return JoinInput(delta.value, block->text);
  if (block->origin.pointer.empty()) {
    block->origin = Here(FirstNode({delta.text.node, delta.signature.node}));
  }
  NoteExtrasOf(delta.extras, *block);
  AIPROXY_RETURN_IF_ERROR(Join(delta.text, block->text));
  if (delta.signature.present()) {
    block->signature = {};
    if (delta.issuer != Issuer::kUnknown) block->start.issuer = delta.issuer;
    AIPROXY_RETURN_IF_ERROR(Join(delta.signature, block->signature));
  }
  if (!delta.logprobs.empty()) {
    Candidate& candidate = CandidateOf(block->start.candidate);
    bool refusal = block->start.kind == BlockKind::kRefusal;
    List<TokenLogprob>& into = refusal ? candidate.refusal_logprobs : candidate.logprobs;
    for (const TokenLogprob& logprob : delta.logprobs) {
      TokenLogprob copy;
      AIPROXY_RETURN_IF_ERROR(Charge(sizeof(TokenLogprob)));
      AIPROXY_RETURN_IF_ERROR(Copy(logprob, copy));
      into.push_back(arena_, copy);
    }
  }
  return Merge(delta.extras, block->extras);
}

Status Aggregator::Take(const BlockCitation& citation) {
  OpenBlock* block = Find(citation.block);
  if (block == nullptr) return NotOpen();
  Citation copy;
  AIPROXY_RETURN_IF_ERROR(Charge(sizeof(Citation)));
  AIPROXY_RETURN_IF_ERROR(Copy(citation.citation, copy));
  block->inner_origins.emplace_back(
      "/citations/" + std::to_string(block->citations.size()),
      Here(FirstNode({citation.citation.wire.node, citation.citation.url.node})));
  block->citations.push_back(arena_, copy);
  return Ok();
}

Status Aggregator::Take(const BlockEnd& end) {
  OpenBlock* block = Find(end.block);
  if (block == nullptr) return NotOpen();
  AddPart(*block);
  open_.erase(open_.begin() + (block - open_.data()));
  return Ok();
}

Status Aggregator::Take(const StreamUsage& usage) {
  AIPROXY_RETURN_IF_ERROR(Merge(usage.usage));
  return Merge(usage.service_tier);
}

Status Aggregator::Take(const StreamFinish& finish) {
  AIPROXY_RETURN_IF_ERROR(Charge(sizeof(Candidate)));
  Candidate& candidate = CandidateOf(finish.candidate);
  NoteFinish(finish);
  AIPROXY_RETURN_IF_ERROR(Copy(finish.reason, candidate.finish));
  return Merge(finish.extras, candidate.extras);
}

Status Aggregator::Take(const StreamMetadata& metadata) {
  AIPROXY_RETURN_IF_ERROR(Merge(metadata.service_tier));
  AIPROXY_RETURN_IF_ERROR(NoteExtras("/extras", metadata.extras));
  return Merge(metadata.extras, response_.extras);
}

Status Aggregator::Take(const OpaqueEvent&) { return Ok(); }

Status Aggregator::Take(const StreamError& error) {
  AIPROXY_RETURN_IF_ERROR(Copy(error.error, error_));
  error_.protocol = arena_.Copy(error.error.protocol);
  failed_ = true;
  Build();
  return Ok();
}

Status Aggregator::Take(const StreamEnd&) {
  Build();
  return Ok();
}

Aggregator::OpenBlock* Aggregator::Find(std::uint32_t block) {
  auto at = std::find_if(open_.begin(), open_.end(),
                         [block](const OpenBlock& open) { return open.start.block == block; });
  return at == open_.end() ? nullptr : &*at;
}

Candidate& Aggregator::CandidateOf(std::uint32_t number) {
  for (Candidate& candidate : candidates_) {
    if (candidate.index.value == number) return candidate;
  }
  Candidate& candidate = candidates_.emplace_back();
  candidate.index = static_cast<std::int64_t>(number);
  candidate.message.role = Role::kAssistant;
  return candidate;
}

Text Aggregator::Keep(Joined& joined) {
  const std::string& kept = texts_.emplace_back(std::move(joined.bytes));
  return {kept, kNoNode, joined.escaped ? Text::Spelling::kEscaped : Text::Spelling::kClean};
}

/// The block's part, and the item that it is a part of.
void Aggregator::AddPart(OpenBlock& block) {
  Message& message = CandidateOf(block.start.candidate).message;
  if (block.start.item != kNoItem) {
    if (message.items.empty() || item_ != block.start.item) {
      WireItem item;
      item.first_part = static_cast<int>(message.parts.size());
      item.members = block.start.item_members;
      message.items.push_back(arena_, item);
      item_ = block.start.item;
    }
    ++message.items.back().part_count;
  }
  NoteBlock(block, message.parts.size());
  message.parts.push_back(arena_, Finished(block));
}

Part Aggregator::Finished(OpenBlock& block) {
  const BlockStart& start = block.start;
  switch (start.kind) {
    case BlockKind::kText:
    case BlockKind::kRefusal: {
      TextPart part;
      part.text = Keep(block.text);
      part.is_refusal = start.kind == BlockKind::kRefusal;
      part.citations = block.citations;
      part.extras = block.extras;
      return part;
    }
    case BlockKind::kReasoning: {
      ReasoningPart part;
      if (block.text.any) part.text = Keep(block.text);
      if (block.signature.any) part.signature = Keep(block.signature);
      part.encrypted = start.encrypted;
      part.id = start.reasoning_id;
      part.is_summary = start.is_summary;
      part.issuer = start.issuer;
      part.extras = block.extras;
      return part;
    }
    case BlockKind::kToolCall: {
      ToolCallPart part;
      part.id = start.tool_call_id;
      part.name = start.tool_name;
      part.is_custom = start.is_custom;
      part.is_legacy = start.is_legacy;
      if (block.text.any || start.is_custom) part.arguments.text = Keep(block.text);
      part.extras = block.extras;
      return part;
    }
    case BlockKind::kMedia:
      return start.media;
    case BlockKind::kOpaque:
      break;
  }
  OpaquePart part;
  part.protocol = start.protocol;
  part.kind = start.opaque_kind;
  part.value = block.text.bytes.empty() ? start.value : WithInput(start.value, Keep(block.text));
  return part;
}

/// The block's start object with what the pieces amount to as its "input".
Raw Aggregator::WithInput(const Raw& start, const Text& input) {
  piece_text_.Assign(start.json);
  if (context_ == nullptr || !pieces_.Parse(piece_text_.view(), limits_.Event())) {
    return start;
  }
  Value object(pieces_, 0);
  if (!object.is_object()) return start;
  Output out;
  Writer writer(out);
  Arguments arguments;
  arguments.text = input;
  bool written = false;
  writer.BeginObject();
  for (Member member : object.members()) {
    writer.Key(Text::Of(member.key));
    if (!written && member.key.Is("input")) {
      WriteArgumentsAsObject(arguments, *context_, writer);
      written = true;
    } else {
      writer.Value(Raw::Of(member.value));
    }
  }
  if (!written) {
    writer.Key("input");
    WriteArgumentsAsObject(arguments, *context_, writer);
  }
  writer.EndObject();
  return {arena_.Copy(out.ToString()), kNoNode};
}

void Aggregator::Build() {
  for (OpenBlock& block : open_) {
    AddPart(block);
  }
  open_.clear();
  std::sort(candidates_.begin(), candidates_.end(),
            [](const Candidate& a, const Candidate& b) { return a.index.value < b.index.value; });
  PlaceOrigins();
  for (const Candidate& candidate : candidates_) response_.candidates.push_back(arena_, candidate);
  complete_ = true;
}

}  // namespace aiproxy
