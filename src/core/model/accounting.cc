#include "core/model/accounting.h"

#include <algorithm>

#include "core/json/value.h"

namespace aiproxy {

namespace {

std::string_view Describe(Expected expected) {
  switch (expected) {
    case Expected::kNothing:
      return "nothing";
    case Expected::kString:
      return "a string";
    case Expected::kNumber:
      return "a number";
    case Expected::kInteger:
      return "an integer";
    case Expected::kBoolean:
      return "a boolean";
    case Expected::kArray:
      return "an array";
    case Expected::kObject:
      return "an object";
    case Expected::kWord:
      return "one of the protocol's words";
  }
  return "";
}

/// At most `limit` bytes, cut between characters.
std::string Shortened(std::string_view text, std::size_t limit = 60) {
  if (text.size() <= limit) return std::string(text);
  std::size_t cut = limit;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return std::string(text.substr(0, cut)) + "...";
}

}  // namespace

void Accounting::Settle() {
  if (document_->size() == 0) return;
  SettleValue(0, kNoNode);
  if (findings_.size() < 2) return;
  std::sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
    return a.node != b.node ? a.node < b.node : a.code->id < b.code->id;
  });
}

// Recursion is as deep as the document is nested, which Document limits.
void Accounting::SettleValue(NodeId value, NodeId name) {
  const JsonNode& node = document_->node(value);
  if ((node.flags & JsonNode::kCovered) != 0 || node.kind == JsonKind::kNull) return;
  Inside inside = LookInside(value);
  if (inside == Inside::kMarks && node.kind == JsonKind::kObject) return SettleMembers(value);
  if (inside == Inside::kMarks) {
    for (NodeId item = value + 1; item < document_->node(value).next;
         item = document_->node(item).next) {
      SettleValue(item, kNoNode);
    }
    return;
  }
  if (inside == Inside::kContent) ReportUnmarked(value, name);
}

/// Stops at the first mark.
Accounting::Inside Accounting::LookInside(NodeId value) const {
  const JsonNode& node = document_->node(value);
  if ((node.flags & JsonNode::kCovered) != 0) return Inside::kMarks;
  if (node.kind == JsonKind::kNull) return Inside::kNothing;
  if (node.next == value + 1) return Inside::kContent;  // a scalar, or an empty container
  bool object = node.kind == JsonKind::kObject;
  Inside inside = Inside::kNothing;
  for (NodeId child = value + 1; child < node.next; child = document_->node(child).next) {
    if (object) ++child;  // the name
    Inside below = LookInside(child);
    if (below == Inside::kMarks) return below;
    if (below == Inside::kContent) inside = below;
  }
  return inside;
}

void Accounting::SettleMembers(NodeId object) {
  NodeId end = document_->node(object).next;
  for (NodeId name = object + 1; name < end; name = document_->node(name + 1).next) {
    const JsonNode& value = document_->node(name + 1);
    if ((value.flags & JsonNode::kCovered) != 0 || value.kind == JsonKind::kNull) continue;
    if (HasLaterNamesake(name, end)) {
      Drop(name + 1, kDuplicateMember,
           "'{}' comes again later in the same object, and the last one counts",
           document_->Raw(name));
    } else {
      SettleValue(name + 1, name);
    }
  }
}

void Accounting::ReportUnmarked(NodeId value, NodeId name) {
  const JsonNode& node = document_->node(value);
  std::string_view argument = name == kNoNode ? std::string_view() : document_->Raw(name);
  if ((node.flags & JsonNode::kWrongType) != 0) {
    Report(value, kWrongType, "", argument);
  } else if (name == kNoNode) {
    Report(value, kFieldDropped, "this has no place in {target}");
  } else {
    Report(value, kFieldDropped, "'{}' has no place in {target}", argument);
  }
}

/// Bounded, so that an object of a hundred thousand unknown members stays cheap.
bool Accounting::HasLaterNamesake(NodeId name, NodeId object_end) const {
  constexpr int kSearched = 256;
  Value wanted(*document_, name);
  std::string decoded = wanted.escaped() ? wanted.Decoded() : std::string();
  std::string_view text = wanted.escaped() ? std::string_view(decoded) : wanted.body();
  NodeId other = document_->node(name + 1).next;
  for (int i = 0; other < object_end && i < kSearched;
       ++i, other = document_->node(other + 1).next) {
    if (Value(*document_, other).Is(text)) return true;
  }
  return false;
}

std::string Accounting::Message(const Finding& finding) const {
  if (finding.code == &kWrongType && finding.message.empty()) {
    const JsonNode& node = document_->node(finding.node);
    return "expected " + std::string(Describe(static_cast<Expected>(node.expected))) + ", got " +
           std::string(Describe(node.kind)) + "; not carried to " + std::string(target_);
  }
  std::string_view argument = finding.argument;
  if (argument.size() >= 2 && argument.front() == '"' && argument.back() == '"') {
    argument = argument.substr(1, argument.size() - 2);
  }
  std::string out;
  std::string_view rest = finding.message;
  while (!rest.empty()) {
    std::size_t brace = rest.find('{');
    out += rest.substr(0, brace);
    if (brace == rest.npos) break;
    rest.remove_prefix(brace);
    if (rest.starts_with("{target}")) {
      out += target_;
      rest.remove_prefix(8);
    } else if (rest.starts_with("{}")) {
      out += Shortened(argument);
      rest.remove_prefix(2);
    } else {
      out += '{';
      rest.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace aiproxy
