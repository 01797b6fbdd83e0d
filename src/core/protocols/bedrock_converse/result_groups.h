// Tool results of one turn that answer the same call: the API takes one result for each.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

class ResultGroups {
 public:
  ResultGroups(const List<Message>& messages, Arena& arena);

  /// Whether the result is written with an earlier one.
  bool IsFollower(const ToolResultPart& part) const;
  /// The results that are written with this one.
  List<const ToolResultPart*> FollowersOf(const ToolResultPart& part, Arena& arena) const;

 private:
  struct Result {
    std::size_t turn;
    std::string_view id;
    std::size_t order;
    const ToolResultPart* part;
  };
  struct Link {
    const ToolResultPart* leader;
    std::size_t order;
    const ToolResultPart* follower;
  };

  void Collect(const List<Message>& messages, Arena& arena, List<Result>& results);

  List<Link> links_;                       // sorted; usually none
  List<const ToolResultPart*> followers_;  // sorted
};

}  // namespace aiproxy::bedrock_converse
