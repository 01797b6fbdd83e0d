// Streams of the pseudo protocol "neutral": events as readable JSON in SSE frames, both ways.
#pragma once

#include <string>

#include "core/stream/codec.h"

namespace aiproxy {

/// Reads what NeutralStreamEncoder writes. Members that an event does not have stay unmarked, and
/// so are reported; a member of a wrong type and an unknown protocol are errors.
class NeutralStreamDecoder : public StreamDecoder {
 public:
  explicit NeutralStreamDecoder(const Limits& limits) : limits_(limits) {}

  Status Push(const Frame& frame, CodecContext& context, EventSink& out) override;
  Status Finish(CodecContext& context, EventSink& out) override;
  bool done() const override { return done_; }

 private:
  Limits limits_;
  bool done_ = false;
};

/// The event's word is the SSE event name too.
class NeutralStreamEncoder : public StreamEncoder {
 public:
  explicit NeutralStreamEncoder(FrameWriter& frames) : frames_(frames) {}

  Status Push(const StreamEvent& event, CodecContext& context) override;

 private:
  FrameWriter& frames_;
};

}  // namespace aiproxy
