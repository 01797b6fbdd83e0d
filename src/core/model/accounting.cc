#include "core/model/accounting.h"

#include <algorithm>
#include <functional>

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

/// At most so many bytes, cut between characters.
void AppendShortened(std::string_view text, std::size_t most, std::string& out) {
  std::size_t cut = most;
  if (text.size() > most) {
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  }
  out += text.substr(0, cut);
  if (text.size() > most) out += "...";
}

/// A member's name, decoded into `decoded` when it has escapes.
std::string_view NameText(const Document& document, NodeId name, std::string& decoded) {
  std::string_view body = document.Raw(name);
  body = body.substr(1, body.size() - 2);
  if ((document.node(name).flags & JsonNode::kEscaped) == 0) return body;
  decoded.clear();
  DecodeString(body, decoded);
  return decoded;
}

}  // namespace

void Accounting::Settle() {
  if (document_->size() == 0) return;
  next_mark_ = 0;
  SettleValue(0, kNoNode);
  if (findings_.size() < 2) return;
  std::sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
    if (a.node != b.node) return a.node < b.node;
    return a.code->id != b.code->id ? a.code->id < b.code->id : a.message < b.message;
  });
  auto same_part = [](const Finding& a, const Finding& b) {
    return a.node == b.node && a.node != 0 && a.code == b.code && a.code == &kPartDropped;
  };
  findings_.erase(std::unique(findings_.begin(), findings_.end(), same_part), findings_.end());
}

// Recursion is as deep as the document is nested, which Document limits.
void Accounting::SettleValue(NodeId value, NodeId name) {
  const JsonNode& node = document_->node(value);
  if ((node.flags & JsonNode::kCovered) != 0 || node.kind == JsonKind::kNull) return;
  if ((node.flags & JsonNode::kOpened) == 0 && !HoldsMark(value)) {
    if (HoldsContent(value)) ReportUnmarked(value, name);
  } else if (node.kind == JsonKind::kObject) {
    SettleMembers(value);
  } else {
    for (NodeId item = value + 1; item < document_->node(value).next;
         item = document_->node(item).next) {
      SettleValue(item, kNoNode);
    }
  }
}

/// Whether something below the value is marked. Asked in the order of the input, so that looking
/// for the marks is one pass over the whole document.
bool Accounting::HoldsMark(NodeId value) {
  const NodeId end = document_->node(value).next;
  next_mark_ = std::max(next_mark_, value + 1);
  constexpr int kMarks = JsonNode::kCovered | JsonNode::kOpened;
  while (next_mark_ < end && (document_->node(next_mark_).flags & kMarks) == 0) {
    ++next_mark_;
  }
  return next_mark_ < end;
}

/// Of a value without marks: it is more than nulls.
bool Accounting::HoldsContent(NodeId value) const {
  const JsonNode& node = document_->node(value);
  if (node.next == value + 1) return node.kind != JsonKind::kNull;
  const NodeId name_width = node.kind == JsonKind::kObject ? 1 : 0;
  for (NodeId child = value + 1; child < node.next;) {
    if (HoldsContent(child + name_width)) return true;
    child = document_->node(child + name_width).next;
  }
  return false;
}

void Accounting::SettleMembers(NodeId object) {
  NodeId end = document_->node(object).next;
  bool flagged = false;
  for (NodeId name = object + 1; name < end; name = document_->node(name + 1).next) {
    const JsonNode& value = document_->node(name + 1);
    if ((value.flags & JsonNode::kCovered) != 0 || value.kind == JsonKind::kNull) continue;
    if (HasLaterNamesake(name, end, flagged)) {
      Drop(name + 1, kDuplicateMember,
           "'{}' comes again later in the same object, and the last one counts",
           document_->Raw(name));
    } else {
      SettleValue(name + 1, name);
    }
  }
}

/// `flagged`: whether FlagNamesakes has been called for this object, which is the case once a
/// look at the next few members did not settle it.
bool Accounting::HasLaterNamesake(NodeId name, NodeId object_end, bool& flagged) {
  constexpr int kNear = 32;
  if (!flagged) {
    std::string decoded;
    std::string_view text = NameText(*document_, name, decoded);
    NodeId other = document_->node(name + 1).next;
    for (int i = 0; other < object_end && i < kNear; ++i) {
      if (Value(*document_, other).Is(text)) return true;
      other = document_->node(other + 1).next;
    }
    if (other >= object_end) return false;
    FlagNamesakes(name, object_end);
    flagged = true;
  }
  return (document_->node(name).flags & JsonNode::kComesAgain) != 0;
}

/// Flags the names from `first` on that come again before the end of their object. Sorts them, so
/// that no choice of names makes it slow.
void Accounting::FlagNamesakes(NodeId first, NodeId object_end) {
  std::string decoded;
  std::string other_decoded;
  names_.clear();
  for (NodeId name = first; name < object_end; name = document_->node(name + 1).next) {
    names_.push_back({std::hash<std::string_view>{}(NameText(*document_, name, decoded)), name});
  }
  auto compare = [&](const HashedName& a, const HashedName& b) {
    if (a.hash != b.hash) return a.hash < b.hash ? -1 : 1;
    if (document_->Raw(a.name) == document_->Raw(b.name)) return 0;
    return NameText(*document_, a.name, decoded)
        .compare(NameText(*document_, b.name, other_decoded));
  };
  std::sort(names_.begin(), names_.end(), [&](const HashedName& a, const HashedName& b) {
    int order = compare(a, b);
    return order != 0 ? order < 0 : a.name < b.name;
  });
  for (std::size_t i = 1; i < names_.size(); ++i) {
    if (compare(names_[i - 1], names_[i]) == 0)
      document_->node(names_[i - 1].name).flags |= JsonNode::kComesAgain;
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

std::string Accounting::Message(const Finding& finding) const {
  std::string out;
  AppendMessage(finding, out);
  return out;
}

void Accounting::AppendMessage(const Finding& finding, std::string& out) const {
  if (finding.code == &kWrongType && finding.message.empty()) {
    const JsonNode& node = document_->node(finding.node);
    out += "expected ";
    out += Describe(static_cast<Expected>(node.expected));
    out += ", got ";
    out += Describe(node.kind);
    out += "; not carried to ";
    out += target_;
    return;
  }
  std::string_view argument = finding.argument;
  if (argument.size() >= 2 && argument.front() == '"' && argument.back() == '"') {
    argument = argument.substr(1, argument.size() - 2);
  }
  // A path is of no use in part; the longest id of a model is an ARN of 2048 characters.
  const std::size_t most = finding.code == &kModelInPath ? 4096 : 60;
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
      AppendShortened(argument, most, out);
      rest.remove_prefix(2);
    } else {
      out += '{';
      rest.remove_prefix(1);
    }
  }
}

}  // namespace aiproxy
