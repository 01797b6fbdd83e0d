// Streams, from the wire: every frame is a response with the next parts of its candidates.
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/json/output.h"
#include "core/model/visit.h"
#include "core/protocols/gemini_generate/candidate_decode.h"
#include "core/protocols/gemini_generate/create_time.h"
#include "core/protocols/gemini_generate/part_decode.h"
#include "core/protocols/gemini_generate/partial_arguments.h"
#include "core/stream/copy.h"
#include "core/stream/cut_stream.h"
#include "core/stream/grammar_checker.h"
#include "core/stream/held_bytes.h"

namespace aiproxy::gemini_generate {

namespace {

constexpr std::size_t kMaxCitedText = 1u << 20;  // kept for the positions of citations

/// Whether a part of the content is text of the answer, and not empty.
bool HasAnswerText(const Value& content) {
  Value parts = IsObject(content) ? content.Find("parts") : Value();
  if (!IsArray(parts)) return false;
  for (Value part : parts.items()) {
    if (!part.is_object()) continue;
    Value text = part.Find("text");
    Value thought = part.Find("thought");
    if (IsString(text) && !text.body().empty() && !(thought.valid() && thought.is_true()))
      return true;
  }
  return false;
}

class Decoder final : public StreamDecoder {
 public:
  explicit Decoder(const Limits& limits) : limits_(limits) {}

  Status Push(const Frame& frame, CodecContext& context, EventSink& out) override;
  Status Finish(CodecContext& context, EventSink& out) override;
  bool done() const override { return done_; }

 private:
  enum class Open : std::uint8_t { kNothing, kText, kReasoning };

  /// Members that wait for the end, the last of a name, in the order in which they came first.
  struct Held {
    struct Member {
      std::string name;
      std::string json;
    };
    std::vector<Member> members;
    std::map<std::string, std::size_t, std::less<>> by_name;
  };
  struct CandidateState {
    std::uint32_t index = 0;
    Open open = Open::kNothing;
    std::uint32_t block = 0;
    std::string text;  // decoded, as far as it is kept
    bool whole_text = true;
    std::size_t block_begin = 0;  // where the text of the open block begins in it
    std::size_t calls = 0;
    std::string finish;  // the last reason
    bool is_blocked = false;
    Held extras;
    PartialArguments arguments;  // of the call that is put together
    bool in_call = false;
    std::string call_id;
    std::string call_name;
  };

  Status Start(const Value& root, CodecContext& context, EventSink& out);
  Status OnFrame(const Value& root, CodecContext& context, EventSink& out);
  Status OnCandidates(const Value& list, CodecContext& context, EventSink& out);
  Status OnCandidate(const Value& object, std::size_t position, CodecContext& context,
                     EventSink& out);
  Status OnContent(CandidateState& state, const Value& content, List<TokenLogprob> logprobs,
                   CodecContext& context, EventSink& out);
  Status OnPart(CandidateState& state, const Value& wire, PartDecoder& parts,
                List<TokenLogprob>& logprobs, CodecContext& context, EventSink& out);
  Status OnUsage(const Value& value, CodecContext& context, EventSink& out);
  Status OnFeedback(const Value& value, CodecContext& context);
  Status Cite(const CandidateState& state, const List<WireCitation>& citations,
              CodecContext& context, EventSink& out);

  Status Tell(CandidateState& state, const TextPart& part, List<TokenLogprob>& logprobs,
              CodecContext& context, EventSink& out);
  Status Tell(CandidateState& state, const ReasoningPart& part, CodecContext& context,
              EventSink& out);
  Status Tell(CandidateState& state, const ToolCallPart& part, EventSink& out);
  Status Tell(CandidateState& state, const MediaPart& part, EventSink& out);
  Status TellOpaque(CandidateState& state, const Value& wire, const Text& kind, EventSink& out);
  Status OnPartialCall(CandidateState& state, const Value& wire, const Value& call,
                       CodecContext& context, EventSink& out);
  Status EndPartialCall(CandidateState& state, CodecContext& context, EventSink& out);
  Status OnPartialSignature(CandidateState& state, const Value& wire, CodecContext& context,
                            EventSink& out);

  Status OpenBlock(CandidateState& state, BlockStart& start, EventSink& out);
  Status Ensure(CandidateState& state, Open kind, EventSink& out);
  Status Close(CandidateState& state, EventSink& out);
  CandidateState& StateOf(std::uint32_t index);
  Status Hold(Held& held, const Member& member, CodecContext& context);
  Status Charge(std::size_t bytes) { return held_bytes_.Charge(bytes, limits_); }

  const Limits limits_;
  std::vector<CandidateState> candidates_;
  Held extras_;     // of the response
  std::string id_;  // decoded
  Issuer issuer_ = Issuer::kGoogle;
  std::uint32_t next_block_ = 0;
  HeldBytes held_bytes_;
  bool started_ = false;
  bool has_frame_ = false;
  bool has_time_ = false;
  bool done_ = false;
};

Status Decoder::Push(const Frame& frame, CodecContext& context, EventSink& out) {
  if (done_ || frame.data.empty() || frame.data == "[DONE]") return Ok();
  AIPROXY_RETURN_IF_ERROR(context.document().Parse(frame.data, limits_.Event()));
  Value root(context.document(), 0);
  Value object = root;
  if (root.is_array() && !root.empty_container()) object = *root.items().begin();
  if (!object.is_object()) return Unexpected(root, "an object");
  if (Value error = object.Find("error"); error.valid() && !error.is_null()) {
    StreamError event;
    AIPROXY_RETURN_IF_ERROR(DecodeError(root, HttpHead{}, context, event.error));
    done_ = true;
    return out.OnEvent(event);
  }
  if (!started_) AIPROXY_RETURN_IF_ERROR(Start(object, context, out));
  return OnFrame(object, context, out);
}

/// The id and the model of the first frame are those of the whole stream.
Status Decoder::Start(const Value& root, CodecContext& context, EventSink& out) {
  started_ = true;
  StreamStart start;
  start.protocol = kId;
  if (Value id = FindSpelled(root, "responseId"); IsString(id)) {
    start.id = Text::Of(id);
    id_ = id.Decoded();
  }
  if (Value time = root.Find("createTime"); IsString(time)) {
    start.created = SecondsOf(time, context.arena);
    has_time_ = start.created.present();
  }
  if (Value model = FindSpelled(root, "modelVersion"); IsString(model)) {
    start.model = Text::Of(model);
    issuer_ = IssuerOf(start.model, context);
  }
  return out.OnEvent(start);
}

/// To other protocols what has no place is left where it is: it is reported.
Status Decoder::Hold(Held& held, const Member& member, CodecContext& context) {
  std::string_view target = context.accounting.target();
  if (target != kId && target != "neutral") return Ok();
  std::string name = member.key.Decoded();
  auto [known, is_new] = held.by_name.try_emplace(name, held.members.size());
  if (is_new) {
    AIPROXY_RETURN_IF_ERROR(Charge(2 * name.size()));
    held.members.push_back({std::move(name), {}});
  }
  std::string& json = held.members[known->second].json;
  Output squeezed;
  AppendSqueezed(member.value.raw(), squeezed);
  held_bytes_.Release(json.size());
  json = squeezed.ToString();
  context.accounting.Use(member.value.id());
  return Charge(json.size());
}

Status Decoder::OnFrame(const Value& root, CodecContext& context, EventSink& out) {
  constexpr FieldNames kFields("candidates", "usageMetadata", "modelVersion", "responseId",
                               "promptFeedback", "createTime");
  bool first = !has_frame_;
  has_frame_ = true;
  UseIfEmpty(root, context);
  for (Member m : root.members()) {
    switch (FindSpelled(kFields, m.key)) {
      case kFields("candidates"):
        AIPROXY_RETURN_IF_ERROR(OnCandidates(m.value, context, out));
        break;
      case kFields("usageMetadata"):
        AIPROXY_RETURN_IF_ERROR(OnUsage(m.value, context, out));
        break;
      case kFields("modelVersion"):
      case kFields("responseId"):
        context.accounting.Use(m.value.id());
        break;
      case kFields("createTime"):
        if (!has_time_ || IsSnake(m.key))
          AIPROXY_RETURN_IF_ERROR(Hold(extras_, m, context));
        else if (!first)
          context.accounting.Use(m.value.id());  // the first frame says it for all
        break;
      case kFields("promptFeedback"):
        AIPROXY_RETURN_IF_ERROR(Hold(extras_, m, context));
        AIPROXY_RETURN_IF_ERROR(OnFeedback(m.value, context));
        break;
      default:
        AIPROXY_RETURN_IF_ERROR(Hold(extras_, m, context));
    }
  }
  return Ok();
}

Status Decoder::OnFeedback(const Value& value, CodecContext& context) {
  Value reason = FindSpelled(value, "blockReason");
  if (!IsString(reason) || !candidates_.empty()) return Ok();
  CandidateState& state = StateOf(0);
  state.finish = reason.Decoded();
  state.is_blocked = true;
  context.accounting.Use(reason.id());
  return Charge(state.finish.size());
}

Status Decoder::OnUsage(const Value& value, CodecContext& context, EventSink& out) {
  if (!value.is_object()) return Ok();
  StreamUsage usage;
  usage.usage = DecodeUsage(value, context, usage.service_tier);
  return out.OnEvent(usage);
}

Decoder::CandidateState& Decoder::StateOf(std::uint32_t index) {
  for (CandidateState& state : candidates_) {
    if (state.index == index) return state;
  }
  CandidateState& state = candidates_.emplace_back();
  state.index = index;
  return state;
}

Status Decoder::OnCandidates(const Value& list, CodecContext& context, EventSink& out) {
  if (!list.is_array()) return Ok();
  UseIfEmpty(list, context);
  std::size_t position = 0;
  for (Value item : list.items()) {
    if (item.is_object()) {
      AIPROXY_RETURN_IF_ERROR(OnCandidate(item, position, context, out));
    }
    ++position;
  }
  return Ok();
}

Status Decoder::OnCandidate(const Value& object, std::size_t position, CodecContext& context,
                            EventSink& out) {
  constexpr FieldNames kFields("content", "finishReason", "index", "groundingMetadata",
                               "citationMetadata", "logprobsResult");
  Value number = object.Find("index");
  std::int64_t index =
      number.valid() ? number.Int().value_or(-1) : static_cast<std::int64_t>(position);
  if (index < 0 || index >= static_cast<std::int64_t>(GrammarChecker::kMaxCandidates)) {
    return context.document().ErrorAt(object.id(), "expected a candidate with a small index");
  }
  if (number.valid()) context.accounting.Use(number.id());
  UseIfEmpty(object, context);
  CandidateState& state = StateOf(static_cast<std::uint32_t>(index));
  Taker take(context);
  Value content, grounding, citations;
  List<TokenLogprob> logprobs;
  Extras unread;
  for (Member m : object.members()) {
    switch (FindSpelled(kFields, m.key)) {
      case kFields("content"):
        content = m.value;
        break;
      case kFields("finishReason"):
        if (IsUnset(m.value)) context.accounting.Use(m.value.id());
        if (!m.value.is_string() || IsUnset(m.value)) break;
        context.accounting.Use(m.value.id());
        state.finish = m.value.Decoded();
        break;
      case kFields("index"):
        break;
      case kFields("logprobsResult"):
        DecodeLogprobs(m, take, logprobs, unread, unread);
        break;
      case kFields("groundingMetadata"):
        grounding = m.value;
        UseIfEmpty(grounding, context);
        AIPROXY_RETURN_IF_ERROR(Hold(state.extras, m, context));
        break;
      case kFields("citationMetadata"):
        citations = m.value;
        UseIfEmpty(citations, context);
        AIPROXY_RETURN_IF_ERROR(Hold(state.extras, m, context));
        break;
      default:
        AIPROXY_RETURN_IF_ERROR(Hold(state.extras, m, context));
    }
  }
  auto cite = [&]() -> Status {
    if (IsObject(grounding)) {
      AIPROXY_RETURN_IF_ERROR(Cite(state, DecodeGrounding(grounding, context), context, out));
    }
    if (!IsObject(citations)) return Ok();
    return Cite(state, DecodeCitations(citations, context), context, out);
  };
  // What ends the text without adding to it (a signature, a call) comes behind its citations.
  bool early = state.open == Open::kText && !HasAnswerText(content);
  if (early) AIPROXY_RETURN_IF_ERROR(cite());
  if (IsObject(content)) {
    AIPROXY_RETURN_IF_ERROR(OnContent(state, content, logprobs, context, out));
  }
  return early ? Ok() : cite();
}

Status Decoder::Cite(const CandidateState& state, const List<WireCitation>& citations,
                     CodecContext& context, EventSink& out) {
  if (state.open != Open::kText) return Ok();
  for (const WireCitation& wire : citations) {
    BlockCitation event;
    event.block = state.block;
    event.citation = wire.citation;
    if (state.whole_text && wire.end.valid()) {
      // Positions are those of the whole text, or of the block where only there they make sense.
      std::string_view text = state.text;
      std::string_view block = text.substr(state.block_begin);
      bool in_block = state.block_begin != 0 && !IsMeant(wire, text) && IsMeant(wire, block);
      event.citation = in_block ? Placed(wire, block, 0, context)
                                : Placed(wire, text, state.block_begin, context);
      if (state.block_begin != 0 && !event.citation.end.present()) continue;  // of an earlier block
    }
    AIPROXY_RETURN_IF_ERROR(out.OnEvent(event));
  }
  return Ok();
}

Status Decoder::OnContent(CandidateState& state, const Value& content, List<TokenLogprob> logprobs,
                          CodecContext& context, EventSink& out) {
  UseIfEmpty(content, context);
  PartDecoder parts(context, issuer_);
  for (Member m : content.members()) {
    if (m.key.Is("role")) {
      context.accounting.Use(m.value.id());
    } else if (m.key.Is("parts") && m.value.is_array()) {
      UseIfEmpty(m.value, context);
      for (Value part : m.value.items()) {
        AIPROXY_RETURN_IF_ERROR(OnPart(state, part, parts, logprobs, context, out));
      }
    }
  }
  return Ok();
}

Status Decoder::OnPart(CandidateState& state, const Value& wire, PartDecoder& parts,
                       List<TokenLogprob>& logprobs, CodecContext& context, EventSink& out) {
  if (wire.is_object()) {
    Value call = FindSpelled(wire, "functionCall");
    Value more = FindSpelled(call, "willContinue");
    bool partial = FindSpelled(call, "partialArgs").valid() || (more.valid() && more.is_true()) ||
                   (state.in_call && IsObject(call) && !call.Find("name").valid());
    if (partial) return OnPartialCall(state, wire, call, context, out);
  }
  List<Part> decoded;
  parts.BeginAnswer(id_, state.index, state.calls);
  AIPROXY_RETURN_IF_ERROR(parts.Decode(wire, decoded));
  state.calls = parts.calls();
  for (const Part& part : decoded) {
    AIPROXY_RETURN_IF_ERROR(
        std::visit(Overloaded{
                       [&](const TextPart& p) { return Tell(state, p, logprobs, context, out); },
                       [&](const ReasoningPart& p) { return Tell(state, p, context, out); },
                       [&](const ToolCallPart& p) { return Tell(state, p, out); },
                       [&](const MediaPart& p) { return Tell(state, p, out); },
                       [&](const ToolResultPart&) { return TellOpaque(state, wire, {}, out); },
                       [&](const OpaquePart& p) { return TellOpaque(state, wire, p.kind, out); },
                   },
                   part.variant()));
  }
  return Ok();
}

Status Decoder::OpenBlock(CandidateState& state, BlockStart& start, EventSink& out) {
  AIPROXY_RETURN_IF_ERROR(Close(state, out));
  start.block = next_block_++;
  start.candidate = state.index;
  state.block = start.block;
  return out.OnEvent(start);
}

Status Decoder::Ensure(CandidateState& state, Open kind, EventSink& out) {
  if (state.open == kind) return Ok();
  BlockStart start;
  start.kind = kind == Open::kText ? BlockKind::kText : BlockKind::kReasoning;
  if (kind == Open::kReasoning) start.issuer = issuer_;
  AIPROXY_RETURN_IF_ERROR(OpenBlock(state, start, out));
  state.open = kind;
  state.block_begin = state.text.size();
  return Ok();
}

Status Decoder::Close(CandidateState& state, EventSink& out) {
  if (state.open == Open::kNothing) return Ok();
  state.open = Open::kNothing;
  return out.OnEvent(BlockEnd{state.block});
}

Status Decoder::Tell(CandidateState& state, const TextPart& part, List<TokenLogprob>& logprobs,
                     CodecContext& context, EventSink& out) {
  if (part.text.empty() && part.extras.empty() && logprobs.empty()) {
    if (part.text.node != kNoNode) context.accounting.Use(part.text.node);
    return Ok();
  }
  AIPROXY_RETURN_IF_ERROR(Ensure(state, Open::kText, out));
  if (state.whole_text) {
    part.text.AppendTo(state.text);
    state.whole_text = state.text.size() <= kMaxCitedText;
    if (!state.whole_text) state.text = {};
  }
  BlockDelta delta;
  delta.block = state.block;
  delta.text = part.text;
  delta.logprobs = logprobs;
  delta.extras = part.extras;
  logprobs = {};
  return out.OnEvent(delta);
}

/// A signature ends its block; one that is attached to a part is a block of its own.
Status Decoder::Tell(CandidateState& state, const ReasoningPart& part, CodecContext& context,
                     EventSink& out) {
  BlockDelta delta;
  delta.extras = part.extras;
  if (part.encrypted.present() || (part.style & (kAttached | kBareSignature)) != 0) {
    BlockStart start;
    start.kind = BlockKind::kReasoning;
    start.issuer = part.issuer;
    start.encrypted = part.encrypted;
    AIPROXY_RETURN_IF_ERROR(OpenBlock(state, start, out));
    delta.block = state.block;
    delta.signature = part.signature;
    if (delta.signature.present()) AIPROXY_RETURN_IF_ERROR(out.OnEvent(delta));
    return out.OnEvent(BlockEnd{state.block});
  }
  if (part.text.empty() && !part.signature.present()) {
    if (part.text.node != kNoNode) context.accounting.Use(part.text.node);
    return Ok();
  }
  AIPROXY_RETURN_IF_ERROR(Ensure(state, Open::kReasoning, out));
  delta.block = state.block;
  delta.text = part.text;
  delta.signature = part.signature;
  if (part.issuer != issuer_) delta.issuer = part.issuer;
  AIPROXY_RETURN_IF_ERROR(out.OnEvent(delta));
  return part.signature.present() ? Close(state, out) : Ok();
}

Status Decoder::Tell(CandidateState& state, const ToolCallPart& part, EventSink& out) {
  BlockStart start;
  start.kind = BlockKind::kToolCall;
  start.tool_call_id = part.id;
  start.tool_name = part.name;
  start.extras = part.inner_extras;
  AIPROXY_RETURN_IF_ERROR(OpenBlock(state, start, out));
  BlockDelta delta;
  delta.block = state.block;
  delta.extras = part.extras;
  if (part.arguments.json.present()) {
    delta.text = Text::Plain(part.arguments.json.json, part.arguments.json.node);
  }
  if (delta.text.present() || !delta.extras.empty()) AIPROXY_RETURN_IF_ERROR(out.OnEvent(delta));
  return out.OnEvent(BlockEnd{state.block});
}

Status Decoder::Tell(CandidateState& state, const MediaPart& part, EventSink& out) {
  BlockStart start;
  start.kind = BlockKind::kMedia;
  start.media = part;
  AIPROXY_RETURN_IF_ERROR(OpenBlock(state, start, out));
  return out.OnEvent(BlockEnd{state.block});
}

Status Decoder::TellOpaque(CandidateState& state, const Value& wire, const Text& kind,
                           EventSink& out) {
  BlockStart start;
  start.kind = BlockKind::kOpaque;
  start.protocol = kId;
  start.opaque_kind = kind;
  start.value = Raw::Of(wire);
  AIPROXY_RETURN_IF_ERROR(OpenBlock(state, start, out));
  return out.OnEvent(BlockEnd{state.block});
}

/// https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling
Status Decoder::OnPartialCall(CandidateState& state, const Value& wire, const Value& call,
                              CodecContext& context, EventSink& out) {
  UsePartialCall(call, context);
  if (Value name = call.Find("name"); IsString(name)) {
    if (state.in_call) AIPROXY_RETURN_IF_ERROR(EndPartialCall(state, context, out));
    AIPROXY_RETURN_IF_ERROR(Close(state, out));
    state.in_call = true;
    state.call_name = name.Decoded();
    Value id = call.Find("id");
    state.call_id = IsString(id) ? id.Decoded() : std::string();
    AIPROXY_RETURN_IF_ERROR(Charge(state.call_name.size() + state.call_id.size()));
  }
  AIPROXY_RETURN_IF_ERROR(OnPartialSignature(state, wire, context, out));
  if (Value pieces = FindSpelled(call, "partialArgs"); IsArray(pieces)) {
    for (Value piece : pieces.items()) {
      AIPROXY_RETURN_IF_ERROR(Charge(piece.raw().size()));
      AIPROXY_RETURN_IF_ERROR(state.arguments.Add(piece));
    }
  }
  Value more = FindSpelled(call, "willContinue");
  if (more.valid() && more.is_true()) return Ok();
  return EndPartialCall(state, context, out);
}

/// It may stand on any piece of the call that it signs.
Status Decoder::OnPartialSignature(CandidateState& state, const Value& wire, CodecContext& context,
                                   EventSink& out) {
  Value signature = FindSpelled(wire, "thoughtSignature");
  if (!IsString(signature)) return Ok();
  ReasoningPart part;
  part.signature = Text::Of(signature);
  part.issuer = PartDecoder(context, issuer_).IssuerOf(part.signature);
  part.style = kAttached;
  return Tell(state, part, context, out);
}

Status Decoder::EndPartialCall(CandidateState& state, CodecContext& context, EventSink& out) {
  if (!state.in_call) return Ok();
  state.in_call = false;
  if (state.call_id.empty()) {
    PartDecoder parts(context, issuer_);
    parts.BeginAnswer(id_, state.index, state.calls);
    state.call_id = parts.AnswerId(state.calls, Text::Plain(state.call_name)).bytes;
  }
  ++state.calls;
  BlockStart start;
  start.kind = BlockKind::kToolCall;
  start.tool_call_id = Text::Plain(state.call_id);
  start.tool_name = Text::Plain(state.call_name);
  AIPROXY_RETURN_IF_ERROR(OpenBlock(state, start, out));
  std::string json = state.arguments.Take();
  BlockDelta delta;
  delta.block = state.block;
  delta.text = Text::Plain(json);
  AIPROXY_RETURN_IF_ERROR(out.OnEvent(delta));
  return out.OnEvent(BlockEnd{state.block});
}

/// The bytes ended: the stream is whole when a reason for its end was said.
Status Decoder::Finish(CodecContext& context, EventSink& out) {
  if (done_) return Ok();
  done_ = true;
  bool finished = false;
  for (const CandidateState& state : candidates_) finished |= !state.finish.empty();
  if (!finished) {
    return out.OnEvent(CutStream(kId));
  }
  auto extras = [&](const Held& held) {
    Extras members;
    for (const Held::Member& one : held.members) {
      members.push_back(context.arena, {Text::Plain(one.name), Raw{one.json, kNoNode}});
    }
    return members;
  };
  for (CandidateState& state : candidates_) {
    AIPROXY_RETURN_IF_ERROR(EndPartialCall(state, context, out));
    AIPROXY_RETURN_IF_ERROR(Close(state, out));
    if (state.finish.empty() && state.extras.members.empty()) continue;
    StreamFinish finish;
    finish.candidate = state.index;
    if (!state.finish.empty()) {
      finish.reason.raw = Text::Plain(state.finish);
      finish.reason.kind = state.is_blocked ? FinishReason::Kind::kContentFilter
                                            : FinishKindOf(finish.reason.raw, state.calls != 0);
    }
    finish.extras = extras(state.extras);
    AIPROXY_RETURN_IF_ERROR(out.OnEvent(finish));
  }
  if (!extras_.members.empty()) {
    StreamMetadata metadata;
    metadata.extras = extras(extras_);
    AIPROXY_RETURN_IF_ERROR(out.OnEvent(metadata));
  }
  return out.OnEvent(StreamEnd{});
}

}  // namespace

std::unique_ptr<StreamDecoder> NewStreamDecoder(const Limits& limits) {
  return std::make_unique<Decoder>(limits);
}

}  // namespace aiproxy::gemini_generate
