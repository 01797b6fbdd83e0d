// The items of a stream while they are written: their events, and what they amount to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/protocols/openai_responses/wire.h"
#include "core/stream/kept_text.h"

namespace aiproxy::openai_responses {

/// Writes the events of one item after the other. An item stays open until the next one begins or
/// the stream ends, because only then its status is known.
class ItemWriter {
 public:
  enum class Kind : std::uint8_t { kNone, kMessage, kReasoning, kCall, kOpaque };

  explicit ItemWriter(FrameWriter& frames) : frames_(frames) {}

  /// An event up to its own members; End() closes it.
  Writer Begin(std::string_view type, CodecContext& context);
  void End(Writer& writer);

  /// The id of the response, of which those of the items are made.
  void SetResponseId(const Text& id) { response_id_.Append(id); }

  /// Whether the next block is a part of the item that is open.
  bool GoesOn(const BlockStart& start, bool own) const;
  /// Finishes the item before it and announces the new one.
  void Start(Kind kind, const BlockStart& start, bool own, CodecContext& context);
  /// Members of the item that became known with a later block of it.
  void TakeLateMembers(const BlockStart& start, CodecContext& context);

  /// The open item's next text: "output_text", "refusal", "summary_text" or "reasoning_text".
  void StartPart(BlockKind kind, bool is_content, CodecContext& context);
  bool has_part() const { return part_ != Part::kNone; }
  void WriteText(const BlockDelta& delta, bool of_openai, CodecContext& context);
  void HoldCitation(const Citation& citation, bool own, CodecContext& context);
  void EndPart(CodecContext& context);

  void WriteArguments(const Text& piece, CodecContext& context);
  void EndCall(CodecContext& context);
  void SetSecret(const Text& secret, Issuer issuer);
  void WriteOpaque(const Raw& value, CodecContext& context);

  /// Closes what is open; `status` is that of the open item.
  void Finish(std::string_view status, CodecContext& context);
  /// The same without an event: of a stream that broke.
  void Abandon(CodecContext& context);

  Kind kind() const { return kind_; }
  /// The JSON of all items that are done, without brackets.
  const std::string& output() const { return output_; }
  /// Bytes that are held.
  std::size_t size() const {
    return output_.size() + contents_.size() + summaries_.size() + text_.bytes.size() +
           secret_.bytes.size() + logprobs_.size() + annotations_.size() + citation_bytes_;
  }

 private:
  enum class Part : std::uint8_t { kNone, kText, kRefusal, kSummary, kReasoning };

  /// How events and parts are called.
  struct Words {
    std::string_view delta;
    std::string_view done;
    std::string_view part_added;
    std::string_view part_done;
    std::string_view part;
  };
  static const Words& WordsOf(Part part);

  struct HeldCitation {
    KeptText url;
    KeptText title;
    std::int64_t start = 0;
    std::int64_t end = -1;  // -1: the end of the text
    std::string wire;       // of the same protocol: as it came
  };

  void WritePart(Writer& writer, bool empty) const;
  void WritePlace(Writer& writer) const;
  void WriteItem(Writer& writer, std::string_view status, bool whole, CodecContext& context);
  void WriteMadeUpCallId(const BlockStart& start, CodecContext& context, Writer& writer) const;
  void WriteCallMembers(Writer& writer, bool whole) const;
  void WriteReasoningMembers(Writer& writer, bool whole) const;
  void WriteCitations(CodecContext& context);
  void KeepPart();
  void Forget();

  void TakeMembers(const Extras& members, CodecContext& context);

  FrameWriter& frames_;
  std::int64_t sequence_ = 0;
  std::int64_t index_ = -1;  // of the item that is open
  KeptText response_id_;
  std::string output_;

  Kind kind_ = Kind::kNone;
  std::uint32_t number_ = kNoItem;  // the wire's own, of an own stream
  std::string id_;                  // JSON
  std::string members_;             // of an own item: JSON members, each with a comma before it
  bool has_id_ = false;             // that was not made up
  Issuer issuer_ = Issuer::kUnknown;
  KeptText secret_;
  bool is_custom_ = false;
  std::string call_;  // JSON members call_id and name

  Part part_ = Part::kNone;
  std::int64_t part_index_ = 0;
  std::int64_t content_count_ = 0;
  std::int64_t summary_count_ = 0;
  std::string contents_;   // parts that are done
  std::string summaries_;  // of reasoning
  KeptText text_;          // of the open part, or the arguments
  std::string logprobs_;
  std::string annotations_;
  std::vector<HeldCitation> citations_;
  std::size_t citation_bytes_ = 0;
};

}  // namespace aiproxy::openai_responses
