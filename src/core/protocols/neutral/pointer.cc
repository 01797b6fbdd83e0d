#include "core/protocols/neutral/pointer.h"

#include <charconv>

namespace aiproxy::neutral {

namespace {

bool Spend(Steps& steps) {
  if (steps == 0) return false;
  --steps;
  return true;
}

/// "~1" and "~0" back to what they stand for.
std::string Unescaped(std::string_view token) {
  std::string out;
  for (std::size_t at = 0; at < token.size(); ++at) {
    bool escape = token[at] == '~' && at + 1 < token.size();
    if (!escape)
      out += token[at];
    else
      out += token[++at] == '1' ? '/' : '~';
  }
  return out;
}

Value MemberAt(const Value& object, std::string_view token, Steps& steps) {
  std::string name = Unescaped(token);
  Value found;
  for (Member member : object.members()) {
    if (!Spend(steps)) return {};
    if (member.key.Is(name)) found = member.value;
  }
  return found;
}

Value ItemAt(const Value& array, std::string_view token, Steps& steps) {
  std::size_t index = 0;
  auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size()) return {};
  std::size_t at = 0;
  for (Value item : array.items()) {
    if (!Spend(steps)) return {};
    if (at++ == index) return item;
  }
  return {};
}

/// The token of the child of `parent` that holds `to`; the child's id goes to `child`.
bool AppendChild(Document& document, NodeId& parent, NodeId to, Steps& steps, std::string& out) {
  Value value(document, parent);
  if (value.is_object()) {
    for (Member member : value.members()) {
      if (!Spend(steps) || to == member.key.id()) return false;
      if (to >= document.node(member.value.id()).next) continue;
      AppendToken(member.key.Decoded(), out);
      parent = member.value.id();
      return true;
    }
    return false;
  }
  std::size_t index = 0;
  for (Value item : value.items()) {
    if (!Spend(steps)) return false;
    if (to < document.node(item.id()).next) {
      AppendToken(std::to_string(index), out);
      parent = item.id();
      return true;
    }
    ++index;
  }
  return false;
}

}  // namespace

void AppendToken(std::string_view decoded_name, std::string& out) {
  out += '/';
  for (char c : decoded_name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
}

bool AppendPointerBelow(Document& document, NodeId from, NodeId to, Steps& steps,
                        std::string& out) {
  std::size_t size = out.size();
  for (NodeId at = from; at != to;) {
    if (!AppendChild(document, at, to, steps, out)) {
      out.resize(size);
      return false;
    }
  }
  std::string_view pointer = std::string_view(out).substr(size);
  Value back = Follow(Value(document, from), pointer, steps);
  if (back.valid() && back.id() == to) return true;
  out.resize(size);
  return false;
}

Value Follow(Value from, std::string_view pointer, Steps& steps, Value* parent) {
  while (!pointer.empty()) {
    if (pointer.front() != '/') return {};
    pointer.remove_prefix(1);
    std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    if (parent != nullptr) *parent = from;
    if (from.is_object())
      from = MemberAt(from, token, steps);
    else if (from.is_array())
      from = ItemAt(from, token, steps);
    else
      return {};
    if (!from.valid()) return {};
  }
  return from;
}

}  // namespace aiproxy::neutral
