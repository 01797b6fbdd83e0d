// The state of a chat.completion.chunk stream while it is read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/protocols/openai_chat/wire.h"
#include "core/stream/block_sequencer.h"
#include "core/stream/held_bytes.h"
#include "core/stream/kept_text.h"
#include "core/stream/openai_chunks.h"

namespace aiproxy::openai_chat {

/// Whether members without a meaning of their own have a place on the other side. What is kept over
/// frames gives up its node, and must not vanish where it would be dropped.
inline bool HasPlaceForExtras(const CodecContext& context) {
  std::string_view target = context.accounting.target();
  return target == kId || target == "neutral";
}

/// A tool call that is being streamed. It opens when its id and its name are known.
struct CallState {
  std::int64_t index = 0;  // the wire's; of a function_call: kLegacyIndex
  bool is_custom = false;
  bool is_open = false;
  std::uint32_t handle = 0;
  KeptText id;
  KeptText name;
  KeptText pending;  // arguments that came before id and name

  static constexpr std::int64_t kLegacyIndex = -1;
};

/// A member that waits for the event that it goes with.
struct KeptExtra {
  std::string name;
  bool name_is_escaped = false;
  std::string json;
};

/// What is open of one choice. Calls stay open until the choice finishes, because their late
/// pieces may come in any order; of text, refusal and reasoning the latest one is open.
struct ChoiceState {
  enum class Open : std::uint8_t { kNothing, kText, kRefusal, kReasoning };
  std::int64_t index = 0;
  Open open = Open::kNothing;
  std::uint32_t handle = 0;
  std::int64_t detail_index = 0;  // of the open reasoning
  bool is_signed = false;         // the open reasoning has its signature: text begins another
  bool takes_signature = false;   // the open reasoning is such another, whose index nobody has said
  bool finished = false;
  std::vector<CallState> calls;
  std::vector<KeptExtra> extras;
};

/// The chunk of a piece of text as it comes most of the time: only the text differs from the last
/// one. Then the tape is the same node by node, and nothing has to be looked up.
class TextChunk {
 public:
  /// Remembers a chunk whose only content is the string `content`; all else is marked or null.
  void Learn(const Value& content, std::size_t choice);
  /// Whether the document is that chunk with another text that is not empty.
  bool Matches(const Document& document) const;
  /// Marks what the remembered chunk had marked.
  void Cover(Document& document) const {
    for (NodeId id : covered_) document.Cover(id);
  }
  NodeId content() const { return content_; }
  std::size_t choice() const { return choice_; }

 private:
  static constexpr int kMaxLearned = 32;  // of a stream: some never repeat themselves

  std::string before_;
  std::string after_;
  std::vector<NodeId> covered_;
  NodeId content_ = kNoNode;
  std::size_t nodes_ = 0;
  std::size_t choice_ = 0;
  int learned_ = 0;
};

class ChunkDecoder : public StreamDecoder {
 public:
  explicit ChunkDecoder(const Limits& limits) : limits_(limits), blocks_(limits) {}

  Status Push(const Frame& frame, CodecContext& context, EventSink& out) override;
  Status Finish(CodecContext& context, EventSink& out) override;
  bool done() const override { return done_; }

 private:
  /// The members of a chunk that are read in an order of their own.
  struct Chunk {
    Value id, model, created, service_tier, usage, choices, error;
    bool is_error = false;
    Extras extras;
  };
  struct Delta {
    Value role, content, refusal, reasoning_content, reasoning, details, tool_calls, function_call,
        annotations, audio;
    Extras extras;
  };

  Status ReadChunk(const Value& root, std::string_view event, CodecContext& context,
                   EventSink& out);
  Status ReadChoices(const Value& choices, CodecContext& context, EventSink& out);
  void SortChunk(const Value& root, CodecContext& context, Chunk& chunk);
  Status Begin(Chunk& chunk, CodecContext& context, EventSink& out);
  void KeepEnvelope(const Chunk& chunk);
  Status SendMetadata(const Chunk& chunk, CodecContext& context, EventSink& out);
  Status SendUsage(const Value& usage, CodecContext& context, EventSink& out);
  Status SendError(const Value& root, const Chunk& chunk, CodecContext& context, EventSink& out);
  Status End(CodecContext& context, EventSink& out);
  Status Cut(EventSink& out);

  // stream_delta.cc
  Status ReadChoice(const Value& choice, CodecContext& context, EventSink& out);
  Status ReadDelta(ChoiceState& state, const Value& delta, const Value& logprobs,
                   CodecContext& context, EventSink& out);
  Status ReadContent(ChoiceState& state, const Value& content, BlockDelta& delta,
                     CodecContext& context, EventSink& out);
  Status ReadReasoning(ChoiceState& state, const Delta& delta, CodecContext& context,
                       EventSink& out);
  Status ReadDetail(ChoiceState& state, const Value& entry, bool& told, CodecContext& context,
                    EventSink& out);
  Status ReadAnnotations(ChoiceState& state, const Value& list, CodecContext& context,
                         EventSink& out);
  Status ReadAudio(ChoiceState& state, const Value& audio, CodecContext& context, EventSink& out);
  Status KeepExtras(ChoiceState& state, const Extras& extras, CodecContext& context);
  Status ReadFinish(ChoiceState& state, const Value& word, CodecContext& context, EventSink& out);
  Status AppendText(ChoiceState& state, ChoiceState::Open kind, const BlockDelta& delta,
                    EventSink& out);
  Status OpenBlock(ChoiceState& state, ChoiceState::Open kind, const ReasoningPart& form,
                   EventSink& out);
  Status CloseBlock(ChoiceState& state, EventSink& out);
  Status FindChoice(std::int64_t index, ChoiceState*& state);
  void TakeLogprobs(const Value& logprobs, CodecContext& context, BlockDelta& text,
                    BlockDelta& refusal);

  // stream_calls.cc
  Status ReadToolCalls(ChoiceState& state, const Value& list, CodecContext& context,
                       EventSink& out);
  Status ReadToolCall(ChoiceState& state, const Value& entry, std::int64_t position,
                      CodecContext& context, EventSink& out);
  Status ReadFunctionCall(ChoiceState& state, const Value& object, CodecContext& context,
                          EventSink& out);
  Status ReadCallPieces(ChoiceState& state, CallState& call, const Value& id, const Value& function,
                        CodecContext& context, EventSink& out);
  Status OpenCall(ChoiceState& state, CallState& call, EventSink& out);
  Status AppendArguments(CallState& call, const Value& piece, CodecContext& context,
                         EventSink& out);
  /// Closes everything of the choice; calls that never got an id get one now.
  Status CloseChoice(ChoiceState& state, CodecContext& context, EventSink& out);

  Limits limits_;
  BlockSequencer blocks_;
  std::vector<ChoiceState> choices_;
  openai::RepeatedMember id_, model_, created_;
  openai::RepeatedMembers others_;
  std::string tier_;
  TextChunk text_chunk_;
  // Of the chunk that is being read: its text, and whether all else in it says nothing so far.
  Value text_;
  std::size_t text_choice_ = 0;
  bool only_text_ = false;
  Arena arena_;  // what came before the start
  Extras early_;
  HeldBytes held_bytes_;
  std::int64_t synthesised_ = 0;
  bool started_ = false;
  bool done_ = false;
};

}  // namespace aiproxy::openai_chat
