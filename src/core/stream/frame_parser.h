// The bytes of a stream in, frames out, whatever the framing is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/json/result.h"
#include "core/model/limits.h"
#include "core/stream/codec.h"

namespace aiproxy {

/// Takes frames in order. A frame is valid during the call; its data, without what follows it,
/// until the parser's next call and as long as the fed bytes are there.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  virtual Status OnFrame(const Frame& frame) = 0;
};

/// One stream. Any split of the bytes gives the same frames and the same error.
class FrameParser {
 public:
  virtual ~FrameParser() = default;

  /// Hands over each frame that is now complete. `bytes` is written to, and Document::kPadding
  /// bytes after it are too. After an error nothing more may be fed: kInvalidInput, or
  /// kLimitExceeded for a frame of more than Limits::max_event_bytes.
  virtual Status Feed(char* bytes, std::size_t size, FrameSink& sink) = 0;
  /// The input ended: what is left is the last frame, or cut off.
  virtual Status Finish(FrameSink& sink) = 0;
  /// What was found; may be known only after the first frame.
  virtual Framing framing() const = 0;
  /// Bytes from the beginning that frames have which the sink took, and what stands around them:
  /// another frame may be written behind these. The same for any split when something fails.
  virtual std::uint64_t settled() const = 0;
};

/// The framing of a stream that begins so, or nullopt while more bytes are needed: binary messages
/// by their prelude, an array by its bracket, else server-sent events. Longer beginnings of one
/// stream never give another answer. `whole`: no more bytes follow.
std::optional<Framing> FramingOf(std::string_view begin, bool whole);

/// A parser for that framing; without one it looks at the first bytes (FramingOf).
std::unique_ptr<FrameParser> NewFrameParser(std::optional<Framing> framing, const Limits& limits);

}  // namespace aiproxy
