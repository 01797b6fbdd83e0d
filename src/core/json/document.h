// Lossless JSON: one strict pass over the bytes gives a flat tape of spans. No tree, no copies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "core/json/result.h"

namespace aiproxy {

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = 0xffffffffu;

enum class JsonKind : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

/// "null", "a boolean", "a number", ... for messages.
std::string_view Describe(JsonKind kind);

/// One value (or member name) of the text. The children of a container follow it directly; in an
/// object each value is preceded by the string node of its name.
struct JsonNode {
  enum Flag : std::uint8_t {
    kEscaped = 1,     // a string with at least one backslash
    kCovered = 2,     // accounted for, with everything below it
    kWrongType = 4,   // an optional member whose type is not what the protocol says
    kComesAgain = 8,  // a name that a later member of the same object has too
    kNoted = 16,      // a schema that something was reported about already
    kOpened = 32,     // expressed itself; what is in it counts for itself
  };
  std::uint32_t begin = 0;  // offset of the first byte (the quote of a string)
  std::uint32_t end = 0;    // offset after the last byte
  NodeId next = 0;          // the node after this one and all that is below it
  JsonKind kind = JsonKind::kNull;
  std::uint8_t flags = 0;
  std::uint8_t expected = 0;  // with kWrongType: what was expected (index into a message table)
};

/// What a text may have. The tape takes 16 bytes for each node.
struct JsonLimits {
  std::uint32_t max_depth = 128;
  std::size_t max_bytes = 64u << 20;
  std::size_t max_nodes = 4u << 20;  // values and member names
};

/// Parses JSON text (RFC 8259, strict: UTF-8, no raw control characters, no trailing commas) and
/// keeps where everything is. A byte order mark before the text and CR LF are accepted, lone
/// surrogate escapes are kept. Reusable: Parse() again forgets the former text but keeps memory
/// (not that of a text which had very many more values than the new one can have).
class Document {
 public:
  /// Readable bytes that Parse wants after the end of the text, the first of them NUL.
  static constexpr std::size_t kPadding = 64;
  static constexpr std::uint32_t kDepthCapacity = 1024;

  /// `text.data()[text.size()]` must be NUL and kPadding bytes from there on readable; the bytes
  /// must stay where they are as long as the document is used. Errors carry line and column.
  Status Parse(std::string_view text, const JsonLimits& limits = {});

  /// Forgets the text: a document of size() 0.
  void Clear() {
    text_ = {};
    size_ = 0;
  }

  std::string_view text() const { return text_; }
  std::size_t size() const { return size_; }
  /// Nodes that there is memory for.
  std::size_t capacity() const { return capacity_; }
  JsonNode& node(NodeId id) { return nodes_[id]; }
  const JsonNode& node(NodeId id) const { return nodes_[id]; }
  std::string_view Raw(NodeId id) const {
    return text_.substr(nodes_[id].begin, nodes_[id].end - nodes_[id].begin);
  }
  /// White space between the tokens, beyond what stands around the whole text.
  bool has_white_space() const { return has_white_space_; }

  /// Line and column (1-based, in bytes) of an offset into the text.
  void Locate(std::size_t offset, std::uint32_t& line, std::uint32_t& column) const;
  /// RFC 6901 pointer to a node; appended to `out`. The root is "". For many: PointerCursor.
  void AppendPointer(NodeId id, std::string& out) const;
  /// An error at a node: message, line, column and pointer.
  Error ErrorAt(NodeId id, std::string message) const;

  /// Marks a value and everything below it as accounted for.
  void Cover(NodeId id) {
    if (id != kNoNode) nodes_[id].flags |= JsonNode::kCovered;
  }

 private:
  class Parser;
  struct Free {
    void operator()(JsonNode* nodes) const { std::free(nodes); }
  };

  Error Fail(std::size_t offset, std::string message) const;
  bool Grow(std::size_t at_least);

  std::string_view text_;
  std::unique_ptr<JsonNode[], Free> nodes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  bool has_white_space_ = false;
};

/// Owns a text with the padding that Document::Parse wants.
class PaddedText {
 public:
  PaddedText() = default;
  explicit PaddedText(std::string_view text) { Assign(text); }
  void Assign(std::string_view text);
  std::string_view view() const { return {buffer_.data(), size_}; }

 private:
  std::string buffer_;
  std::size_t size_ = 0;
};

}  // namespace aiproxy
