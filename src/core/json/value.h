// Cheap views of a parsed document: a value, its members in order, its text decoded on request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/json/document.h"

namespace aiproxy {

class Value;

/// What stands there, for a message: a string's text in single quotes, cut after 40 characters;
/// of anything else its kind ("a number").
std::string Describe(const Value& value);
/// An error at the value: "expected an object as the message, got a number".
Error Unexpected(const Value& value, std::string_view expected);

/// A member of an object. `name()` is as written when it has no escapes, else decoded.
struct Member;

/// A position in a document. Copy freely; valid as long as the document is.
class Value {
 public:
  Value() = default;
  Value(Document& document, NodeId id) : document_(&document), id_(id) {}

  bool valid() const { return document_ != nullptr; }
  NodeId id() const { return id_; }
  Document& document() const { return *document_; }
  JsonKind kind() const { return node().kind; }
  bool is_null() const { return kind() == JsonKind::kNull; }
  bool is_string() const { return kind() == JsonKind::kString; }
  bool is_number() const { return kind() == JsonKind::kNumber; }
  bool is_bool() const { return kind() == JsonKind::kTrue || kind() == JsonKind::kFalse; }
  bool is_true() const { return kind() == JsonKind::kTrue; }
  bool is_array() const { return kind() == JsonKind::kArray; }
  bool is_object() const { return kind() == JsonKind::kObject; }
  bool is_container() const { return is_array() || is_object(); }
  bool empty_container() const { return node().next == id_ + 1; }

  /// The bytes as they came.
  std::string_view raw() const { return document_->Raw(id_); }
  /// Of a string: what stands between the quotes, still escaped.
  std::string_view body() const {
    std::string_view text = raw();
    return text.substr(1, text.size() - 2);
  }
  bool escaped() const { return (node().flags & JsonNode::kEscaped) != 0; }
  /// Of a string: equal to `text` after decoding.
  bool Is(std::string_view text) const {
    if (!is_string()) return false;
    return escaped() ? DecodesTo(text) : body() == text;
  }
  /// Of a string: the decoded text. A lone surrogate becomes U+FFFD.
  std::string Decoded() const;
  /// Of a number: its value if it is an integer that int64 holds (also 1.0 or 1e2).
  std::optional<std::int64_t> Int() const;

  /// Of an object: the last member of that name, or an invalid value. Of anything else: invalid.
  Value Find(std::string_view name) const;

  struct MemberIterator;
  struct ItemIterator;
  struct Members {
    MemberIterator begin() const;
    MemberIterator end() const;
    Document* document;
    NodeId object;
  };
  struct Items {
    ItemIterator begin() const;
    ItemIterator end() const;
    Document* document;
    NodeId array;
  };
  /// for (Member m : object.members()) -- of an object.
  Members members() const { return {document_, id_}; }
  /// for (Value v : array.items()) -- of an array.
  Items items() const { return {document_, id_}; }

 private:
  const JsonNode& node() const { return document_->node(id_); }
  bool DecodesTo(std::string_view text) const;

  Document* document_ = nullptr;
  NodeId id_ = kNoNode;
};

struct Member {
  Value key;  // a string
  Value value;
};

struct Value::MemberIterator {
  Document* document;
  NodeId at;
  Member operator*() const { return {Value(*document, at), Value(*document, at + 1)}; }
  MemberIterator& operator++() {
    at = document->node(at + 1).next;
    return *this;
  }
  bool operator!=(const MemberIterator& other) const { return at != other.at; }
};

struct Value::ItemIterator {
  Document* document;
  NodeId at;
  Value operator*() const { return {*document, at}; }
  ItemIterator& operator++() {
    at = document->node(at).next;
    return *this;
  }
  bool operator!=(const ItemIterator& other) const { return at != other.at; }
};

inline Value::MemberIterator Value::Members::begin() const { return {document, object + 1}; }
inline Value::MemberIterator Value::Members::end() const {
  return {document, document->node(object).next};
}
inline Value::ItemIterator Value::Items::begin() const { return {document, array + 1}; }
inline Value::ItemIterator Value::Items::end() const {
  return {document, document->node(array).next};
}

// Of what Find gives: false for a member that is not there.
inline bool IsFilled(const Value& value) { return value.valid() && !value.is_null(); }
inline bool IsString(const Value& value) { return value.valid() && value.is_string(); }
inline bool IsArray(const Value& value) { return value.valid() && value.is_array(); }
inline bool IsObject(const Value& value) { return value.valid() && value.is_object(); }

/// The decoded text of what stands between the quotes of a JSON string; appended to `out`.
/// Returns false when it met a lone surrogate, which became U+FFFD.
bool DecodeString(std::string_view escaped, std::string& out);
/// `text` with what JSON wants escaped, without quotes; appended to `out`. Invalid UTF-8 becomes
/// U+FFFD.
void EscapeString(std::string_view text, std::string& out);
/// The integer that a JSON number spells, if int64 holds it.
std::optional<std::int64_t> ParseInt(std::string_view number);

}  // namespace aiproxy
