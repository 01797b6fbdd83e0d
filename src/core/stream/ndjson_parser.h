// Newline-delimited JSON: bytes in, one frame a line out, however the bytes are split.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/result.h"
#include "core/model/limits.h"
#include "core/stream/codec.h"

namespace aiproxy {

/// Lines end in LF or CR LF; the last one need not end. A byte order mark before the first line
/// and lines of nothing but white space are skipped. Frame.event is always "".
///
/// A line that lies whole in the fed bytes is not copied. A line may have Limits::max_event_bytes;
/// more is kLimitExceeded, with the line.
class NdjsonParser {
 public:
  explicit NdjsonParser(const Limits& limits) : max_bytes_(limits.max_event_bytes) {}

  /// As SseParser::Feed: `on_frame(const Frame&)` returns a Status; `bytes` is written to, and
  /// Document::kPadding bytes after it must be readable; a frame stays until the next Feed.
  template <class F>
  Status Feed(char* bytes, std::size_t size, F on_frame) {
    char* at = bytes;
    fed_bytes_ = bytes;
    retired_.clear();
    for (;;) {
      Step step = Next(at, bytes + size);
      if (step == Step::kTooLong) return TooLong();
      if (step == Step::kNeedsMore) break;
      AIPROXY_RETURN_IF_ERROR(on_frame(Frame{{}, data_}));
      Settle(at);
    }
    fed_ += size;
    return Ok();
  }

  /// The input ended: what is left is the last line.
  template <class F>
  Status Finish(F on_frame) {
    retired_.clear();
    if (line_.empty()) return Ok();
    return TakeOwnedLine() ? on_frame(Frame{{}, data_}) : Ok();
  }

  /// The line (1-based) of the frame that is being handed over.
  std::uint64_t frame_line() const { return lines_; }
  /// Bytes of lines that were read to their end, and taken where they are frames.
  std::uint64_t settled() const { return settled_; }

 private:
  enum class Step : std::uint8_t { kFrame, kNeedsMore, kTooLong };

  Step Next(char*& at, char* end);
  void Settle(const char* at) { settled_ = fed_ + static_cast<std::uint64_t>(at - fed_bytes_); }
  bool TakeLine(char* from, char* to);
  bool TakeOwnedLine();
  Error TooLong() const;

  std::size_t max_bytes_;
  std::uint64_t lines_ = 0;
  std::uint64_t fed_ = 0;            // bytes of earlier Feeds
  const char* fed_bytes_ = nullptr;  // of this Feed
  std::uint64_t settled_ = 0;
  std::string_view data_;
  std::string line_;                  // the start of a line whose end has not come
  std::vector<std::string> retired_;  // the line of a frame of this Feed that was split
};

}  // namespace aiproxy
