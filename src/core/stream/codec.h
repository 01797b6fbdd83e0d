// The two ends of a stream: frames of one protocol in, neutral events, frames of another out.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/json/output.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/stream/event.h"

namespace aiproxy {

enum class Framing : std::uint8_t { kSse, kNdjson, kAwsEventStream };

/// One unit of a streamed wire. `data` is followed by NUL and padding as Document::Parse wants.
struct Frame {
  std::string_view event;  // SSE event name; "" when there is none
  std::string_view data;
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
  explicit FrameWriter(Framing framing, Output& out) : framing_(framing), out_(out) {}
  /// Starts a frame; the writer is for exactly one JSON value. `event`: SSE event name or "".
  Writer Begin(std::string_view event, CodecContext& context);
  void End();
  /// A frame whose data is not JSON: [DONE].
  void Plain(std::string_view data);

 private:
  Framing framing_;
  Output& out_;
};

/// Neutral events in, frames of one protocol out (through the FrameWriter it was made with).
class StreamEncoder {
 public:
  virtual ~StreamEncoder() = default;
  virtual Status Push(const StreamEvent& event, CodecContext& context) = 0;
};

}  // namespace aiproxy
