#include "core/json/pointer.h"

#include <charconv>

#include "core/json/value.h"

namespace aiproxy {

std::string_view PointerCursor::To(NodeId id) {
  if (id >= document_->size()) return {};
  Step step = Rewind(id);
  pointer_.resize(step.length);
  if (id == 0) return pointer_;
  for (;;) {
    NodeId value = Descend(step, id);
    if (id <= value) return pointer_;  // the value itself, or its name
    step = {value, value + 1, 0, pointer_.size()};
  }
}

/// Leaves the containers that do not hold the node; returns the step in the one that does.
PointerCursor::Step PointerCursor::Rewind(NodeId id) {
  while (!path_.empty()) {
    Step last = path_.back();
    path_.pop_back();
    if (id <= last.container || id >= document_->node(last.container).next) continue;
    if (id < last.child) return {last.container, last.container + 1, 0, last.length};
    return last;
  }
  return {0, 1, 0, 0};
}

/// Goes on from the step's child to the one that holds the node; returns the value there.
NodeId PointerCursor::Descend(Step step, NodeId id) {
  bool object = document_->node(step.container).kind == JsonKind::kObject;
  NodeId name_width = object ? 1 : 0;
  for (;; ++step.index) {
    NodeId next = document_->node(step.child + name_width).next;
    if (id < next) break;
    step.child = next;
  }
  path_.push_back(step);
  pointer_ += '/';
  if (object) {
    AppendName(step.child);
  } else {
    char digits[16];
    char* end = std::to_chars(digits, digits + sizeof digits, step.index).ptr;
    pointer_.append(digits, end);
  }
  return step.child + name_width;
}

void PointerCursor::AppendName(NodeId name) {
  std::string_view text = document_->Raw(name);
  text = text.substr(1, text.size() - 2);
  if ((document_->node(name).flags & JsonNode::kEscaped) != 0) {
    decoded_.clear();
    DecodeString(text, decoded_);
    text = decoded_;
  }
  for (char c : text) {
    if (c == '~')
      pointer_ += "~0";
    else if (c == '/')
      pointer_ += "~1";
    else
      pointer_ += c;
  }
}

}  // namespace aiproxy
