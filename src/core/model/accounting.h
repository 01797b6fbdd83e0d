// The loss report, by construction: what of the input is neither written, used nor reported as
// dropped.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/document.h"
#include "core/model/diagnostic_codes.h"

namespace aiproxy {

/// What an optional member should have been; for the message of kWrongType.
enum class Expected : std::uint8_t {
  kNothing,
  kString,
  kNumber,
  kInteger,
  kBoolean,
  kArray,
  kObject,
  kWord
};

/// One thing to tell the user about a node of the input. Message and argument must outlive the
/// document's translation: string literals, and spans of the input or of the arena.
struct Finding {
  const DiagnosticCode* code = nullptr;
  NodeId node = 0;
  std::string_view message;   // "{}" stands for the argument
  std::string_view argument;  // shown cut to a sensible length
};

/// Keeps the account of one input document while it is translated.
///
/// The Writer marks what it writes; Use() marks what is expressed otherwise; Drop() marks what is
/// given up and says why. Settle() turns every unmarked leaf into a finding, so a member that a
/// codec forgets shows up in the report and never vanishes. Members whose value is null carry
/// nothing and are not reported.
class Accounting {
 public:
  /// `target` is the protocol's id, for messages; static storage.
  void Begin(Document& document, std::string_view target) {
    document_ = &document;
    target_ = target;
    findings_.clear();
    names_.clear();
    if (findings_.capacity() > kMostKept) findings_.shrink_to_fit();
    if (names_.capacity() > kMostKept) names_.shrink_to_fit();
  }

  /// The target, where it is not known before the document has been looked at.
  void set_target(std::string_view target) { target_ = target; }

  Document& document() const { return *document_; }
  /// The protocol that is written, as messages name it.
  std::string_view target() const { return target_; }

  /// Accounted for, with everything below it: expressed by structure, or the target's default.
  void Use(NodeId node) { document_->Cover(node); }

  /// The object or array itself is expressed; what is in it is accounted for one by one.
  void Open(NodeId node) { document_->node(node).flags |= JsonNode::kOpened; }

  /// Not carried over; says why. Marks everything below the node too.
  void Drop(NodeId node, const DiagnosticCode& code, std::string_view message,
            std::string_view argument = {}) {
    Use(node);
    Report(node, code, message, argument);
  }

  /// Tells something about a node without marking it. kNoNode means the whole document.
  void Report(NodeId node, const DiagnosticCode& code, std::string_view message,
              std::string_view argument = {}) {
    findings_.push_back({&code, node == kNoNode ? 0 : node, message, argument});
  }

  /// An optional member is not of the type that the protocol says; it stays where it is.
  void WrongType(NodeId node, Expected expected) {
    JsonNode& n = document_->node(node);
    n.flags |= JsonNode::kWrongType;
    n.expected = static_cast<std::uint8_t>(expected);
  }

  /// Reports all that is still unmarked: one finding for each leaf, or for the highest container
  /// of which nothing is marked. Findings are in the order of the input afterwards. What is one
  /// part on the wire and several in the model is dropped once.
  void Settle();

  const std::vector<Finding>& findings() const { return findings_; }

  /// The finding's message with its argument in place.
  std::string Message(const Finding& finding) const;
  /// The same, appended.
  void AppendMessage(const Finding& finding, std::string& out) const;

 private:
  static constexpr std::size_t kMostKept = 16 * 1024;  // entries: the memory of more is given back

  struct HashedName {
    std::size_t hash;  // of the decoded name
    NodeId name;
  };

  void SettleValue(NodeId value, NodeId name);
  void SettleMembers(NodeId object);
  bool HoldsMark(NodeId value);
  bool HoldsContent(NodeId value) const;
  void ReportUnmarked(NodeId value, NodeId name);
  bool HasLaterNamesake(NodeId name, NodeId object_end, bool& flagged);
  void FlagNamesakes(NodeId first, NodeId object_end);

  Document* document_ = nullptr;
  std::string_view target_;
  std::vector<Finding> findings_;
  NodeId next_mark_ = 0;           // nothing between the value at hand and this is marked
  std::vector<HashedName> names_;  // of one large object; kept for its memory
};

}  // namespace aiproxy
