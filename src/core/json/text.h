// Values that travel: spans of the input with the node they came from, or owned bytes without one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/json/arena.h"
#include "core/json/value.h"

namespace aiproxy {

/// Text that usually goes from input to output without being decoded.
struct Text {
  enum class Spelling : std::uint8_t {
    kAbsent,
    kPlain,    // decoded: has to be escaped when it is written
    kEscaped,  // as between the quotes of a JSON string, with at least one backslash
    kClean,    // as between the quotes of a JSON string, and nothing in it is escaped
  };

  std::string_view bytes;
  NodeId node = kNoNode;
  Spelling spelling = Spelling::kAbsent;

  /// Of a JSON string in the input.
  static Text Of(const Value& string) {
    return {string.body(), string.id(), string.escaped() ? Spelling::kEscaped : Spelling::kClean};
  }
  /// Decoded text that lives long enough by itself.
  static Text Plain(std::string_view text, NodeId node = kNoNode) {
    return {text, node, Spelling::kPlain};
  }

  bool present() const { return spelling != Spelling::kAbsent; }
  bool empty() const { return bytes.empty(); }
  bool Is(std::string_view text) const {
    return present() && (spelling == Spelling::kEscaped ? Decode() == text : bytes == text);
  }
  /// The decoded text; a lone surrogate becomes U+FFFD.
  std::string Decode() const;
  /// The decoded text without a copy if there is nothing to decode.
  std::string_view Decode(Arena& arena) const;
  /// Appends the decoded text.
  void AppendTo(std::string& out) const;
  /// The same text, in memory of `arena` and without a node.
  Text CopyTo(Arena& arena) const { return {arena.Copy(bytes), kNoNode, spelling}; }
};

/// JSON that is only carried: any value, spelled as it came.
struct Raw {
  std::string_view json;
  NodeId node = kNoNode;

  static Raw Of(const Value& value) { return {value.raw(), value.id()}; }

  bool present() const { return !json.empty(); }
  bool is_string() const { return present() && json.front() == '"'; }
  bool is_object() const { return present() && json.front() == '{'; }
  Raw CopyTo(Arena& arena) const { return {arena.Copy(json), kNoNode}; }
};

/// A JSON number that is mostly only carried.
struct Number : Raw {
  static Number Of(const Value& value) { return {Raw::Of(value)}; }
  std::optional<std::int64_t> Int() const { return present() ? ParseInt(json) : std::nullopt; }
  /// Its value as a double: for comparisons, never for output.
  double Real() const;
  Number CopyTo(Arena& arena) const { return {Raw::CopyTo(arena)}; }
};

/// A value that we compute with, and the node it came from.
template <class T>
struct Sourced {
  T value{};
  NodeId node = kNoNode;
  bool set = false;

  Sourced() = default;
  Sourced(T v, NodeId n = kNoNode) : value(v), node(n), set(true) {}  // NOLINT(*-explicit-*)
  bool present() const { return set; }
  bool Is(const T& v) const { return set && value == v; }
};

}  // namespace aiproxy
