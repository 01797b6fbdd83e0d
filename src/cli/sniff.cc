#include "cli/sniff.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/stream/aws_event_stream_parser.h"

namespace aiproxy {

namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::string_view kSpace = " \t\r\n";

constexpr std::array<std::string_view, 4> kStreamFields = {"data", "event", "id", "retry"};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool BeginsWith(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() &&
         std::equal(lower_case.begin(), lower_case.end(), text.begin(),
                    [](char expected, char c) { return expected == Lower(c); });
}

std::string_view WithoutSpace(std::string_view text) {
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  const std::size_t content = text.find_first_not_of(kSpace);
  return content == text.npos ? std::string_view() : text.substr(content);
}

/// A field's name ends at the colon, or stands alone on its line.
bool IsStreamField(std::string_view text, std::string_view field) {
  return text.starts_with(field) && text.size() > field.size() &&
         std::string_view(":\r\n").find(text[field.size()]) != std::string_view::npos;
}

/// Text begins with a printable character, white space, or a byte order mark.
bool IsBinary(std::string_view begin) {
  if (begin.empty()) return false;
  const auto first = static_cast<unsigned char>(begin.front());
  return first >= 0x7F ? first != 0xEF : first < 0x20 && kSpace.find(begin.front()) == kSpace.npos;
}

}  // namespace

Shape ShapeOf(std::string_view begin, bool whole) {
  if (!whole && begin.size() < kMark.size() && kMark.starts_with(begin)) return Shape::kUndecided;
  if (IsBinary(begin)) {
    if (IsAwsPrelude(begin)) return Shape::kStream;
    return !whole && begin.size() < kAwsPreludeBytes ? Shape::kUndecided : Shape::kDocument;
  }
  const std::string_view text = WithoutSpace(begin);
  if (text.empty()) return whole ? Shape::kDocument : Shape::kUndecided;
  if (text.front() == ':') return Shape::kStream;
  if (text.front() == '[') {
    const std::size_t element = text.find_first_not_of(kSpace, 1);
    if (element == text.npos) return whole ? Shape::kDocument : Shape::kUndecided;
    return text[element] == '{' ? Shape::kStream : Shape::kDocument;
  }
  for (const std::string_view field : kStreamFields) {
    if (IsStreamField(text, field)) return Shape::kStream;
    if (!whole && field.starts_with(text)) return Shape::kUndecided;
  }
  return Shape::kDocument;
}

std::string_view LooksLike(std::string_view begin) {
  struct Magic {
    std::string_view begin;
    std::string_view name;
  };
  static constexpr std::array<Magic, 6> kMagic = {{
      {"\x1f\x8b", "gzip-compressed data"},
      {"\x28\xb5\x2f\xfd", "zstd-compressed data"},
      {"PK\x03\x04", "a ZIP archive"},
      {"%PDF-", "a PDF document"},
      {"\xff\xfe", "UTF-16 text"},
      {"\xfe\xff", "UTF-16 text"},
  }};
  for (const Magic& magic : kMagic) {
    if (begin.starts_with(magic.begin)) return magic.name;
  }
  if (IsAwsPrelude(begin)) return "an event stream of AWS";
  const std::string_view text = WithoutSpace(begin);
  const bool is_array = text.starts_with('[');
  if (!is_array && ShapeOf(begin, true) == Shape::kStream) return "server-sent events";
  if (BeginsWith(text, "<!doctype html") || BeginsWith(text, "<html") || BeginsWith(text, "<head"))
    return "HTML";
  if (text.starts_with('<')) return "XML or HTML";
  if (text.starts_with("HTTP/") || text.starts_with("POST /") || text.starts_with("GET /"))
    return "an HTTP message";
  return {};
}

}  // namespace aiproxy
