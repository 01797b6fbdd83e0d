// Server-sent events: bytes in, frames out, however the bytes are split.
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

/// Parses an event stream as the HTML standard says
/// (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation),
/// with three differences that real servers ask for:
/// - an event that the end of the input cuts off before its blank line is a frame all the same;
/// - a data line that would start an event's data with ':' is skipped: proxies wrap comments so;
/// - an event whose data is empty is not a frame.
/// `id:` and `retry:` are ignored.
///
/// An event that lies whole in the fed bytes is not copied. A line, and the data of an event, may
/// have Limits::max_event_bytes; more is kLimitExceeded, with the line.
class SseParser {
 public:
  explicit SseParser(const Limits& limits) : max_bytes_(limits.max_event_bytes) {}

  /// Calls `on_frame(const Frame&)`, which returns a Status, for each event that is now complete.
  /// `bytes` is written to, and Document::kPadding bytes after it must be readable. A frame's data
  /// stays where it is until the next Feed (Finish included) and as long as `bytes` does, its event
  /// name during the call only. After an error nothing more may be fed.
  template <class F>
  Status Feed(char* bytes, std::size_t size, F on_frame) {
    char* at = bytes;
    BeginFeed(bytes);
    for (;;) {
      Step step = Next(at, bytes + size);
      if (step == Step::kTooLong) return TooLong();
      if (step == Step::kNeedsMore) break;
      AIPROXY_RETURN_IF_ERROR(on_frame(Frame{event_, {data_, data_size_}}));
      Settle(at);
    }
    fed_ += size;
    return Ok();
  }

  /// The input ended: what is left is the last event.
  template <class F>
  Status Finish(F on_frame) {
    BeginFeed(nullptr);
    Step step = Rest();
    if (step == Step::kNeedsMore) return Ok();
    if (step == Step::kTooLong) return TooLong();
    return on_frame(Frame{event_, {data_, data_size_}});
  }

  /// The line (1-based) of the first data line of the frame that is being handed over.
  std::uint64_t frame_line() const { return data_line_; }
  /// Bytes from the beginning that later input cannot change the meaning of: up to the end of the
  /// last frame that `on_frame` took, and of the lines behind it that belong to no event.
  std::uint64_t settled() const { return settled_; }
  /// Lines that were read to their end.
  std::uint64_t lines() const { return lines_; }

 private:
  enum class Step : std::uint8_t { kFrame, kNeedsMore, kTooLong };

  void BeginFeed(const char* bytes);
  void Settle(const char* at) { settled_ = fed_ + static_cast<std::uint64_t>(at - fed_bytes_); }
  void SettleUnlessBegun(const char* at) {
    if (!has_data_ && event_.empty()) Settle(at);
  }
  Step Next(char*& at, char* end);
  Step Rest();
  bool EndPartialLine(char*& at, char* end);
  bool TakePartialLine();
  bool TakeLine(char* from, char* to, bool owned);
  bool TakeData(char* from, char* to, bool owned);
  bool JoinData(const char* from, const char* to);
  void KeepForLater(char* from, char* end);
  bool CompleteFrame();
  void ForgetEvent();
  void OwnData();
  std::string FreshStore();
  Error TooLong() const;

  std::size_t max_bytes_;
  std::uint64_t lines_ = 0;
  std::uint64_t fed_ = 0;            // bytes of earlier Feeds
  const char* fed_bytes_ = nullptr;  // of this Feed
  std::uint64_t settled_ = 0;
  std::uint64_t data_line_ = 0;
  bool at_start_ = true;   // no line was read: a byte order mark may come
  bool after_cr_ = false;  // the bytes so far ended in CR: an LF belongs to it
  bool in_frame_ = false;  // a frame was handed over and its event not yet forgotten
  bool has_data_ = false;
  bool owns_data_ = false;  // the data is in store_, else in the fed bytes
  std::string_view event_;
  char* data_ = nullptr;
  std::size_t data_size_ = 0;
  std::string line_;                  // the start of a line whose end has not come
  std::string store_;                 // data that was split or has several lines
  std::string event_store_;           // an event's name that outlives its bytes
  std::string spare_;                 // memory for the next store
  std::vector<std::string> retired_;  // stores of frames of this Feed
};

}  // namespace aiproxy
