#include "core/protocols/bedrock_converse/result_groups.h"

#include <algorithm>
#include <functional>
#include <tuple>

namespace aiproxy::bedrock_converse {

void ResultGroups::Collect(const List<Message>& messages, Arena& arena, List<Result>& results) {
  std::size_t turn = 0;
  for (const Message& message : messages) {
    if (message.role.value == Role::kAssistant) ++turn;
    for (const Part& part : message.parts) {
      const auto* result = std::get_if<ToolResultPart>(&part.variant());
      if (result == nullptr || result->call_id.empty()) continue;
      results.push_back(arena, {turn, result->call_id.Decode(arena), results.size(), result});
    }
  }
}

ResultGroups::ResultGroups(const List<Message>& messages, Arena& arena) {
  List<Result> results;
  Collect(messages, arena, results);
  std::sort(results.begin(), results.end(), [](const Result& a, const Result& b) {
    return std::tie(a.turn, a.id, a.order) < std::tie(b.turn, b.id, b.order);
  });
  const ToolResultPart* leader = nullptr;
  for (std::size_t i = 1; i < results.size(); ++i) {
    bool same = results[i].turn == results[i - 1].turn && results[i].id == results[i - 1].id;
    if (!same)
      leader = nullptr;
    else if (leader == nullptr)
      leader = results[i - 1].part;
    if (!same) continue;
    links_.push_back(arena, {leader, i, results[i].part});
    followers_.push_back(arena, results[i].part);
  }
  std::sort(followers_.begin(), followers_.end(), std::less<>());
  std::sort(links_.begin(), links_.end(), [](const Link& a, const Link& b) {
    return a.leader != b.leader ? std::less<>()(a.leader, b.leader) : a.order < b.order;
  });
}

bool ResultGroups::IsFollower(const ToolResultPart& part) const {
  return std::binary_search(followers_.begin(), followers_.end(), &part, std::less<>());
}

List<const ToolResultPart*> ResultGroups::FollowersOf(const ToolResultPart& part,
                                                      Arena& arena) const {
  List<const ToolResultPart*> followers;
  const Link* link = std::partition_point(links_.begin(), links_.end(), [&part](const Link& other) {
    return std::less<>()(other.leader, &part);
  });
  for (; link != links_.end() && link->leader == &part; ++link) {
    followers.push_back(arena, link->follower);
  }
  return followers;
}

}  // namespace aiproxy::bedrock_converse
