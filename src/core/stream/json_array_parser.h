// The elements of one JSON array: bytes in, a frame an element out, however the bytes are split.
#pragma once

#include <cstdint>
#include <string>

#include "core/stream/frame_parser.h"

namespace aiproxy {

/// An element is handed over with its last byte, and checked by who takes it. What stands between
/// the elements is checked here: each error names the element by its index and the offset of its
/// first byte. A missing ']' at the end of the input is no error: it says nothing about whether the
/// elements are all there.
///
/// An element that lies whole in the fed bytes is not copied.
class JsonArrayParser final : public FrameParser {
 public:
  explicit JsonArrayParser(const Limits& limits) : max_bytes_(limits.max_event_bytes) {}

  Status Feed(char* bytes, std::size_t size, FrameSink& sink) override;
  Status Finish(FrameSink& sink) override;
  Framing framing() const override { return Framing::kJsonArray; }
  std::uint64_t settled() const override { return state_ == State::kClosed ? offset_ : settled_; }

 private:
  enum class State : std::uint8_t {
    kMark,     // the byte order mark, or what follows it
    kOpening,  // '['
    kFirst,    // an element or ']'
    kElement,  // behind a comma
    kInside,
    kBehind,  // ',' or ']'
    kClosed,
  };

  Status Between(char c);
  Status Inside(char*& at, char* end, FrameSink& sink);
  const char* ElementEnd(const char* at, const char* end);
  Status Hand(char* from, char* to, FrameSink& sink);
  Error Wrong(const std::string& what) const;

  std::size_t max_bytes_;
  State state_ = State::kMark;
  std::uint64_t index_ = 0;   // of the element that is being read, or comes next
  std::uint64_t offset_ = 0;  // of the byte that is being read
  std::uint64_t element_offset_ = 0;
  std::uint64_t settled_ = 0;
  std::uint32_t depth_ = 0;  // of the containers that are open in the element
  bool in_string_ = false;
  bool after_backslash_ = false;
  bool is_scalar_ = false;  // a number or a word, which has no end of its own
  std::size_t mark_bytes_ = 0;
  std::string partial_;  // the begin of an element whose end has not come
  std::string whole_;    // an element that was split, during one Feed
};

}  // namespace aiproxy
