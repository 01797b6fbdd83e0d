// Streams, reading: chunks that look like responses, and their end.
#include <string>
#include <vector>

#include "core/protocols/openai_completions/wire.h"
#include "core/stream/cut_stream.h"
#include "core/stream/openai_chunks.h"

namespace aiproxy::openai_completions {

namespace {

constexpr FieldNames kFields("id", "object", "created", "model", "choices", "usage", "error",
                             "obfuscation");
constexpr FieldNames kChoiceFields("text", "index", "logprobs", "finish_reason");

/// A choice has one block, its text. Choices may interleave.
struct ChoiceState {
  std::uint32_t index = 0;
  std::uint32_t block = 0;
  bool open = false;
  bool finished = false;
};

class ChunkDecoder : public StreamDecoder {
 public:
  explicit ChunkDecoder(const Limits& limits) : limits_(limits) {}

  Status Push(const Frame& frame, CodecContext& context, EventSink& out) override {
    if (done_) return Ok();
    std::string_view data = openai::TrimmedData(frame.data);
    if (data.empty() || data.front() == ':') return Ok();  // a comment in the wrong place
    if (data == "[DONE]") return started_ ? End(out) : Fail(CutStream(kId), out);
    AIPROXY_RETURN_IF_ERROR(context.document().Parse(frame.data, limits_.Event()));
    Value root(context.document(), 0);
    if (!root.is_object()) return Unexpected(root, "an object as the chunk");
    return ReadChunk(root, frame.event == "error", context, out);
  }

  Status Finish(CodecContext&, EventSink& out) override {
    if (done_) return Ok();
    bool whole = !choices_.empty();
    for (const ChoiceState& state : choices_) whole = whole && state.finished;
    return whole ? End(out) : Fail(CutStream(kId), out);
  }

  bool done() const override { return done_; }

 private:
  /// The members of a chunk that are read in an order of their own.
  struct Chunk {
    Value choices, usage, error;
    bool is_error = false;
    Extras extras;
  };

  Status ReadChunk(const Value& root, bool is_error, CodecContext& context, EventSink& out) {
    StreamStart start;
    start.protocol = kId;
    Chunk chunk;
    SortChunk(root, context, start, chunk);
    const bool failed = IsFilled(chunk.error) || chunk.is_error || is_error;
    if (!failed && !started_) {
      started_ = true;
      start.extras = chunk.extras;
      others_.Keep(chunk.extras);
      AIPROXY_RETURN_IF_ERROR(out.OnEvent(start));
    } else if (!failed && !chunk.extras.empty()) {
      StreamMetadata metadata;
      metadata.extras = chunk.extras;
      for (const ExtraMember& extra : chunk.extras) others_.Change(extra);
      AIPROXY_RETURN_IF_ERROR(out.OnEvent(metadata));
    }
    if (started_ && chunk.choices.valid()) {
      for (Value choice : chunk.choices.items())
        AIPROXY_RETURN_IF_ERROR(ReadChoice(choice, context, out));
    }
    if (failed) return SendError(root, context, out);
    if (!IsObject(chunk.usage)) return Ok();
    StreamUsage event;
    openai::DecodeUsage(chunk.usage, context, event.usage);
    return out.OnEvent(event);
  }

  void SortChunk(const Value& root, CodecContext& context, StreamStart& start, Chunk& chunk) {
    Taker take(context);
    for (Member member : root.members()) {
      const Value& value = member.value;
      switch (kFields.Find(member.key)) {
        case kFields("id"):
          if (Repeats(id_, value)) break;
          take.Take(member, start.id, chunk.extras);
          break;
        case kFields("model"):
          if (Repeats(model_, value)) break;
          take.Take(member, start.model, chunk.extras);
          break;
        case kFields("created"):
          if (Repeats(created_, value)) break;
          take.Take(member, start.created, chunk.extras);
          break;
        case kFields("object"):
          chunk.is_error = value.is_string() && value.Is("error");
          if (value.is_string()) take.Use(value);
          break;
        case kFields("choices"):
          if (value.is_array()) chunk.choices = value;
          if (value.is_array()) UseIfEmpty(value, context);
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

  /// Whether the value says what the first chunk said; remembers that of the first one.
  bool Repeats(openai::RepeatedMember& first, const Value& value) const {
    if (started_) return first.Repeats(value);
    first.Keep(value.raw());
    return false;
  }

  Status ReadChoice(const Value& choice, CodecContext& context, EventSink& out) {
    if (!choice.is_object()) return Unexpected(choice, "an object as the choice");
    Taker take(context);
    Value text, logprobs, finish;
    Sourced<std::int64_t> index;
    Extras extras;
    for (Member member : choice.members()) {
      switch (kChoiceFields.Find(member.key)) {
        case kChoiceFields("text"):
          text = member.value;
          break;
        case kChoiceFields("index"):
          take.Take(member, index, extras);
          if (index.present()) take.Use(member.value);
          break;
        case kChoiceFields("logprobs"):
          logprobs = member.value;
          break;
        case kChoiceFields("finish_reason"):
          finish = member.value;
          break;
        default:
          if (!member.value.is_null()) take.Keep(member, extras);
      }
    }
    ChoiceState* state = nullptr;
    AIPROXY_RETURN_IF_ERROR(FindChoice(index.value, state));
    if (state->finished) return Ok();  // what comes behind the end is reported
    AIPROXY_RETURN_IF_ERROR(ReadText(*state, text, logprobs, context, out));
    return ReadFinish(*state, finish, extras, out);
  }

  Status FindChoice(std::int64_t index, ChoiceState*& state) {
    for (ChoiceState& known : choices_) {
      if (known.index == index) {
        state = &known;
        return Ok();
      }
    }
    if (choices_.size() >= limits_.max_open_blocks || index > kMaxIndex) {
      Error error;
      error.kind = ErrorKind::kLimitExceeded;
      error.message =
          "the stream has more than " + std::to_string(limits_.max_open_blocks) + " choices";
      return error;
    }
    state = &choices_.emplace_back();
    state->index = static_cast<std::uint32_t>(index);
    return Ok();
  }

  Status ReadText(ChoiceState& state, const Value& text, const Value& logprobs,
                  CodecContext& context, EventSink& out) {
    BlockDelta delta;
    if (IsObject(logprobs)) DecodeLogprobs(logprobs, context, delta.logprobs);
    if (IsString(text) && !text.body().empty()) delta.text = Text::Of(text);
    if (IsString(text) && text.body().empty()) context.accounting.Use(text.id());
    if (!delta.text.present() && delta.logprobs.empty()) return Ok();
    if (!delta.text.present()) delta.text = Word("");
    if (!state.open) {
      state.open = true;
      state.block = blocks_++;
      BlockStart start;
      start.block = state.block;
      start.candidate = state.index;
      AIPROXY_RETURN_IF_ERROR(out.OnEvent(start));
    }
    delta.block = state.block;
    return out.OnEvent(delta);
  }

  static Status Close(ChoiceState& state, EventSink& out) {
    if (!state.open) return Ok();
    state.open = false;
    return out.OnEvent(BlockEnd{state.block});
  }

  static Status ReadFinish(ChoiceState& state, const Value& word, const Extras& extras,
                           EventSink& out) {
    if (!IsString(word) || word.body().empty()) {
      if (extras.empty()) return Ok();
      StreamMetadata metadata;
      metadata.extras = extras;
      return out.OnEvent(metadata);
    }
    AIPROXY_RETURN_IF_ERROR(Close(state, out));
    state.finished = true;
    StreamFinish finish;
    finish.candidate = state.index;
    finish.reason = DecodeFinish(word);
    finish.extras = extras;
    return out.OnEvent(finish);
  }

  Status SendError(const Value& root, CodecContext& context, EventSink& out) {
    StreamError event;
    AIPROXY_RETURN_IF_ERROR(DecodeError(root, {}, context, event.error));
    event.error.extras = {};
    return Fail(event, out);
  }

  Status Fail(const StreamError& event, EventSink& out) {
    done_ = true;
    return out.OnEvent(event);
  }

  Status End(EventSink& out) {
    for (ChoiceState& state : choices_) AIPROXY_RETURN_IF_ERROR(Close(state, out));
    done_ = true;
    return out.OnEvent(StreamEnd{});
  }

  static constexpr std::int64_t kMaxIndex = 1 << 20;

  Limits limits_;
  std::vector<ChoiceState> choices_;
  std::uint32_t blocks_ = 0;
  openai::RepeatedMember id_, model_, created_;
  openai::RepeatedMembers others_;
  bool started_ = false;
  bool done_ = false;
};

}  // namespace

std::unique_ptr<StreamDecoder> NewStreamDecoder(const Limits& limits) {
  return std::make_unique<ChunkDecoder>(limits);
}

}  // namespace aiproxy::openai_completions
