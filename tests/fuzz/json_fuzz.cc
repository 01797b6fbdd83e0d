// The JSON layer against two other parsers, and against itself.
//
// Differences that are meant, and are not compared:
// - Depth: ours ends at 128 levels; nlohmann has no limit, simdjson ends at 1024.
// - Numbers that a double does not hold (1e400): ours carries them as they are spelled; the others
//   refuse. simdjson refuses also integers of more than 64 bits.
// - Lone surrogate escapes: ours carries them; the others refuse.
// - A byte order mark: all three accept it before the text.
// - NUL: nlohmann takes a raw one between tokens for the end of the text.
// - Duplicate members: all three accept them, nlohmann keeps the last.
#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/json/document.h"
#include "core/json/scan.h"
#include "core/json/text.h"
#include "core/json/value.h"
#include "core/json/writer.h"

namespace {

using aiproxy::Document;
using aiproxy::JsonKind;
using aiproxy::JsonNode;
using aiproxy::NodeId;
using aiproxy::Output;
using aiproxy::PaddedText;
using aiproxy::Value;

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

std::string Squeezed(std::string_view json) {
  Output out;
  aiproxy::AppendSqueezed(json, out);
  return out.ToString();
}

/// What the other parsers refuse and ours carries.
struct Carried {
  bool big_number = false;
  bool lone_surrogate = false;
};

bool IsOutOfRange(std::string_view number) {
  if (number.find_first_of(".eE") == number.npos) return number.size() >= 19;
  double value = std::strtod(std::string(number).c_str(), nullptr);
  return value > 1.7e308 || value < -1.7e308;
}

Carried WhatIsCarried(Document& document) {
  Carried carried;
  for (NodeId id = 0; id < document.size(); ++id) {
    Value value(document, id);
    if (value.is_number()) carried.big_number |= IsOutOfRange(value.raw());
    std::string decoded;
    if (value.is_string()) carried.lone_surrogate |= !aiproxy::DecodeString(value.body(), decoded);
  }
  return carried;
}

bool NestsDeeperThan(std::string_view text, int limit) {
  int depth = 0;
  for (char c : text) {
    depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
    if (depth > limit) return true;
  }
  return false;
}

void CompareWithOthers(Document& document, std::string_view text, bool accepted) {
  // A text that might be too deep (brackets inside strings count here) is compared only if
  // accepted.
  if (!accepted && NestsDeeperThan(text, 128)) return;
  Carried carried;
  if (accepted) carried = WhatIsCarried(document);

  if (!carried.lone_surrogate && !carried.big_number) {
    if (accepted || text.find('\0') == text.npos) {
      bool other = nlohmann::json::accept(text);
      Require(accepted == other,
              accepted ? "nlohmann accepts what we accept" : "we accept what nlohmann accepts");
    }
    static simdjson::dom::parser parser;
    simdjson::dom::element element;
    bool dom = parser.parse(text.data(), text.size()).get(element) == simdjson::SUCCESS;
    // simdjson does not know a byte order mark in every version.
    if (!text.starts_with("\xEF\xBB\xBF")) {
      Require(accepted == dom,
              accepted ? "simdjson accepts what we accept" : "we accept what simdjson accepts");
    }
  }
}

void CompareContents(Document& document, std::string_view text) {
  Carried carried = WhatIsCarried(document);
  if (carried.lone_surrogate || carried.big_number) return;
  Output out;
  aiproxy::AppendIndented(text, 2, out);
  std::string indented = out.ToString();
  Require(nlohmann::json::parse(indented) == nlohmann::json::parse(text),
          "indenting keeps the contents");
}

void CheckNode(Document& document, NodeId id, std::string_view text) {
  const JsonNode& node = document.node(id);
  Require(node.begin < node.end && node.end <= text.size(), "spans are inside the text");
  Require(node.next > id && node.next <= document.size(), "next goes on");
  bool container = node.kind == JsonKind::kArray || node.kind == JsonKind::kObject;
  Require(container || node.next == id + 1, "scalars have nothing below them");
  for (NodeId below = id + 1; below < node.next; ++below) {
    Require(document.node(below).begin > node.begin && document.node(below).end < node.end,
            "what is below is inside");
    if (below > id + 64) break;
  }

  PaddedText raw(document.Raw(id));
  Document again;
  Require(again.Parse(raw.view()).has_value(), "a node's bytes parse again");
  Require(again.size() == node.next - id, "a node's bytes have its nodes");
  Require(again.node(0).begin == 0 && again.node(0).end == raw.view().size(),
          "a node's bytes are all of it");
}

void CheckString(const Value& value) {
  std::string decoded;
  bool whole = aiproxy::DecodeString(value.body(), decoded);
  std::string escaped;
  aiproxy::EscapeString(decoded, escaped);
  std::string again;
  Require(aiproxy::DecodeString(escaped, again) || !whole, "escaping makes no lone surrogates");
  Require(again == decoded, "decoding gives back what was escaped");
  Require(value.Is(decoded), "a string is what it decodes to");
  PaddedText text("\"" + escaped + "\"");
  Document document;
  Require(document.Parse(text.view()).has_value(), "escaped text is JSON");
}

/// The pointer, followed with Find and by index, comes back to the node.
void CheckPointer(Document& document, NodeId id) {
  std::string pointer;
  document.AppendPointer(id, pointer);
  NodeId at = 0;
  std::size_t segments = 0;
  for (char c : pointer) segments += c == '/' ? 1 : 0;
  std::size_t levels = 0;
  while (at != id) {
    NodeId child = at + 1;
    if (document.node(at).kind == JsonKind::kObject) {
      while (id >= document.node(child + 1).next) child = document.node(child + 1).next;
      ++levels;
      if (id == child) break;
      at = child + 1;
    } else {
      while (id >= document.node(child).next) child = document.node(child).next;
      ++levels;
      at = child;
    }
  }
  Require(levels == segments, "a pointer has one segment a level");
}

void CheckForms(Document& document, std::string_view text) {
  std::string squeezed = Squeezed(text);
  Output indented;
  aiproxy::AppendIndented(text, 2, indented);
  Require(Squeezed(indented.ToString()) == squeezed, "indented and squeezed is squeezed");

  PaddedText padded(squeezed);
  Document compact;
  Require(compact.Parse(padded.view()).has_value(), "squeezed JSON is JSON");
  Require(!compact.has_white_space(), "squeezed JSON has no white space");
  Require(compact.size() == document.size(), "squeezed JSON has the same nodes");
  if (!document.has_white_space())
    Require(compact.text() == document.Raw(0), "compact JSON is left alone");
  for (NodeId id = 0; id < document.size(); ++id) {
    Require(compact.node(id).kind == document.node(id).kind, "squeezed JSON has the same kinds");
    Require(compact.node(id).next == document.node(id).next, "squeezed JSON has the same shape");
    Value value(document, id);
    if (!value.is_container())
      Require(compact.Raw(id) == value.raw(), "squeezing keeps the spelling");
  }

  // As the content of a string, and back.
  Output quoted;
  aiproxy::Writer writer(quoted, &document);
  writer.BeginString();
  writer.AppendJson(aiproxy::Raw::Of(Value(document, 0)));
  writer.EndString();
  std::string string = quoted.ToString();
  PaddedText padded_string(string);
  Document inner;
  Require(inner.Parse(padded_string.view()).has_value(), "JSON in a string is JSON");
  Require(Value(inner, 0).Decoded() == Value(document, 0).raw(),
          "JSON in a string decodes to itself");
}

void CheckBytesAsText(std::string_view bytes) {
  std::string escaped;
  aiproxy::EscapeString(bytes, escaped);
  PaddedText text("\"" + escaped + "\"");
  Document document;
  Require(document.Parse(text.view()).has_value(), "any bytes become a JSON string");
  if (aiproxy::scan::InvalidUtf8(bytes.data(), bytes.data() + bytes.size()) ==
      bytes.data() + bytes.size()) {
    Require(Value(document, 0).Decoded() == bytes, "valid text comes back");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Exactly the padding that is promised, on the heap: a read beyond it is seen. Its bytes after
  // the first are not NUL, to see that nothing depends on them.
  std::string buffer(size + Document::kPadding, '"');
  if (size != 0) std::memcpy(buffer.data(), data, size);
  buffer[size] = '\0';
  buffer.shrink_to_fit();
  std::string_view text = std::string_view(buffer).substr(0, size);

  static Document document;
  aiproxy::Status status = document.Parse(text);
  bool accepted = status.has_value();
  if (!accepted) {
    Require(!status.error().message.empty() && status.error().line >= 1 &&
                status.error().column >= 1 && status.error().column <= size + 1,
            "an error says what and where");
  }
  CompareWithOthers(document, text, accepted);
  CheckBytesAsText(text);
  if (!accepted) return 0;

  Require(document.node(0).next == document.size(), "the root spans everything");
  for (NodeId id = 0; id < document.size(); ++id) {
    if (id < 256) CheckNode(document, id, text);
    if (id < 256) CheckPointer(document, id);
    Value value(document, id);
    if (value.is_string()) CheckString(value);
    if (value.is_number()) (void)value.Int();
  }
  CheckForms(document, text);
  CompareContents(document, text);
  return 0;
}
