// Streams, reading: the texts of a reasoning item, and what is encrypted behind them.
//
// Whether the texts are one part with a signature or a part each is said by what is encrypted,
// which comes last. Where the vendor is not known to encrypt whole items, the first text streams
// and stays open until the item is done; texts behind it wait.
#include "core/model/words.h"
#include "core/protocols/openai_responses/stream_decode.h"

namespace aiproxy::openai_responses {

bool EventDecoder::HoldsTexts(const ItemState& item) const {
  if (item.kind != ItemState::Kind::kReasoning) return false;
  return !Encrypts(item.issuer != Issuer::kUnknown ? item.issuer : issuer_);
}

Status EventDecoder::ReasoningDone(ItemState& state, const Value& item, CodecContext& context,
                                   EventSink& out) {
  SortParts(state);
  for (std::string_view name : {"summary", "content"}) {
    Value list = item.Find(name);
    if (!IsArray(list)) continue;
    bool summary = name == "summary";
    std::int64_t position = 0;
    std::size_t count = SizeOf(list);
    for (Value whole : list.items()) {
      PartState* part = nullptr;
      AIPROXY_RETURN_IF_ERROR(PartAt(state, position++, count, summary, part));
      if (!whole.is_object()) continue;
      AIPROXY_RETURN_IF_ERROR(PartWhole(state, *part, BlockKind::kReasoning, whole, context, out));
    }
  }
  Value secret = item.Find("encrypted_content");
  if (!IsString(secret) || secret.body().empty()) return Ok();
  Issuer issuer = IssuerOf(secret, item.Find("format"), {}, context);
  if (issuer == Issuer::kUnknown) issuer = state.issuer;
  if (issuer == Issuer::kUnknown) issuer = issuer_;
  if (!Encrypts(issuer) && HasOpenPart(state)) return Join(state, secret, issuer, out);
  AIPROXY_RETURN_IF_ERROR(TellApart(state, context, out));
  BlockStart start;
  start.kind = BlockKind::kReasoning;
  start.issuer = issuer;
  start.encrypted = Text::Of(secret);
  start.reasoning_id = state.id.View();
  AIPROXY_RETURN_IF_ERROR(TakeMembers(state, context, start));
  std::uint32_t handle = 0;
  AIPROXY_RETURN_IF_ERROR(blocks_.Open(start, handle, out));
  return blocks_.Close(handle, out);
}

/// All texts are one, and it is signed.
Status EventDecoder::Join(ItemState& state, const Value& secret, Issuer issuer, EventSink& out) {
  PartState* open = nullptr;
  bool said = false;
  for (PartState& part : state.parts) {
    if (!part.is_open) continue;
    open = &part;
    said = !part.told.empty();
  }
  for (PartState& part : state.parts) {
    if (!part.waiting.set) continue;
    part.handle = open->handle;
    if (said) {
      BlockDelta between;
      between.text = {kBetweenTexts, kNoNode, Text::Spelling::kEscaped};
      AIPROXY_RETURN_IF_ERROR(blocks_.Append(open->handle, between, out));
    }
    said = said || !part.told.empty();
    AIPROXY_RETURN_IF_ERROR(Release(part, out));
  }
  BlockDelta delta;
  delta.signature = Text::Of(secret);
  delta.issuer = issuer;
  AIPROXY_RETURN_IF_ERROR(blocks_.Append(open->handle, delta, out));
  open->is_open = false;
  return blocks_.Close(open->handle, out);
}

/// Each text is a block of its own.
Status EventDecoder::TellApart(ItemState& state, CodecContext& context, EventSink& out) {
  for (PartState& part : state.parts) {
    if (!part.is_open) continue;
    part.is_open = false;
    AIPROXY_RETURN_IF_ERROR(blocks_.Close(part.handle, out));
  }
  for (PartState& part : state.parts) {
    if (!part.waiting.set) continue;
    AIPROXY_RETURN_IF_ERROR(OpenBlock(state, part, context, out));
    AIPROXY_RETURN_IF_ERROR(Release(part, out));
    part.is_open = false;
    AIPROXY_RETURN_IF_ERROR(blocks_.Close(part.handle, out));
  }
  return Ok();
}

}  // namespace aiproxy::openai_responses
