// Writes a conversation from another protocol: the system's text apart, contents of two roles, and
// all results of a turn in one content of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

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
    std::string_view id;    // decoded
    std::string_view name;  // decoded
  };
  struct Row {
    const ToolResultPart* result;
    const Call* call;   // that it answers; nullptr when there is none
    std::size_t rank;   // of that call
    std::size_t order;  // in which they came
  };

  void Open(Turn turn);
  void Close();
  void WriteMessage(const Message& message, std::size_t index);
  void WriteMarkedSystem(const Message& message);
  void WriteLastSystem();

  void CollectCalls();
  List<Row> CollectResults(std::size_t index);
  void WriteResults(std::size_t index);
  /// The last one before message `index`.
  const Call* CallOf(const ToolResultPart& result, std::size_t index) const;
  void WriteResult(const Row& row);
  void WriteResultName(const Row& row);
  void WriteResultResponse(const ToolResultPart& result);
  void WriteResultText(const ToolResultPart& result);
  void WriteResultMedia(const ToolResultPart& result);
  bool IsMediaOfResult(const Part& part) const;

  const List<Message>& messages_;
  CodecContext& context_;
  Writer& writer_;
  ForeignParts parts_;
  std::size_t next_ = 0;               // the first message that is not leading system text
  std::size_t results_until_ = 0;      // the message before which all results are written
  const Part* last_result_ = nullptr;  // of the results that were written last
  Turn turn_ = Turn::kNone;
  List<Call> calls_;           // of all messages, once there is a result
  List<std::uint32_t> by_id_;  // of calls_, sorted
  List<std::uint32_t> by_name_;
};

}  // namespace aiproxy::gemini_generate
