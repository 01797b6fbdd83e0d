// The two ends of a stream: frames of one protocol in, neutral events, frames of another out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/json/output.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/stream/event.h"

namespace aiproxy {

/// How frames stand in the bytes of a stream.
enum class Framing : std::uint8_t {
  kSse,
  kNdjson,
  kJsonArray,        // the elements of one array
  kAwsEventStream,   // application/vnd.amazon.eventstream
  kAwsInvokeStream,  // the same, each payload {"bytes": base64 of the event's JSON}
};

/// One unit of a streamed wire. `data` is followed by NUL and padding as Document::Parse wants.
struct Frame {
  /// Text framings have events only; their errors are events as well.
  enum class Type : std::uint8_t { kEvent, kException, kError };

  std::string_view event;         // of event, exception or error; "" when it has no name
  std::string_view data;          // of a kError usually ""
  Type type = Type::kEvent;       // others in the framings of AWS only
  std::string_view message = {};  // of a kError
};

/// Takes events in order. An event's spans are valid during the call only: who keeps something
/// copies it (CopyTo), which also gives up its node.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual Status OnEvent(const StreamEvent& event) = 0;
};

/// Frames of one protocol in, neutral events out. One per stream; holds only what is open.
/// Parses each frame into context.document(); marks what it keeps for later as used.
class StreamDecoder {
 public:
  virtual ~StreamDecoder() = default;
  virtual Status Push(const Frame& frame, CodecContext& context, EventSink& out) = 0;
  /// The bytes ended. Emits what is still owed: End when the stream was whole, else StreamError.
  virtual Status Finish(CodecContext& context, EventSink& out) = 0;
  /// Whether End or StreamError went out: what comes after it is not read.
  virtual bool done() const = 0;
};

/// Writes frames: knows the framing, so that encoders do not.
class FrameWriter {
 public:
  FrameWriter(Framing framing, Output& out) : framing_(framing), out_(out) {}
  /// Starts a frame; the writer is for exactly one JSON value. `event`: the name of the event or
  /// exception, or "". `type` (never kError) is written in the framings of AWS only.
  Writer Begin(std::string_view event, CodecContext& context,
               Frame::Type type = Frame::Type::kEvent);
  void End();
  /// A frame whose data is not JSON: [DONE]. For framings of text only.
  void Plain(std::string_view data);

  /// Behind the last frame: what the framing demands there.
  void Close();

  Framing framing() const { return framing_; }
  /// Frames written so far.
  std::size_t count() const { return count_; }
  /// The output was truncated to what it was when count() gave this.
  void Rewind(std::size_t count) { count_ = count; }
  /// What comes stands behind so many frames of that framing, which somebody else has written.
  void Continue(Framing framing, std::size_t count) {
    framing_ = framing;
    count_ = count;
  }

 private:
  bool is_binary() const {
    return framing_ == Framing::kAwsEventStream || framing_ == Framing::kAwsInvokeStream;
  }
  void EndBinary();

  Framing framing_;
  Output& out_;
  std::size_t count_ = 0;
  Output payload_;           // of the binary frame that is open
  Output wrapped_;           // that in base64
  std::string binary_name_;  // its event or exception
  Frame::Type type_ = Frame::Type::kEvent;
};

/// Neutral events in, frames of one protocol out (through the FrameWriter it was made with).
class StreamEncoder {
 public:
  virtual ~StreamEncoder() = default;
  virtual Status Push(const StreamEvent& event, CodecContext& context) = 0;
};

}  // namespace aiproxy
