#include "core/stream/frame_parser.h"

#include <algorithm>
#include <string>

#include "core/json/document.h"
#include "core/stream/aws_event_stream_parser.h"
#include "core/stream/json_array_parser.h"
#include "core/stream/ndjson_parser.h"
#include "core/stream/sse_parser.h"

namespace aiproxy {

namespace {

/// SseParser and NdjsonParser, which call a function of any type.
template <class Parser, Framing kFraming>
class TextParser final : public FrameParser {
 public:
  explicit TextParser(const Limits& limits) : parser_(limits) {}

  Status Feed(char* bytes, std::size_t size, FrameSink& sink) override {
    return parser_.Feed(bytes, size, [&sink](const Frame& frame) { return sink.OnFrame(frame); });
  }
  Status Finish(FrameSink& sink) override {
    return parser_.Finish([&sink](const Frame& frame) { return sink.OnFrame(frame); });
  }
  Framing framing() const override { return kFraming; }
  std::uint64_t settled() const override { return parser_.settled(); }

 private:
  Parser parser_;
};

/// Keeps the first bytes until they tell the framing.
class SniffingParser final : public FrameParser {
 public:
  explicit SniffingParser(const Limits& limits) : limits_(limits) {}

  Status Feed(char* bytes, std::size_t size, FrameSink& sink) override {
    if (parser_ != nullptr) return parser_->Feed(bytes, size, sink);
    if (begin_.empty()) {
      std::optional<Framing> framing = FramingOf({bytes, size}, false);
      if (!framing) {
        begin_.assign(bytes, size);
        return Ok();
      }
      parser_ = NewFrameParser(framing, limits_);
      return parser_->Feed(bytes, size, sink);
    }
    begin_.append(bytes, size);
    return FeedBegin(false, sink);
  }

  Status Finish(FrameSink& sink) override {
    if (parser_ == nullptr) AIPROXY_RETURN_IF_ERROR(FeedBegin(true, sink));
    return parser_->Finish(sink);
  }

  Framing framing() const override {
    return parser_ == nullptr ? Framing::kSse : parser_->framing();
  }
  std::uint64_t settled() const override { return parser_ == nullptr ? 0 : parser_->settled(); }

 private:
  Status FeedBegin(bool whole, FrameSink& sink) {
    std::optional<Framing> framing = FramingOf(begin_, whole);
    if (!framing) return Ok();
    parser_ = NewFrameParser(framing, limits_);
    std::size_t size = begin_.size();
    begin_.append(Document::kPadding, '\0');
    return parser_->Feed(begin_.data(), size, sink);
  }

  const Limits limits_;
  std::unique_ptr<FrameParser> parser_;
  std::string begin_;
};

}  // namespace

std::optional<Framing> FramingOf(std::string_view begin, bool whole) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  constexpr std::string_view kSpace = " \t\r\n";
  constexpr std::size_t kMostSpace = 4096;
  if (begin.empty()) return whole ? std::optional(Framing::kSse) : std::nullopt;
  auto first = static_cast<unsigned char>(begin.front());
  // Messages of less than 16 MiB begin with NUL, which no text does. Text begins with a printable
  // character, a line end or a byte order mark.
  if (first == 0) return Framing::kAwsEventStream;
  bool is_text =
      (first >= 0x20 && first < 0x7F) || first == 0xEF || kSpace.find(begin.front()) != kSpace.npos;
  if (!is_text) {
    if (begin.size() < kAwsPreludeBytes && !whole) return std::nullopt;
    return IsAwsPrelude(begin) ? Framing::kAwsEventStream : Framing::kSse;
  }
  begin = begin.substr(0, kMostSpace);
  bool undecided = !whole && begin.size() < kMostSpace;
  std::size_t mark = std::min(begin.size(), kByteOrderMark.size());
  if (begin.substr(0, mark) == kByteOrderMark.substr(0, mark)) begin.remove_prefix(mark);
  std::size_t content = begin.find_first_not_of(kSpace);
  if (content != begin.npos) return begin[content] == '[' ? Framing::kJsonArray : Framing::kSse;
  return undecided ? std::nullopt : std::optional(Framing::kSse);
}

std::unique_ptr<FrameParser> NewFrameParser(std::optional<Framing> framing, const Limits& limits) {
  if (!framing) return std::make_unique<SniffingParser>(limits);
  switch (*framing) {
    case Framing::kSse:
      return std::make_unique<TextParser<SseParser, Framing::kSse>>(limits);
    case Framing::kNdjson:
      return std::make_unique<TextParser<NdjsonParser, Framing::kNdjson>>(limits);
    case Framing::kJsonArray:
      return std::make_unique<JsonArrayParser>(limits);
    case Framing::kAwsEventStream:
    case Framing::kAwsInvokeStream:
      break;
  }
  return std::make_unique<AwsEventStreamParser>(limits);
}

}  // namespace aiproxy
