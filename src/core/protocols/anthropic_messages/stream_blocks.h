// Writes the content blocks of a streamed answer: one is open at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/protocols/anthropic_messages/wire.h"
#include "core/stream/event.h"
#include "core/stream/held_bytes.h"
#include "core/stream/other_answers.h"
#include "core/stream/said_text.h"

namespace aiproxy::anthropic_messages {

class StreamBlocks {
 public:
  StreamBlocks(FrameWriter& frames, HeldBytes& held) : frames_(frames), held_(held) {}

  /// Before the events of each frame.
  void Attach(CodecContext& context) { context_ = &context; }
  /// The stream was read from this protocol: everything goes out as it came.
  void KeepAsItCame() { same_ = true; }

  void Start(const BlockStart& start);
  Status Append(const BlockDelta& delta);
  void Cite(const BlockCitation& event);
  /// A block of another candidate is none of ours.
  void End(std::uint32_t number) {
    if (IsCurrent(number)) Close();
  }
  /// The open block, if there is one.
  void Close();

  /// Whether the answer has had one.
  bool has_tool_call() const { return has_tool_call_; }
  bool has_refusal() const { return has_refusal_; }

 private:
  /// The one block that is open. Blocks of other candidates are never it.
  struct Block {
    bool open = false;
    bool announced = false;  // content_block_start went out
    bool dropped = false;    // accounted for at its start
    std::uint32_t number = 0;
    BlockKind kind = BlockKind::kText;
    bool is_custom = false;
    bool has_input = false;  // of a custom tool call: its beginning went out
    Issuer issuer = Issuer::kUnknown;
  };

  bool IsCurrent(std::uint32_t number) const { return block_.open && block_.number == number; }
  bool IsOurs() const {
    return block_.issuer == Issuer::kAnthropic || block_.issuer == Issuer::kUnknown;
  }
  void Use(NodeId node) {
    if (node != kNoNode) context_->accounting.Use(node);
  }

  Writer BeginBlock(std::string_view type);
  void EndBlock(Writer& writer, const Extras* extras);
  void Announce(const Extras* extras = nullptr);
  void AnnounceEncrypted(const BlockStart& start);
  void AnnounceToolCall(const BlockStart& start);
  void AnnounceOpaque(const BlockStart& start);
  void AnnounceMedia(const MediaPart& media);
  Writer BeginDelta();
  void EndDelta(Writer& writer);
  void WriteText(const BlockDelta& delta);
  Status WriteReasoning(const BlockDelta& delta, bool has_text);
  void WriteDelta(std::string_view type, std::string_view member, const Text& text,
                  const Extras& extras);
  void WriteCustomInput(const Text& text);

  FrameWriter& frames_;
  HeldBytes& held_;
  CodecContext* context_ = nullptr;
  bool same_ = false;
  bool has_tool_call_ = false;
  bool has_refusal_ = false;
  OtherAnswers others_;
  Block block_;
  std::uint32_t next_index_ = 0;
  std::string index_;      // of the announced block, as it is written
  std::string prefix_;     // of a text delta of the announced block
  std::string signature_;  // the last one of the open block
  Text::Spelling signature_spelling_ = Text::Spelling::kAbsent;
  SaidText said_;  // in this block, of another protocol's answer
};

}  // namespace aiproxy::anthropic_messages
