#include "core/protocols/gemini_generate/partial_arguments.h"

#include "core/json/field_names.h"
#include "core/protocols/gemini_generate/spelling.h"

namespace aiproxy::gemini_generate {

namespace {

constexpr std::size_t kMaxNodes = 1000;
constexpr std::size_t kMaxDepth = 64;

/// Takes the digits and the bracket of "[12]" off `path`; false when it is no number.
bool TakeIndex(std::string_view& path, std::size_t& index) {
  std::size_t close = path.find(']');
  if (close == path.npos || close < 2 || close > 5) return false;
  index = 0;
  for (char c : path.substr(1, close - 1)) {
    if (c < '0' || c > '9') return false;
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  path.remove_prefix(close + 1);
  return true;
}

}  // namespace

std::size_t PartialArguments::Child(std::size_t parent, std::string_view key) {
  for (std::size_t child : nodes_[parent].children) {
    if (nodes_[child].key == key) return child;
  }
  nodes_.push_back({});
  nodes_.back().key = key;
  nodes_[parent].children.push_back(nodes_.size() - 1);
  return nodes_.size() - 1;
}

std::size_t PartialArguments::Item(std::size_t parent, std::size_t index) {
  nodes_[parent].is_array = true;
  while (nodes_[parent].children.size() <= index && nodes_.size() <= kMaxNodes) {
    nodes_.push_back({});
    nodes_.back().scalar = "null";
    nodes_[parent].children.push_back(nodes_.size() - 1);
  }
  std::vector<std::size_t>& items = nodes_[parent].children;
  return index < items.size() ? items[index] : items.back();
}

Status PartialArguments::Descend(const Value& piece, std::string_view path, std::size_t& at) {
  auto fail = [&](std::string message) {
    return piece.document().ErrorAt(piece.id(), std::move(message));
  };
  if (!path.starts_with('$')) return fail("expected a path that starts with '$'");
  path.remove_prefix(1);
  std::size_t depth = 0;
  while (!path.empty()) {
    std::size_t index = 0;
    if (path.starts_with("['")) {
      std::size_t close = path.find("']");
      if (close == path.npos) return fail("expected \"']\" in the path");
      at = Child(at, path.substr(2, close - 2));
      path.remove_prefix(close + 2);
    } else if (path.starts_with('[') && TakeIndex(path, index)) {
      at = Item(at, index);
    } else if (path.starts_with('.') && path.size() > 1) {
      path.remove_prefix(1);
      std::size_t end = std::min(path.find_first_of(".["), path.size());
      at = Child(at, path.substr(0, end));
      path.remove_prefix(end);
    } else {
      return fail("expected a path of names and numbers");
    }
    if (nodes_.size() > kMaxNodes || ++depth > kMaxDepth) {
      Error error = fail("more arguments in pieces than the limit allows");
      error.kind = ErrorKind::kLimitExceeded;
      return error;
    }
  }
  return Ok();
}

Status PartialArguments::Add(const Value& piece) {
  Value path = FindSpelled(piece, "jsonPath");
  if (!IsString(path)) {
    return piece.document().ErrorAt(piece.id(), "expected a member 'jsonPath'");
  }
  std::size_t at = 0;
  std::string decoded = path.Decoded();
  AIPROXY_RETURN_IF_ERROR(Descend(piece, decoded, at));
  if (at == 0) return Ok();
  Node& node = nodes_[at];
  if (Value text = FindSpelled(piece, "stringValue"); IsString(text)) {
    if (!node.is_string) node.scalar.clear();
    node.is_string = true;
    node.scalar += text.body();
    return Ok();
  }
  for (std::string_view name : {"numberValue", "boolValue"}) {
    Value value = FindSpelled(piece, name);
    if (!value.valid() || value.is_container() || value.is_string()) continue;
    node.scalar = value.raw();
    return Ok();
  }
  if (FindSpelled(piece, "nullValue").valid()) node.scalar = "null";
  return Ok();
}

void PartialArguments::Write(const Node& node, std::string& out) const {
  if (node.children.empty() && !node.is_array && !node.scalar.empty() && !node.is_string) {
    out += node.scalar;
    return;
  }
  if (node.is_string) {
    out += '"';
    out += node.scalar;
    out += '"';
    return;
  }
  out += node.is_array ? '[' : '{';
  bool first = true;
  for (std::size_t child : node.children) {
    if (!first) out += ',';
    first = false;
    if (!node.is_array) {
      out += '"';
      EscapeString(nodes_[child].key, out);
      out += "\":";
    }
    Write(nodes_[child], out);
  }
  out += node.is_array ? ']' : '}';
}

std::string PartialArguments::Take() {
  std::string json;
  Write(nodes_[0], json);
  nodes_.assign(1, Node{});
  return json;
}

void UsePartialCall(const Value& call, CodecContext& context) {
  constexpr FieldNames kFields("id", "name", "partialArgs", "willContinue");
  UseIfEmpty(call, context);
  for (Member m : call.members()) {
    bool read = FindSpelled(kFields, m.key) != kFields.kUnknown;
    bool says_nothing = m.value.is_container() && m.value.empty_container();
    if (read || says_nothing) context.accounting.Use(m.value.id());
  }
}

}  // namespace aiproxy::gemini_generate
