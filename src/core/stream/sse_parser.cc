#include "core/stream/sse_parser.h"

#include <utility>

#include "core/json/document.h"
#include "core/json/scan.h"
#include "core/json/value.h"
#include "core/stream/line_scan.h"

namespace aiproxy {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

void SseParser::BeginFeed(const char* bytes) {
  fed_bytes_ = bytes;
  if (in_frame_) ForgetEvent();
  if (retired_.empty()) return;
  // A store that held one huge event is given back.
  constexpr std::size_t kKeptBytes = 256 * 1024;
  if (retired_.back().capacity() <= kKeptBytes) spare_ = std::move(retired_.back());
  retired_.clear();
}

std::string SseParser::FreshStore() {
  std::string store = std::exchange(spare_, {});
  store.clear();
  return store;
}

Error SseParser::TooLong() const {
  Error error = LimitExceeded("an event has more than " + std::to_string(max_bytes_) + " bytes");
  error.line = static_cast<std::uint32_t>(lines_ + 1);
  return error;
}

SseParser::Step SseParser::Next(char*& at, char* end) {
  if (in_frame_) ForgetEvent();
  if (after_cr_ && at < end) {
    after_cr_ = false;
    if (*at == '\n') {
      ++at;
      if (line_.empty()) SettleUnlessBegun(at);
    }
  }
  if (!line_.empty()) {
    if (!EndPartialLine(at, end)) return Step::kTooLong;
    if (!line_.empty()) return Step::kNeedsMore;
    SettleUnlessBegun(at);
  }
  while (at < end) {
    char* from = at;
    char* stop = scan::LineEnd(from, end);
    if (static_cast<std::size_t>(stop - from) > max_bytes_) return Step::kTooLong;
    if (stop == end) break;
    at = stop + 1;
    if (*stop == '\r') {
      if (at == end)
        after_cr_ = true;
      else if (*at == '\n')
        ++at;
    }
    if (!TakeLine(from, stop, false)) return Step::kTooLong;
    ++lines_;
    if (stop == from && CompleteFrame()) return Step::kFrame;
    SettleUnlessBegun(at);
  }
  KeepForLater(at, end);
  return Step::kNeedsMore;
}

/// Adds to the line that was split; takes it once its end is there, and is then without it.
bool SseParser::EndPartialLine(char*& at, char* end) {
  char* stop = scan::LineEnd(at, end);
  auto more = static_cast<std::size_t>(stop - at);
  if (line_.size() + more > max_bytes_) return false;
  line_.append(at, more);
  at = stop;
  if (stop == end) return true;
  ++at;
  if (*stop == '\r') {
    if (at == end)
      after_cr_ = true;
    else if (*at == '\n')
      ++at;
  }
  return TakePartialLine();
}

bool SseParser::TakePartialLine() {
  if (!TakeLine(line_.data(), line_.data() + line_.size(), true)) return false;
  ++lines_;
  line_.clear();
  return true;
}

/// `owned`: the line is in line_, whose bytes will be reused.
bool SseParser::TakeLine(char* from, char* to, bool owned) {
  if (at_start_) {
    at_start_ = false;
    if (std::string_view(from, static_cast<std::size_t>(to - from)).starts_with(kByteOrderMark))
      from += 3;
  }
  std::string_view line(from, static_cast<std::size_t>(to - from));
  if (line.starts_with("data")) {
    from += 4;
    if (from == to) return TakeData(from, to, owned);
    if (*from != ':') return true;
    ++from;
    if (from < to && *from == ' ') ++from;
    return TakeData(from, to, owned);
  }
  if (!line.starts_with("event")) return true;
  line.remove_prefix(5);
  if (!line.empty()) {
    if (line.front() != ':') return true;
    line.remove_prefix(1);
    if (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  }
  if (scan::InvalidUtf8(line.data(), line.data() + line.size()) != line.data() + line.size()) {
    // As the standard says: the bytes that are wrong become U+FFFD.
    std::string escaped;
    EscapeString(line, escaped);
    event_store_.clear();
    DecodeString(escaped, event_store_);
    event_ = event_store_;
  } else if (owned) {
    event_store_.assign(line);
    event_ = event_store_;
  } else {
    event_ = line;
  }
  return true;
}

bool SseParser::TakeData(char* from, char* to, bool owned) {
  if (has_data_) return JoinData(from, to);
  if (from < to && *from == ':') return true;
  has_data_ = true;
  data_line_ = lines_ + 1;
  data_ = from;
  data_size_ = static_cast<std::size_t>(to - from);
  owns_data_ = owned;
  if (owned) {
    // The line's buffer becomes the store, so that a long event is not copied once more.
    auto offset = static_cast<std::size_t>(from - line_.data());
    store_ = std::exchange(line_, FreshStore());
    data_ = store_.data() + offset;
  }
  return true;
}

bool SseParser::JoinData(const char* from, const char* to) {
  auto more = static_cast<std::size_t>(to - from);
  if (data_size_ + 1 + more > max_bytes_) return false;
  if (!owns_data_) OwnData();
  store_ += '\n';
  store_.append(from, more);
  data_size_ += 1 + more;
  data_ = store_.data() + (store_.size() - data_size_);
  return true;
}

void SseParser::OwnData() {
  store_ = FreshStore();
  store_.assign(data_, data_size_);
  data_ = store_.data();
  owns_data_ = true;
}

/// The fed bytes end in the middle of an event: what they have of it is copied.
void SseParser::KeepForLater(char* from, char* end) {
  if (has_data_ && !owns_data_) OwnData();
  if (!event_.empty() && event_.data() != event_store_.data()) {
    event_store_.assign(event_);
    event_ = event_store_;
  }
  line_.assign(from, static_cast<std::size_t>(end - from));
}

/// At a blank line. False when there is nothing to hand over.
bool SseParser::CompleteFrame() {
  in_frame_ = true;
  std::string_view data(data_, data_size_);
  if (!has_data_ || data.find_first_not_of('\n') == data.npos) {
    ForgetEvent();
    return false;
  }
  if (owns_data_) {
    std::size_t offset = store_.size() - data_size_;
    store_.append(Document::kPadding, '\0');
    retired_.push_back(std::move(store_));
    store_.clear();
    data_ = retired_.back().data() + offset;
    owns_data_ = false;
  } else {
    // Over the end of the data line, which was read: the rest of the bytes is the padding.
    data_[data_size_] = '\0';
  }
  return true;
}

void SseParser::ForgetEvent() {
  in_frame_ = false;
  has_data_ = false;
  owns_data_ = false;
  event_ = {};
  data_ = nullptr;
  data_size_ = 0;
}

SseParser::Step SseParser::Rest() {
  if (!line_.empty() && !TakePartialLine()) return Step::kTooLong;
  return CompleteFrame() ? Step::kFrame : Step::kNeedsMore;
}

}  // namespace aiproxy
