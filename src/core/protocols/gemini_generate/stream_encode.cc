// Streams, to the wire: a frame for each piece, and one at the end with what waited for it.
#include <string>
#include <vector>

#include "core/model/arguments.h"
#include "core/model/parts.h"
#include "core/protocols/gemini_generate/create_time.h"
#include "core/protocols/gemini_generate/foreign_parts.h"
#include "core/protocols/gemini_generate/grounding.h"
#include "core/stream/copy.h"
#include "core/stream/held_bytes.h"
#include "core/stream/latest.h"
#include "core/stream/opaque_event.h"

namespace aiproxy::gemini_generate {

namespace {

constexpr std::size_t kMaxCitedText = 1u << 20;  // kept for the positions of citations

class Encoder final : public StreamEncoder {
 public:
  explicit Encoder(FrameWriter& frames) : frames_(frames) {}

  Status Push(const StreamEvent& event, CodecContext& context) override {
    if (ended_) return Ok();
    context_ = &context;
    return std::visit([this](const auto& one) { return On(one); }, event.variant());
  }

 private:
  struct CandidateState {
    std::uint32_t index = 0;
    bool open = false;
    std::uint32_t block = 0;
    BlockKind kind = BlockKind::kText;
    bool is_custom = false;
    bool has_text = false;       // of a block of reasoning
    bool after_thought = false;  // the last part that was written
    bool dropped = false;
    std::string signature;  // decoded; waits for the end of its block, or for the next part
    std::string call_id;
    std::string call_name;
    std::string arguments;       // decoded
    Extras call_extras;          // in held_
    std::string text;            // decoded, as far as it is kept
    std::size_t block_text = 0;  // where the block's begins in it
    Grounding grounding;
    bool refused = false;
    bool has_finish = false;
    FinishReason finish;  // in held_
    Extras finish_extras;
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

  Status OnText(CandidateState& state, const BlockDelta& delta);
  Status OnReasoning(CandidateState& state, const BlockDelta& delta);
  void WriteCall(CandidateState& state);
  void WriteMedia(CandidateState& state, const MediaPart& media);
  template <class F>
  void WriteWhole(const CandidateState& state, F write);

  /// Starts a frame, up to the members of its one part.
  Writer BeginPart();
  /// Ends it. `signature`: whether one that waits goes with it.
  void EndPart(Writer& writer, CandidateState& state, bool signature,
               const List<TokenLogprob>& logprobs = {});
  void EndFrame(Writer& writer);
  void WriteFinish(CandidateState& state, Writer& writer);
  void WriteLast();

  CandidateState& StateOf(std::uint32_t index);
  CandidateState* Find(std::uint32_t block);
  static Grounding::Place BlockText(const CandidateState& state);
  Status Charge(std::size_t bytes);
  Status Hold(std::string& into, const Text& text);
  template <class T>
  Status Hold(T& into, const T& from);
  void Use(NodeId node) {
    if (node != kNoNode) context_->accounting.Use(node);
  }
  void KeepTier(const Sourced<ServiceTier>& tier);

  FrameWriter& frames_;
  CodecContext* context_ = nullptr;
  bool same_ = false;  // the stream was read from this protocol
  bool ended_ = false;
  std::string envelope_;  // ,"modelVersion":"m","responseId":"r"}
  std::vector<CandidateState> candidates_;
  Arena held_;
  HeldBytes held_bytes_;
  LatestUsage usage_;
  Sourced<ServiceTier> tier_;
  LatestExtras extras_;
};

Status Encoder::Charge(std::size_t bytes) { return held_bytes_.Charge(bytes, context_->limits); }

Status Encoder::Hold(std::string& into, const Text& text) {
  if (!text.present()) return Ok();
  AIPROXY_RETURN_IF_ERROR(Charge(text.bytes.size()));
  Use(text.node);
  text.AppendTo(into);
  return Ok();
}

template <class T>
Status Encoder::Hold(T& into, const T& from) {
  AIPROXY_RETURN_IF_ERROR(Charge(BytesBelow(from)));
  UseAll(from, context_->accounting);
  into = CopyTo(from, held_);
  return Ok();
}

Encoder::CandidateState& Encoder::StateOf(std::uint32_t index) {
  for (CandidateState& state : candidates_) {
    if (state.index == index) return state;
  }
  CandidateState& state = candidates_.emplace_back();
  state.index = index;
  return state;
}

Encoder::CandidateState* Encoder::Find(std::uint32_t block) {
  for (CandidateState& state : candidates_) {
    if (state.open && state.block == block) return &state;
  }
  return nullptr;
}

Status Encoder::On(const StreamStart& start) {
  same_ = start.protocol == kId;
  Output prefix;
  Writer writer(prefix, &context_->document());
  writer.BeginObject();
  writer.Member("modelVersion", start.model);
  writer.Member("responseId", start.id);
  if (same_) WriteCreateTime(start.created, writer);
  writer.EndObject();
  envelope_ = prefix.ToString();
  envelope_.front() = ',';
  if (envelope_.size() == 2) envelope_.erase(0, 1);
  if (same_) AIPROXY_RETURN_IF_ERROR(extras_.Take(start.extras, *context_));
  KeepTier(start.service_tier);
  if (start.usage.present()) return On(StreamUsage{start.usage, {}});
  return Ok();
}

Writer Encoder::BeginPart() {
  Writer writer = frames_.Begin("", *context_);
  writer.output().Append("{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[");
  writer.BeginObject();
  return writer;
}

void Encoder::EndPart(Writer& writer, CandidateState& state, bool signature,
                      const List<TokenLogprob>& logprobs) {
  state.after_thought = false;
  if (signature && !state.signature.empty()) {
    writer.Key("thoughtSignature");
    writer.String(state.signature);
    state.signature.clear();
  }
  writer.EndObject();
  writer.output().Append("]},\"index\":");
  writer.output().Append(std::to_string(state.index));
  if (!logprobs.empty()) {
    writer.Key("logprobsResult");
    WriteLogprobs(logprobs, same_, {}, writer);
  }
  writer.output().Append("}]");
  EndFrame(writer);
}

void Encoder::EndFrame(Writer& writer) {
  writer.output().Append(envelope_);
  frames_.End();
}

/// A frame with a part that `write` writes.
template <class F>
void Encoder::WriteWhole(const CandidateState& state, F write) {
  Writer writer = frames_.Begin("", *context_);
  writer.output().Append("{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[");
  write(writer);
  writer.output().Append("]},\"index\":" + std::to_string(state.index) + "}]");
  EndFrame(writer);
}

void Encoder::WriteMedia(CandidateState& state, const MediaPart& media) {
  if (state.signature.empty() && same_) {
    WriteWhole(state, [&](Writer& writer) { WriteWirePart(Part(media), *context_, writer); });
    return;
  }
  Output unused;
  Writer marks(unused, &context_->document());
  if (!ForeignParts(ForeignParts::Side::kResponse, *context_, marks).Admit(Part(media))) return;
  WriteWhole(state, [&](Writer& writer) {
    ForeignParts parts(ForeignParts::Side::kResponse, *context_, writer);
    if (!state.signature.empty()) {
      ReasoningPart reasoning;
      reasoning.signature = Text::Plain(state.signature);
      parts.Write(Part(reasoning));
    }
    parts.Write(Part(media));
  });
  state.signature.clear();
}

Status Encoder::On(const BlockStart& start) {
  CandidateState& state = StateOf(start.candidate);
  state.open = true;
  state.block = start.block;
  state.kind = start.kind;
  state.block_text = state.text.size();
  state.is_custom = start.is_custom;
  state.has_text = false;
  state.dropped = false;
  switch (start.kind) {
    case BlockKind::kText:
      return Ok();
    case BlockKind::kRefusal:
      state.refused = true;
      return Ok();
    case BlockKind::kReasoning: {
      if (!start.encrypted.present()) return Ok();
      Writer writer = BeginPart();
      writer.Key("thought");
      writer.Bool(true);
      writer.Member("thoughtSignature", start.encrypted);
      DropReasoningId(start.reasoning_id, start.issuer, *context_);
      EndPart(writer, state, false);
      return Ok();
    }
    case BlockKind::kToolCall:
      state.call_id.clear();
      state.call_name.clear();
      state.arguments.clear();
      if (same_) AIPROXY_RETURN_IF_ERROR(Hold(state.call_extras, start.extras));
      AIPROXY_RETURN_IF_ERROR(Hold(state.call_id, start.tool_call_id));
      return Hold(state.call_name, start.tool_name);
    case BlockKind::kMedia:
      WriteMedia(state, start.media);
      return Ok();
    case BlockKind::kOpaque:
      break;
  }
  if (start.protocol != kId) {
    state.dropped = true;
    DropAt(*context_, FirstNode(start.value.node, start.opaque_kind.node), kPartDropped,
           "a part of type '{}' has no place in {target}", start.opaque_kind.bytes);
    return Ok();
  }
  WriteWhole(state, [&](Writer& writer) { writer.Value(start.value); });
  return Ok();
}

Status Encoder::OnText(CandidateState& state, const BlockDelta& delta) {
  if (!delta.text.present()) return Ok();
  if (delta.text.empty() && delta.logprobs.empty() && delta.extras.empty()) {
    Use(delta.text.node);
    return Ok();
  }
  if (state.kind == BlockKind::kRefusal) {
    context_->accounting.Report(delta.text.node, kPartDegraded, "a refusal is carried as text");
  }
  if (!same_ && state.text.size() < kMaxCitedText) {
    delta.text.AppendTo(state.text);
  }
  Writer writer = BeginPart();
  writer.Key("text");
  writer.String(delta.text);
  if (same_) WriteExtras(delta.extras, writer);
  EndPart(writer, state, true, delta.logprobs);
  return Ok();
}

/// A signature waits: for the end of the block's text, or for the part that it signs.
Status Encoder::OnReasoning(CandidateState& state, const BlockDelta& delta) {
  if (delta.text.present() && !delta.text.empty()) {
    bool again = !state.has_text && state.after_thought && !same_;
    state.has_text = true;
    Writer writer = BeginPart();
    writer.Key("text");
    writer.BeginString();
    if (again) writer.AppendText(Text::Plain(kBetweenThoughts));
    writer.AppendText(delta.text);
    writer.EndString();
    writer.Key("thought");
    writer.Bool(true);
    if (same_) WriteExtras(delta.extras, writer);
    EndPart(writer, state, false);
  } else if (delta.text.present()) {
    Use(delta.text.node);
  }
  if (!delta.signature.present()) return Ok();
  if (delta.signature.empty()) {
    Use(delta.signature.node);
    return Ok();
  }
  state.signature.clear();
  return Hold(state.signature, delta.signature);
}

Status Encoder::On(const BlockDelta& delta) {
  CandidateState* state = Find(delta.block);
  if (state == nullptr) return Ok();
  switch (state->kind) {
    case BlockKind::kText:
    case BlockKind::kRefusal:
      return OnText(*state, delta);
    case BlockKind::kReasoning:
      return OnReasoning(*state, delta);
    case BlockKind::kToolCall:
      return Hold(state->arguments, delta.text);
    case BlockKind::kMedia:
    case BlockKind::kOpaque:
      break;
  }
  if (!state->dropped) return Ok();
  for (NodeId node : {delta.text.node, delta.value.node}) Use(node);
  return Ok();
}

Grounding::Place Encoder::BlockText(const CandidateState& state) {
  return {std::string_view(state.text).substr(state.block_text), 0, state.block_text};
}

Status Encoder::On(const BlockCitation& event) {
  CandidateState* state = Find(event.block);
  if (state == nullptr) return Ok();
  if (same_) {  // the wire's object goes out at the end
    UseAll(event.citation, context_->accounting);
    return Ok();
  }
  Output none;
  Writer marks(none, &context_->document());
  std::size_t before = state->grounding.bytes();
  state->grounding.Add(event.citation, BlockText(*state), marks);
  return Charge(state->grounding.bytes() - before);
}

/// Calls go out whole: the API has no pieces of JSON text.
void Encoder::WriteCall(CandidateState& state) {
  Writer writer = BeginPart();
  writer.Key("functionCall");
  writer.BeginObject();
  if (!state.call_id.empty()) {
    writer.Key("id");
    writer.String(state.call_id);
  }
  writer.Key("name");
  writer.String(state.call_name);
  writer.Key("args");
  if (state.is_custom) {
    writer.BeginObject();
    writer.Key("input");
    writer.String(state.arguments);
    writer.EndObject();
    context_->accounting.Report(kNoNode, kPartDegraded,
                                "the input of a custom tool is carried as the member 'input'");
  } else {
    Arguments arguments;
    arguments.text = Text::Plain(state.arguments);
    WriteArgumentsAsObject(arguments, *context_, writer);
  }
  WriteExtras(state.call_extras, writer);
  writer.EndObject();
  state.call_extras = {};
  EndPart(writer, state, true);
  held_bytes_.Release(state.arguments.size());
  state.arguments.clear();
}

Status Encoder::On(const BlockEnd& end) {
  CandidateState* state = Find(end.block);
  if (state == nullptr) return Ok();
  state->open = false;
  if (state->kind == BlockKind::kToolCall) WriteCall(*state);
  if (state->kind == BlockKind::kText && state->text.size() < kMaxCitedText) {
    std::size_t before = state->grounding.bytes();
    state->grounding.EndText(BlockText(*state));
    AIPROXY_RETURN_IF_ERROR(Charge(state->grounding.bytes() - before));
  }
  if (state->kind == BlockKind::kReasoning && state->has_text && state->signature.empty()) {
    state->after_thought = true;
  }
  if (state->kind == BlockKind::kReasoning && state->has_text && !state->signature.empty()) {
    Writer writer = BeginPart();
    writer.Key("text\":\"\",\"thought");
    writer.Bool(true);
    EndPart(writer, *state, true);
  }
  return Ok();
}

Status Encoder::On(const StreamUsage& event) {
  AIPROXY_RETURN_IF_ERROR(usage_.Take(event.usage, same_, *context_, &Usage::cache_write));
  KeepTier(event.service_tier);
  return Ok();
}

void Encoder::KeepTier(const Sourced<ServiceTier>& tier) {
  if (!same_ && TierWord(tier.value).empty()) return;  // is reported
  TakeLatest(tier, tier_, *context_);
}

Status Encoder::On(const StreamFinish& finish) {
  using Kind = FinishReason::Kind;
  CandidateState& state = StateOf(finish.candidate);
  state.has_finish = true;
  Kind kind = finish.reason.kind;
  if (!same_ && !finish.reason.raw.empty() &&
      (kind == Kind::kContextLength || kind == Kind::kPause || kind == Kind::kOther)) {
    context_->accounting.Report(finish.reason.raw.node, kValueDegraded,
                                "the finish reason '{}' is told in a weaker word",
                                finish.reason.raw.bytes);
  }
  Use(finish.reason.raw.node);
  FinishReason reason = finish.reason;
  if (!same_) reason.stop_sequence = {};  // is reported
  AIPROXY_RETURN_IF_ERROR(Hold(state.finish, reason));
  return same_ ? Hold(state.finish_extras, finish.extras) : Ok();
}

Status Encoder::On(const StreamMetadata& metadata) {
  KeepTier(metadata.service_tier);
  return same_ ? extras_.Take(metadata.extras, *context_) : Ok();
}

Status Encoder::On(const OpaqueEvent& event) {
  WriteOpaque(event, false, *context_, frames_);
  return Ok();
}

Status Encoder::On(const StreamError& event) {
  ended_ = true;
  Writer writer = frames_.Begin("", *context_);
  ApiError error = event.error;
  // A frame is one object, and without an error in it nothing would tell that the stream is over.
  if (error.protocol == kId) error.style &= kErrorText;
  AIPROXY_RETURN_IF_ERROR(EncodeError(error, *context_, writer));
  frames_.End();
  return Ok();
}

void Encoder::WriteFinish(CandidateState& state, Writer& writer) {
  std::string_view word =
      FinishWord(state.refused ? FinishReason::Kind::kContentFilter : state.finish.kind);
  if (same_ && state.finish.raw.present()) {
    writer.Key("finishReason");
    writer.String(state.finish.raw);
    return;
  }
  if (word.empty()) {  // without a reason the stream would look cut off
    word = "STOP";
    context_->accounting.Report(kNoNode, kValueInvented,
                                "{target} demands a reason for the end; 'STOP' is made up");
  }
  writer.Key("finishReason");
  writer.String(Text{word, kNoNode, Text::Spelling::kClean});
}

/// Clients refuse contents without parts, so there is one without text.
void Encoder::WriteLast() {
  if (candidates_.empty()) StateOf(0);
  Writer writer = frames_.Begin("", *context_);
  writer.BeginObject();
  writer.Key("candidates");
  writer.BeginArray();
  for (CandidateState& state : candidates_) {
    writer.BeginObject();
    writer.Key("content\":{\"role\":\"model\",\"parts");
    writer.BeginArray();
    writer.BeginObject();
    writer.Key("text");
    writer.Literal("\"\"");
    if (!state.signature.empty()) {
      writer.Key("thoughtSignature");
      writer.String(state.signature);
    }
    writer.EndObject();
    writer.EndArray();
    writer.EndObject();
    WriteFinish(state, writer);
    writer.Key("index");
    writer.Int(state.index);
    if (!state.grounding.empty()) state.grounding.Write(writer);
    WriteExtras(state.finish_extras, writer);
    writer.EndObject();
  }
  writer.EndArray();
  if (usage_.present() || tier_.present()) {
    writer.Key("usageMetadata");
    WriteUsage(usage_.usage(), tier_, same_, writer);
  }
  WriteExtras(extras_.extras(), writer);
  EndFrame(writer);
}

Status Encoder::On(const StreamEnd&) {
  WriteLast();
  ended_ = true;
  return Ok();
}

}  // namespace

std::unique_ptr<StreamEncoder> NewStreamEncoder(FrameWriter& frames) {
  return std::make_unique<Encoder>(frames);
}

}  // namespace aiproxy::gemini_generate
