#include "core/json/writer.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "core/json/escape.h"
#include "core/json/scan.h"

namespace aiproxy {

namespace {

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Without a byte order mark: it may stand before a whole text only.
std::string_view WithoutMark(std::string_view json) {
  return json.starts_with("\xEF\xBB\xBF") ? json.substr(3) : json;
}

/// The offset after the string that starts at `at` (a quote) in valid JSON.
std::size_t StringEnd(std::string_view json, std::size_t at) {
  const char* end = json.data() + json.size();
  const char* p = json.data() + at + 1;
  for (;;) {
    p = scan::CleanRunEnd(p, end);
    if (*p == '"') return static_cast<std::size_t>(p - json.data()) + 1;
    p += *p == '\\' ? 2 : 1;
  }
}

/// Calls f(piece) for each run of the text without white space between its tokens.
template <class F>
void ForEachSqueezed(std::string_view json, F f) {
  std::size_t from = 0;
  std::size_t at = 0;
  while (at < json.size()) {
    if (json[at] == '"') {
      at = StringEnd(json, at);
    } else if (IsSpace(json[at])) {
      if (at > from) f(json.substr(from, at - from));
      while (at < json.size() && IsSpace(json[at])) ++at;
      from = at;
    } else {
      ++at;
    }
  }
  if (at > from) f(json.substr(from, at - from));
}

void NewLine(std::size_t spaces, Output& out) {
  out.Append('\n');
  std::memset(out.Reserve(spaces), ' ', spaces);
  out.Advance(spaces);
}

}  // namespace

void Writer::Key(const Text& name) {
  String(name);
  out_.Append(':');
  comma_ = false;
}

void Writer::Int(std::int64_t value) {
  Comma();
  char* to = out_.Reserve(24);
  auto result = std::to_chars(to, to + 24, value);
  out_.Advance(static_cast<std::size_t>(result.ptr - to));
  comma_ = true;
}

void Writer::Value(const Raw& raw) {
  if (!raw.present()) return Null();
  Comma();
  comma_ = true;
  bool container = raw.json.front() == '{' || raw.json.front() == '[';
  // Of JSON that is not of the source nobody knows whether it has line breaks: streams hold such.
  bool compact = raw.node != kNoNode && source_ != nullptr && !source_->has_white_space();
  if (container && !compact) {
    AppendSqueezed(raw.json, out_);
  } else if (raw.node != kNoNode) {
    out_.AppendStable(raw.json);
  } else {
    out_.Append(raw.json);
  }
  Cover(raw.node);
}

void Writer::Spliced(std::string_view json) {
  Comma();
  comma_ = true;
  if (json.starts_with("\xEF\xBB\xBF")) json.remove_prefix(3);
  while (!json.empty() && IsSpace(json.front())) json.remove_prefix(1);
  while (!json.empty() && IsSpace(json.back())) json.remove_suffix(1);
  if (json.find('\n') != json.npos || json.find('\r') != json.npos)
    AppendSqueezed(json, out_);
  else
    out_.Append(json);
}

void Writer::AppendText(const Text& text) {
  Cover(text.node);
  if (text.spelling == Text::Spelling::kPlain) {
    ForEachEscaped(text.bytes, [this](std::string_view piece) { out_.Append(piece); });
  } else if (text.node != kNoNode) {
    out_.AppendStable(text.bytes);
  } else {
    out_.Append(text.bytes);
  }
}

void Writer::AppendJson(const Raw& raw) {
  Cover(raw.node);
  const char* p = raw.json.data();
  const char* end = p + raw.json.size();
  for (;;) {
    const char* stop = scan::CleanRunEnd(p, end);
    out_.Append(std::string_view(p, static_cast<std::size_t>(stop - p)));
    if (stop == end) return;
    EscapeCharacter(*stop, [this](std::string_view piece) { out_.Append(piece); });
    p = stop + 1;
  }
}

void AppendSqueezed(std::string_view json, Output& out) {
  ForEachSqueezed(WithoutMark(json), [&out](std::string_view piece) { out.Append(piece); });
}

void AppendIndented(std::string_view json, unsigned width, Output& out) {
  json = WithoutMark(json);
  std::size_t level = 0;
  bool opened = false;  // a container was opened and nothing has come since
  for (std::size_t at = 0; at < json.size();) {
    char c = json[at];
    if (IsSpace(c)) {
      ++at;
      continue;
    }
    bool closes = c == '}' || c == ']';
    if (closes) --level;
    if (opened != closes) NewLine(level * width, out);
    opened = false;
    std::size_t from = at;
    switch (c) {
      case '"':
        at = StringEnd(json, at);
        break;
      case '{':
      case '[':
        ++level;
        opened = true;
        ++at;
        break;
      default:
        at = closes ? at + 1 : std::min(json.find_first_of(",:]} \t\r\n", at), json.size());
    }
    out.Append(json.substr(from, at - from));
    while (at < json.size() && IsSpace(json[at])) ++at;
    if (at < json.size() && json[at] == ',') {
      out.Append(',');
      ++at;
      NewLine(level * width, out);
    } else if (at < json.size() && json[at] == ':') {
      out.Append(": ");
      ++at;
    }
  }
}

}  // namespace aiproxy
