#include "core/json/document.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

#include "core/json/pointer.h"
#include "core/json/scan.h"

namespace aiproxy {

std::string_view Describe(JsonKind kind) {
  switch (kind) {
    case JsonKind::kNull:
      return "null";
    case JsonKind::kFalse:
    case JsonKind::kTrue:
      return "a boolean";
    case JsonKind::kNumber:
      return "a number";
    case JsonKind::kString:
      return "a string";
    case JsonKind::kArray:
      return "an array";
    case JsonKind::kObject:
      return "an object";
  }
  return "";
}

namespace {

constexpr std::size_t kMostKept = 64 * 1024;  // nodes: a megabyte

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsHex(char c) { return IsDigit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f'); }

/// What stands at an offset, for a message.
std::string Quoted(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return "the end of the input";
  auto c = static_cast<unsigned char>(text[offset]);
  if (c >= 0x20 && c < 0x7f) return std::string("'") + static_cast<char>(c) + "'";
  constexpr char kHex[] = "0123456789abcdef";
  return std::string("byte 0x") + kHex[c >> 4] + kHex[c & 15];
}

}  // namespace

/// One parse. The text ends in NUL, which no rule of the grammar accepts: so the loops need no
/// test for the end, and whatever stops at the NUL finds out there whether it is the end.
/// The functions that take the place in the text return the place after what they parsed, or
/// nullptr after Fail.
class Document::Parser {
 public:
  Parser(Document& document, std::string_view text, const JsonLimits& limits)
      : document_(document),
        begin_(text.data()),
        end_(text.data() + text.size()),
        nodes_(document.nodes_.get()),
        limit_(nodes_ + std::min(document.capacity_, limits.max_nodes)),
        next_(nodes_),
        max_depth_(std::min(limits.max_depth, kDepthCapacity)),
        max_nodes_(limits.max_nodes) {}

  bool Run() {
    const char* p = begin_;
    if (end_ - p >= 3 && std::memcmp(p, "\xEF\xBB\xBF", 3) == 0) p += 3;
    p = SkipSpace(p);
    white_space_ = false;
    p = ParseTree(p);
    if (p == nullptr) return false;
    document_.has_white_space_ = white_space_;
    p = SkipSpace(p);
    if (p != end_) return Expected(p, "the end of the input after the JSON value") != nullptr;
    document_.size_ = Count();
    return true;
  }

  Error TakeError() { return std::move(error_); }

 private:
  [[gnu::cold, gnu::noinline]] const char* Fail(const char* at, std::string message) {
    error_ = document_.Fail(static_cast<std::size_t>(at - begin_), std::move(message));
    return nullptr;
  }

  [[gnu::cold, gnu::noinline]] const char* Expected(const char* at, std::string_view what) {
    return Fail(at,
                "expected " + std::string(what) + ", got " + Quoted(document_.text_, Offset(at)));
  }

  std::uint32_t Offset(const char* at) const { return static_cast<std::uint32_t>(at - begin_); }
  NodeId Count() const { return static_cast<NodeId>(next_ - nodes_); }

  const char* SkipSpace(const char* p) {
    if (static_cast<unsigned char>(*p) > ' ') return p;
    const char* from = p;
    while (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t') ++p;
    white_space_ |= p != from;
    return p;
  }

  [[nodiscard]] bool Add(JsonKind kind, const char* from, const char* to, std::uint8_t flags = 0) {
    if (next_ == limit_ && !Grow(from)) return false;
    JsonNode* node = next_++;
    *node = {Offset(from), Offset(to), Count(), kind, flags, 0};
    return true;
  }

  [[gnu::cold, gnu::noinline]] bool Grow(const char* at) {
    const std::size_t count = Count();
    if (count >= max_nodes_) {
      Fail(at, "more than " + std::to_string(max_nodes_) + " values and member names");
    } else if (!document_.Grow(count + 1)) {
      Fail(at,
           "not enough memory for more than " + std::to_string(count) + " values and member names");
    } else {
      nodes_ = document_.nodes_.get();
      limit_ = nodes_ + std::min(document_.capacity_, max_nodes_);
      next_ = nodes_ + count;
      return true;
    }
    error_.kind = ErrorKind::kLimitExceeded;
    return false;
  }

  const char* ParseTree(const char* p) {
    bool object = false;  // whether the innermost open container is one
    for (;;) {
      // A value, or the first thing in a container that was just opened.
      if (*p == '{' || *p == '[') {
        object = *p == '{';
        p = Open(p);
        if (p == nullptr) return nullptr;
        p = SkipSpace(p);
        if (*p != (object ? '}' : ']')) {
          if (object) p = ParseName(p);
          if (p == nullptr) return nullptr;
          continue;
        }
        object = Close(++p);
      } else {
        p = ParseScalar(p);
        if (p == nullptr) return nullptr;
      }
      // After a value: close what ends here, then go on to the next item or member.
      for (;;) {
        if (depth_ == 0) return p;
        p = SkipSpace(p);
        if (*p == ',') {
          p = SkipSpace(p + 1);
          if (object) p = ParseName(p);
          if (p == nullptr) return nullptr;
          break;
        }
        if (*p != (object ? '}' : ']')) {
          return Expected(p, object ? "',' or '}' after a member" : "',' or ']' after an item");
        }
        object = Close(++p);
      }
    }
  }

  const char* Open(const char* p) {
    if (depth_ == max_depth_) {
      Fail(p, "nested deeper than " + std::to_string(max_depth_) + " levels");
      error_.kind = ErrorKind::kLimitExceeded;
      return nullptr;
    }
    open_[depth_++] = Count();
    return Add(*p == '{' ? JsonKind::kObject : JsonKind::kArray, p, p) ? p + 1 : nullptr;
  }

  /// Closes the innermost container, which ends before `p`; returns whether the one around it is
  /// an object.
  bool Close(const char* p) {
    JsonNode& node = nodes_[open_[--depth_]];
    node.end = Offset(p);
    node.next = Count();
    return depth_ != 0 && nodes_[open_[depth_ - 1]].kind == JsonKind::kObject;
  }

  const char* ParseName(const char* p) {
    if (*p != '"') return Expected(p, "a member name in quotes");
    p = ParseString(p);
    if (p == nullptr) return nullptr;
    p = SkipSpace(p);
    if (*p != ':') return Expected(p, "':' after a member name");
    return SkipSpace(p + 1);
  }

  const char* ParseScalar(const char* p) {
    switch (*p) {
      case '"':
        return ParseString(p);
      case 't':
        return ParseWord(p, "true", JsonKind::kTrue);
      case 'f':
        return ParseWord(p, "false", JsonKind::kFalse);
      case 'n':
        return ParseWord(p, "null", JsonKind::kNull);
      default:
        return ParseNumber(p);
    }
  }

  const char* ParseWord(const char* p, std::string_view word, JsonKind kind) {
    if (std::memcmp(p, word.data(), word.size()) != 0) return Expected(p, "a JSON value");
    return Add(kind, p, p + word.size()) ? p + word.size() : nullptr;
  }

  const char* ParseDigits(const char* p) {
    if (!IsDigit(*p)) return Expected(p, "a digit");
    while (IsDigit(*p)) ++p;
    return p;
  }

  const char* ParseNumber(const char* p) {
    const char* from = p;
    if (*p == '-') ++p;
    if (*p == '0') {
      ++p;
    } else if (p != from || IsDigit(*p)) {
      p = ParseDigits(p);
    } else {
      return Expected(p, "a JSON value");
    }
    if (p != nullptr && *p == '.') p = ParseDigits(p + 1);
    if (p != nullptr && (*p | 32) == 'e') {
      ++p;
      if (*p == '+' || *p == '-') ++p;
      p = ParseDigits(p);
    }
    return p != nullptr && Add(JsonKind::kNumber, from, p) ? p : nullptr;
  }

  const char* ParseString(const char* from) {
    const char* p = from + 1;
    bool non_ascii = false;
    std::uint8_t flags = 0;
    for (;;) {
      p = scan::PlainRunEnd(p, non_ascii);
      if (*p == '"') break;
      if (*p != '\\') return BadStringByte(p);
      flags = JsonNode::kEscaped;
      p = SkipEscape(p);
      if (p == nullptr) return nullptr;
    }
    if (non_ascii && !scan::IsPaddedUtf8(from + 1, p)) {
      return Fail(scan::InvalidUtf8(from + 1, p), "invalid UTF-8 in a string");
    }
    ++p;
    return Add(JsonKind::kString, from, p, flags) ? p : nullptr;
  }

  [[gnu::cold, gnu::noinline]] const char* BadStringByte(const char* p) {
    if (p >= end_) return Fail(end_, "the input ends inside a string");
    return Fail(p, "raw control character " + Quoted(document_.text_, Offset(p)) + " in a string");
  }

  const char* SkipEscape(const char* p) {
    switch (p[1]) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't':
        return p + 2;
      case 'u':
        for (int i = 2; i < 6; ++i) {
          if (!IsHex(p[i])) return BadEscape(p, p + i, "expected four hex digits after '\\u'");
        }
        return p + 6;
      default:
        return BadEscape(p, p + 1, "unknown escape in a string");
    }
  }

  /// The escape at `p` is wrong at `wrong`.
  [[gnu::cold, gnu::noinline]] const char* BadEscape(const char* p, const char* wrong,
                                                     std::string_view message) {
    if (wrong >= end_) return Fail(end_, "the input ends inside a string");
    return Fail(p, std::string(message));
  }

  Document& document_;
  const char* const begin_;
  const char* const end_;
  JsonNode* nodes_;
  JsonNode* limit_;
  JsonNode* next_;
  std::uint32_t depth_ = 0;
  const std::uint32_t max_depth_;
  const std::size_t max_nodes_;
  bool white_space_ = false;
  Error error_;
  std::array<NodeId, kDepthCapacity> open_;
};

Status Document::Parse(std::string_view text, const JsonLimits& limits) {
  text_ = text;
  size_ = 0;
  if (text.size() > std::min<std::size_t>(limits.max_bytes, UINT32_MAX - kPadding)) {
    Error error = Fail(0, "the input has " + std::to_string(text.size()) + " bytes, the limit is " +
                              std::to_string(limits.max_bytes));
    error.kind = ErrorKind::kLimitExceeded;
    return error;
  }
  // A text of that size cannot need as much, however dense it is.
  if (capacity_ > kMostKept && capacity_ / 2 > text.size()) {
    nodes_.reset();
    capacity_ = 0;
  }
  Parser parser(*this, text, limits);
  if (parser.Run()) return Ok();
  return parser.TakeError();
}

/// Large tapes grow by moving pages, not bytes. False when there is no memory.
bool Document::Grow(std::size_t at_least) {
  static_assert(std::is_trivially_copyable_v<JsonNode>);
  const std::size_t capacity = std::max({at_least, capacity_ * 2, std::size_t{64}});
  void* nodes = std::realloc(nodes_.get(), capacity * sizeof(JsonNode));
  if (nodes == nullptr) return false;
  static_cast<void>(nodes_.release());
  nodes_.reset(static_cast<JsonNode*>(nodes));
  capacity_ = capacity;
  return true;
}

void Document::Locate(std::size_t offset, std::uint32_t& line, std::uint32_t& column) const {
  line = 1;
  std::size_t line_start = 0;
  std::string_view before = text_.substr(0, offset);
  for (std::size_t at = before.find('\n'); at != before.npos; at = before.find('\n', at + 1)) {
    ++line;
    line_start = at + 1;
  }
  column = static_cast<std::uint32_t>(offset - line_start + 1);
}

Error Document::Fail(std::size_t offset, std::string message) const {
  Error error;
  error.message = std::move(message);
  Locate(offset, error.line, error.column);
  return error;
}

Error Document::ErrorAt(NodeId id, std::string message) const {
  if (id >= size_) return Fail(0, std::move(message));
  Error error = Fail(nodes_[id].begin, std::move(message));
  AppendPointer(id, error.pointer);
  return error;
}

void Document::AppendPointer(NodeId id, std::string& out) const {
  PointerCursor cursor;
  cursor.Begin(*this);
  out += cursor.To(id);
}

void PaddedText::Assign(std::string_view text) {
  size_ = text.size();
  buffer_.reserve(size_ + Document::kPadding);
  buffer_.assign(text);
  buffer_.append(Document::kPadding, '\0');
}

}  // namespace aiproxy
