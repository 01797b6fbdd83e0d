#include "core/stream/ndjson_parser.h"

#include <utility>

#include "core/json/document.h"
#include "core/stream/line_scan.h"

namespace aiproxy {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

Error NdjsonParser::TooLong() const {
  Error error = LimitExceeded("a line has more than " + std::to_string(max_bytes_) + " bytes");
  error.line = static_cast<std::uint32_t>(lines_ + 1);
  return error;
}

NdjsonParser::Step NdjsonParser::Next(char*& at, char* end) {
  while (at < end) {
    char* from = at;
    char* stop = scan::LineFeed(from, end);
    auto size = static_cast<std::size_t>(stop - from);
    if (line_.size() + size > max_bytes_) return Step::kTooLong;
    if (stop == end) {
      line_.append(from, size);
      at = end;
      break;
    }
    at = stop + 1;
    if (line_.empty()) {
      if (TakeLine(from, stop)) return Step::kFrame;
    } else {
      line_.append(from, size);
      if (TakeOwnedLine()) return Step::kFrame;
    }
    Settle(at);
  }
  return Step::kNeedsMore;
}

/// False when there is nothing on the line. `*to` may be overwritten.
bool NdjsonParser::TakeLine(char* from, char* to) {
  ++lines_;
  data_ = {from, static_cast<std::size_t>(to - from)};
  if (lines_ == 1 && data_.starts_with(kByteOrderMark)) data_.remove_prefix(kByteOrderMark.size());
  if (data_.ends_with('\r')) data_.remove_suffix(1);
  if (data_.find_first_not_of(" \t\r") == data_.npos) return false;
  from[data_.data() - from + static_cast<std::ptrdiff_t>(data_.size())] = '\0';
  return true;
}

bool NdjsonParser::TakeOwnedLine() {
  std::size_t size = line_.size();
  line_.append(Document::kPadding, '\0');
  retired_.push_back(std::exchange(line_, {}));
  char* from = retired_.back().data();
  return TakeLine(from, from + size);
}

}  // namespace aiproxy
