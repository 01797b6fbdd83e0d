// Streams, reading: chunks, their envelope, the end.
#include "core/protocols/openai_chat/stream_decode.h"

#include "core/stream/copy.h"
#include "core/stream/cut_stream.h"

namespace aiproxy::openai_chat {

namespace {

constexpr FieldNames kFields("id", "object", "created", "model", "choices", "usage", "service_tier",
                             "error", "obfuscation");

}  // namespace

void TextChunk::Learn(const Value& content, std::size_t choice) {
  if (++learned_ > kMaxLearned) return;
  const Document& document = content.document();
  const JsonNode& node = document.node(content.id());
  before_ = document.text().substr(0, node.begin);
  after_ = document.text().substr(node.end);
  content_ = content.id();
  nodes_ = document.size();
  choice_ = choice;
  covered_.clear();
  for (NodeId id = 0; id < nodes_; ++id) {
    bool covered = (document.node(id).flags & JsonNode::kCovered) != 0;
    if (covered && id != content_) covered_.push_back(id);
  }
}

bool TextChunk::Matches(const Document& document) const {
  if (content_ == kNoNode || document.size() != nodes_) return false;
  std::string_view text = document.text();
  const JsonNode& node = document.node(content_);
  return node.kind == JsonKind::kString && node.begin == before_.size() &&
         node.end + after_.size() == text.size() && node.end - node.begin > 2 &&
         text.starts_with(before_) && text.ends_with(after_);
}

Status ChunkDecoder::Push(const Frame& frame, CodecContext& context, EventSink& out) {
  if (done_) return Ok();
  blocks_.Attach(context);
  char first = frame.data.empty() ? '\0' : frame.data.front();
  if (first != '{') {
    std::string_view data = openai::TrimmedData(frame.data);
    if (data.empty() || data.front() == ':') return Ok();  // a comment in the wrong place
    if (data == "[DONE]") return started_ ? End(context, out) : Cut(out);
  }
  AIPROXY_RETURN_IF_ERROR(context.document().Parse(frame.data, limits_.Event()));
  if (text_chunk_.Matches(context.document())) {
    ChoiceState& state = choices_[text_chunk_.choice()];
    if (state.open == ChoiceState::Open::kText) {
      text_chunk_.Cover(context.document());
      BlockDelta delta;
      delta.text = Text::Of(Value(context.document(), text_chunk_.content()));
      return blocks_.Append(state.handle, delta, out);
    }
  }
  Value root(context.document(), 0);
  if (!root.is_object()) return Unexpected(root, "an object as the chunk");
  return ReadChunk(root, frame.event, context, out);
}

Status ChunkDecoder::ReadChunk(const Value& root, std::string_view event, CodecContext& context,
                               EventSink& out) {
  Chunk chunk;
  only_text_ = started_;  // the first chunk is like no other
  text_ = {};
  SortChunk(root, context, chunk);
  bool failed = IsFilled(chunk.error) || chunk.is_error || event == "error";
  if (failed && !started_) return SendError(root, chunk, context, out);
  if (!started_) {
    bool empty =
        !chunk.choices.valid() || !chunk.choices.is_array() || chunk.choices.empty_container();
    bool anonymous = !chunk.id.valid() || !chunk.id.is_string() || chunk.id.body().empty();
    if (empty && anonymous && !IsObject(chunk.usage)) {
      // Azure's filter results for the prompt, before the stream says what it is.
      for (const Value& member : {chunk.id, chunk.model, chunk.created}) {
        if (member.valid()) context.accounting.Use(member.id());
      }
      if (!HasPlaceForExtras(context)) return Ok();
      for (const ExtraMember& extra : chunk.extras) {
        early_.push_back(arena_, {extra.name.CopyTo(arena_), CopySqueezed(extra.value, arena_)});
        context.accounting.Use(extra.value.node);
        AIPROXY_RETURN_IF_ERROR(held_bytes_.Charge(extra.value.json.size(), limits_));
      }
      return Ok();
    }
    AIPROXY_RETURN_IF_ERROR(Begin(chunk, context, out));
  } else if (!chunk.extras.empty() || IsFilled(chunk.service_tier)) {
    AIPROXY_RETURN_IF_ERROR(SendMetadata(chunk, context, out));
  }
  only_text_ = only_text_ && !failed && chunk.extras.empty() && !IsFilled(chunk.service_tier) &&
               !IsFilled(chunk.usage);
  if (chunk.choices.valid()) {
    AIPROXY_RETURN_IF_ERROR(ReadChoices(chunk.choices, context, out));
  }
  if (failed) return SendError(root, chunk, context, out);
  if (only_text_ && text_.valid()) text_chunk_.Learn(text_, text_choice_);
  if (IsObject(chunk.usage)) return SendUsage(chunk.usage, context, out);
  return Ok();
}

Status ChunkDecoder::ReadChoices(const Value& choices, CodecContext& context, EventSink& out) {
  for (Value choice : choices.items()) {
    if (!choice.is_object()) return Unexpected(choice, "an object as the choice");
    only_text_ = only_text_ && choice.id() == choices.id() + 1;
    AIPROXY_RETURN_IF_ERROR(ReadChoice(choice, context, out));
  }
  return Ok();
}

void ChunkDecoder::SortChunk(const Value& root, CodecContext& context, Chunk& chunk) {
  Taker take(context);
  for (Member member : root.members()) {
    const Value& value = member.value;
    switch (kFields.Find(member.key)) {
      case kFields("id"):
        if (!id_.Repeats(value)) chunk.id = value;
        break;
      case kFields("model"):
        if (!model_.Repeats(value)) chunk.model = value;
        break;
      case kFields("created"):
        if (!created_.Repeats(value)) chunk.created = value;
        break;
      case kFields("object"):
        chunk.is_error = value.is_string() && value.Is("error");
        if (value.is_string()) take.Use(value);
        break;
      case kFields("service_tier"):
        if (value.raw() == tier_)
          take.Use(value);
        else
          chunk.service_tier = value;
        break;
      case kFields("choices"):
        if (value.is_array()) chunk.choices = value;
        if (value.is_array() && value.empty_container()) take.Use(value);
        break;
      case kFields("usage"):
        chunk.usage = value;
        break;
      case kFields("error"):
        chunk.error = value;
        break;
      case kFields("obfuscation"):
        take.Use(value);
        break;  // padding against traffic analysis
      default:
        if (!others_.Repeats(member) && !value.is_null()) take.Keep(member, chunk.extras);
    }
  }
}

Status ChunkDecoder::Begin(Chunk& chunk, CodecContext& context, EventSink& out) {
  StreamStart start;
  auto filled = [](const Value& value) {
    return value.valid() && value.is_string() && !value.body().empty();
  };
  auto use_empty = [&](const Value& value) {
    if (value.valid() && value.is_string() && value.body().empty()) {
      context.accounting.Use(value.id());
    }
  };
  if (filled(chunk.id)) start.id = Text::Of(chunk.id);
  if (filled(chunk.model)) start.model = Text::Of(chunk.model);
  if (chunk.created.valid() && chunk.created.is_number()) {
    start.created = Number::Of(chunk.created);
  }
  use_empty(chunk.id);
  use_empty(chunk.model);
  KeepEnvelope(chunk);
  start.extras = chunk.extras;
  start.protocol = kId;
  started_ = true;
  AIPROXY_RETURN_IF_ERROR(out.OnEvent(start));
  chunk.extras = early_;
  early_ = {};
  if (chunk.extras.empty() && !IsFilled(chunk.service_tier)) return Ok();
  return SendMetadata(chunk, context, out);
}

/// What every later chunk repeats.
void ChunkDecoder::KeepEnvelope(const Chunk& chunk) {
  if (chunk.id.valid()) id_.Keep(chunk.id.raw());
  if (chunk.model.valid()) model_.Keep(chunk.model.raw());
  if (chunk.created.valid()) created_.Keep(chunk.created.raw());
  others_.Keep(chunk.extras);
}

Status ChunkDecoder::SendMetadata(const Chunk& chunk, CodecContext& context, EventSink& out) {
  StreamMetadata metadata;
  metadata.extras = chunk.extras;
  if (IsFilled(chunk.service_tier) && chunk.service_tier.is_string() &&
      DecodeServiceTier(chunk.service_tier, metadata.service_tier)) {
    tier_ = chunk.service_tier.raw();
  }
  for (const ExtraMember& extra : metadata.extras) others_.Change(extra);
  if (metadata.extras.empty() && !metadata.service_tier.present()) return Ok();
  static_cast<void>(context);
  return out.OnEvent(metadata);
}

Status ChunkDecoder::SendUsage(const Value& usage, CodecContext& context, EventSink& out) {
  StreamUsage event;
  DecodeUsage(usage, context, event.usage);
  return out.OnEvent(event);
}

Status ChunkDecoder::SendError(const Value& root, const Chunk& chunk, CodecContext& context,
                               EventSink& out) {
  StreamError event;
  AIPROXY_RETURN_IF_ERROR(DecodeError(root, {}, context, event.error));
  // The chunk around the error is told by other events, or is only an envelope.
  event.error.extras = {};
  for (const Value& member : {chunk.id, chunk.model, chunk.created}) {
    if (member.valid()) context.accounting.Use(member.id());
  }
  done_ = true;
  return out.OnEvent(event);
}

Status ChunkDecoder::End(CodecContext& context, EventSink& out) {
  for (ChoiceState& state : choices_) {
    if (!state.finished) AIPROXY_RETURN_IF_ERROR(CloseChoice(state, context, out));
  }
  done_ = true;
  return out.OnEvent(StreamEnd{});
}

Status ChunkDecoder::Cut(EventSink& out) {
  done_ = true;
  return out.OnEvent(CutStream(kId));
}

Status ChunkDecoder::Finish(CodecContext& context, EventSink& out) {
  if (done_) return Ok();
  blocks_.Attach(context);
  bool whole = !choices_.empty();
  for (const ChoiceState& state : choices_) whole = whole && state.finished;
  return whole ? End(context, out) : Cut(out);
}

std::unique_ptr<StreamDecoder> NewStreamDecoder(const Limits& limits) {
  return std::make_unique<ChunkDecoder>(limits);
}

}  // namespace aiproxy::openai_chat
