#include "core/stream/json_array_parser.h"

#include <utility>

#include "core/json/document.h"
#include "core/json/scan.h"

namespace aiproxy {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

Error JsonArrayParser::Wrong(const std::string& what) const {
  Error error;
  error.message =
      "element " + std::to_string(index_) + " at byte " + std::to_string(offset_) + ": " + what;
  return error;
}

Status JsonArrayParser::Feed(char* bytes, std::size_t size, FrameSink& sink) {
  char* at = bytes;
  char* end = bytes + size;
  while (at < end) {
    if (state_ == State::kInside) {
      AIPROXY_RETURN_IF_ERROR(Inside(at, end, sink));
      continue;
    }
    AIPROXY_RETURN_IF_ERROR(Between(*at));
    if (state_ == State::kInside) continue;  // the byte is the element's first
    ++at;
    ++offset_;
  }
  return Ok();
}

/// One byte outside the elements.
Status JsonArrayParser::Between(char c) {
  if (state_ == State::kMark) {
    if (mark_bytes_ < kByteOrderMark.size() && c == kByteOrderMark[mark_bytes_]) {
      ++mark_bytes_;
      return Ok();
    }
    if (mark_bytes_ % kByteOrderMark.size() != 0) return Wrong("expected an array");
    state_ = State::kOpening;
  }
  if (IsSpace(c)) return Ok();
  switch (state_) {
    case State::kMark:
    case State::kOpening:
      if (c != '[') return Wrong("expected an array");
      state_ = State::kFirst;
      return Ok();
    case State::kBehind:
      if (c != ',' && c != ']') return Wrong("expected ',' or ']'");
      state_ = c == ',' ? State::kElement : State::kClosed;
      return Ok();
    case State::kClosed:
      return Wrong("something stands behind the array");
    case State::kFirst:
    case State::kElement:
    case State::kInside:
      break;
  }
  if (c == ']' && state_ == State::kFirst) {
    state_ = State::kClosed;
    return Ok();
  }
  if (c == ',' || c == ':' || c == ']' || c == '}') return Wrong("expected a value");
  state_ = State::kInside;
  element_offset_ = offset_;
  is_scalar_ = c != '{' && c != '[' && c != '"';
  return Ok();
}

Status JsonArrayParser::Inside(char*& at, char* end, FrameSink& sink) {
  char* from = at;
  const char* stop = ElementEnd(at, end);
  bool is_whole = stop != nullptr;
  at = is_whole ? at + (stop - at) : end;
  auto size = static_cast<std::size_t>(at - from);
  if (partial_.size() + size > max_bytes_) {
    offset_ = element_offset_;
    Error error = Wrong("more than " + std::to_string(max_bytes_) + " bytes");
    error.kind = ErrorKind::kLimitExceeded;
    return error;
  }
  offset_ += size;
  if (is_whole && partial_.empty()) return Hand(from, at, sink);
  partial_.append(from, size);
  if (!is_whole) return Ok();
  std::swap(partial_, whole_);
  partial_.clear();
  std::size_t whole_bytes = whole_.size();
  whole_.append(Document::kPadding, '\0');
  return Hand(whole_.data(), whole_.data() + whole_bytes, sink);
}

/// Where the element ends, or nullptr when that is not in [at, end).
const char* JsonArrayParser::ElementEnd(const char* at, const char* end) {
  while (at < end) {
    if (in_string_) {
      if (!after_backslash_) at = scan::CleanRunEnd(at, end);
      if (at == end) return nullptr;
      char c = *at++;
      bool ends = c == '"' && !after_backslash_;
      after_backslash_ = c == '\\' && !after_backslash_;
      if (!ends) continue;
      in_string_ = false;
      if (depth_ == 0) return at;
      continue;
    }
    char c = *at;
    if (is_scalar_ && (c == ',' || c == ']' || IsSpace(c))) return at;
    ++at;
    if (c == '"') {
      in_string_ = !is_scalar_;
    } else if ((c == '{' || c == '[') && !is_scalar_) {
      ++depth_;
    } else if ((c == '}' || c == ']') && depth_ > 0 && --depth_ == 0) {
      return at;
    }
  }
  return nullptr;
}

/// The byte behind the element may not have been read yet: it is put back.
Status JsonArrayParser::Hand(char* from, char* to, FrameSink& sink) {
  state_ = State::kBehind;
  char behind = std::exchange(*to, '\0');
  Frame frame;
  frame.data = {from, static_cast<std::size_t>(to - from)};
  Status status = sink.OnFrame(frame);
  *to = behind;
  if (status) settled_ = offset_;
  ++index_;
  return status;
}

Status JsonArrayParser::Finish(FrameSink& /*sink*/) {
  if (state_ == State::kInside) {
    offset_ = element_offset_;
    return Wrong("the input is cut off after " + std::to_string(partial_.size()) +
                 " bytes of the element");
  }
  return Ok();
}

}  // namespace aiproxy
