// The frame around everything that a chat.completion.chunk stream says.
#pragma once

#include <cstdint>
#include <string>

#include "core/model/openai_chunk_head.h"
#include "core/protocols/openai_chat/wire.h"
#include "core/stream/kept_text.h"

namespace aiproxy::openai_chat {

/// What has been written of a choice.
struct ChoiceProgress {
  std::uint32_t index = 0;
  bool has_role = false;
  std::int64_t tools = 0;
  std::int64_t details = 0;
  bool reasons = false;          // reasoning with an entry of its own was told
  std::int64_t code_points = 0;  // of the content so far
  KeptText signature;            // of Google: waits for the call that it belongs to
};

/// Writes chunks: Begin, then BeginDelta ... EndDelta or what stands beside "choices".
class ChunkWriter {
 public:
  explicit ChunkWriter(FrameWriter& frames) : frames_(frames) {}

  /// Of the start's (ChunkHead): the members that every chunk repeats.
  void SetHead(std::string head, const Extras& extras, CodecContext& context);
  /// A chunk with what became known later; members that every chunk repeats change with it.
  void WriteMetadata(const Extras& extras, CodecContext& context);

  Writer Begin(CodecContext& context) {
    Writer writer = frames_.Begin("", context);
    writer.BeginObject();
    writer.output().Append(head_.members());
    return writer;
  }
  /// Opens the choice and its delta; the first one of a choice tells the role.
  void BeginDelta(Writer& writer, ChoiceProgress& choice);
  /// Closes the delta and the chunk.
  void EndDelta(Writer& writer, const List<TokenLogprob>& logprobs = {}, bool own = false,
                bool of_refusal = false);
  /// Closes the choice and the chunk.
  void EndChoice(Writer& writer);

  /// A delta that is one text of the first choice.
  void WriteText(const Text& text, CodecContext& context) {
    Writer writer = frames_.Begin("", context);
    writer.output().Append(text_start_);
    writer.String(text);
    writer.output().Append(std::string_view(R"(},"finish_reason":null}]})"));
    frames_.End();
  }

  /// A delta with one entry of reasoning_details, up to its type.
  template <std::size_t N>
  Writer BeginDetail(const char (&type)[N], ChoiceProgress& choice, CodecContext& context) {
    Writer writer = Begin(context);
    BeginDelta(writer, choice);
    writer.Key("reasoning_details");
    writer.BeginArray();
    writer.BeginObject();
    writer.Key("type");
    writer.Literal(type);
    return writer;
  }
  void EndDetail(Writer& writer, Issuer issuer, ChoiceProgress& choice);

  /// A delta with one annotation.
  Writer BeginAnnotation(ChoiceProgress& choice, CodecContext& context);
  void EndAnnotation(Writer& writer);

  /// A chunk without choices: what is not about one of them.
  Writer BeginPlain(CodecContext& context);
  void EndPlain(Writer& writer);

  FrameWriter& frames() { return frames_; }

 private:
  void LearnText();

  FrameWriter& frames_;
  openai::ChunkHead head_;
  std::string text_start_;  // the chunk of a text of the first choice, up to the text
};

}  // namespace aiproxy::openai_chat
