// JSON pointers (RFC 6901) to nodes of a document: one, or many in the order of the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/document.h"

namespace aiproxy {

/// Builds pointers and remembers the way to the last one. For nodes in the order of the input all
/// of them together cost one pass over the document, however many they are.
class PointerCursor {
 public:
  /// Starts at the root of a document, which stays as it is while it is pointed into.
  void Begin(const Document& document) {
    document_ = &document;
    path_.clear();
  }

  /// The pointer to a node: "" is the root; a member's name has the pointer of its value. Valid
  /// until the next call.
  std::string_view To(NodeId id);

 private:
  /// From a container to the child that leads on.
  struct Step {
    NodeId container;
    NodeId child;  // an item, or the name of a member
    std::uint32_t index;
    std::size_t length;  // of the pointer to the container
  };

  Step Rewind(NodeId id);
  NodeId Descend(Step step, NodeId id);
  void AppendName(NodeId name);

  const Document* document_ = nullptr;
  std::vector<Step> path_;
  std::string pointer_;
  std::string decoded_;  // a name with escapes; kept for its memory
};

}  // namespace aiproxy
