// Writes a conversation from another protocol: the system's text apart, contents of two roles, and
// all results of a turn in one content of their own.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/protocols/gemini_generate/foreign_parts.h"

namespace aiproxy::gemini_generate {

class ForeignContents {
 public:
  ForeignContents(const ChatRequest& request, CodecContext& context, Writer& writer)
      : messages_(request.messages),
        context_(context),
        writer_(writer),
        parts_(ForeignParts::Side::kRequest, context, writer) {}

  /// The leading run of system messages, as `systemInstruction`. First of the two.
  void WriteSystem();
  /// Everything after it, as `contents`.
  void WriteContents();

 private:
  enum class Turn : std::uint8_t { kNone, kUser, kModel, kResults };

  struct Call {
    const ToolCallPart* part;
    std::size_t message;
  };

  void Open(Turn turn);
  void Close();
  void DropMessage(const Message& message);
  void WriteMessage(const Message& message, std::size_t index);
  void WriteMarkedSystem(const Message& message);
  void WriteLastSystem();

  void CollectCalls(const Message& message, std::size_t index);
  void WriteResults(std::size_t index);
  const Call* CallOf(const ToolResultPart& result) const;
  void WriteResult(const ToolResultPart& result);
  void WriteResultName(const ToolResultPart& result);
  void WriteResultResponse(const ToolResultPart& result);
  void WriteResultText(const ToolResultPart& result);
  void WriteResultMedia(const ToolResultPart& result);
  bool IsMediaOfResult(const Part& part) const;

  const List<Message>& messages_;
  CodecContext& context_;
  Writer& writer_;
  ForeignParts parts_;
  std::size_t next_ = 0;           // the first message that is not leading system text
  std::size_t results_until_ = 0;  // the message before which all results are written
  Turn turn_ = Turn::kNone;
  List<Call> calls_;  // of all messages so far
};

}  // namespace aiproxy::gemini_generate
