// application/vnd.amazon.eventstream: bytes in, frames out, however the bytes are split.
#pragma once

#include <cstdint>
#include <string>

#include "core/json/document.h"
#include "core/stream/frame_parser.h"

namespace aiproxy {

inline constexpr std::size_t kAwsPreludeBytes = 12;

/// Whether the bytes begin with lengths and the checksum that belongs to them.
bool IsAwsPrelude(std::string_view bytes);

/// Parses messages as https://smithy.io/2.0/aws/amazon-eventstream.html describes them. Nothing of
/// a message is believed before its checksums are right, and nothing is allocated for more than
/// has come: a length above Limits::max_event_bytes is refused (kLimitExceeded) with its prelude.
/// Each error names the message by its index and the offset of its first byte.
///
/// The event `initial-response` of RPC protocols is no frame. An event `chunk` with `bytes`, of
/// InvokeModelWithResponseStream, is handed over as what it wraps; its name is "" then.
///
/// A message that lies whole in the fed bytes is not copied.
class AwsEventStreamParser final : public FrameParser {
 public:
  explicit AwsEventStreamParser(const Limits& limits) : limits_(limits) {}

  Status Feed(char* bytes, std::size_t size, FrameSink& sink) override;
  Status Finish(FrameSink& sink) override;
  /// kAwsInvokeStream once a wrapped event was seen.
  Framing framing() const override {
    return is_invoke_ ? Framing::kAwsInvokeStream : Framing::kAwsEventStream;
  }
  std::uint64_t settled() const override { return settled_; }

 private:
  Status FeedPartial(char*& at, char* end, FrameSink& sink);
  Status TakePrelude(const char* prelude);
  Status TakeMessage(char* message, FrameSink& sink);
  Status ReadHeaders(std::string_view headers, Frame& frame);
  Status Unwrap(Frame& frame);
  Error Wrong(const std::string& what) const;

  const Limits limits_;
  std::uint64_t index_ = 0;   // of the message that is being read
  std::uint64_t offset_ = 0;  // of its first byte
  std::uint64_t settled_ = 0;
  std::uint32_t total_bytes_ = 0;
  std::uint32_t headers_bytes_ = 0;
  bool is_invoke_ = false;
  std::string partial_;  // the begin of a message whose end has not come
  std::string whole_;    // a message that was split, during one Feed
  Document wrapper_;
  std::string escaped_;    // base64 that was written with escapes, without them
  std::string unwrapped_;  // the event in a chunk
};

}  // namespace aiproxy
