#include "core/exchange/orphan_results.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <variant>

namespace aiproxy {

namespace {

/// A call or a result, in the order of the conversation.
struct Place {
  std::string_view id;
  std::size_t position = 0;
  NodeId node = kNoNode;
};

struct Places {
  List<Place> calls;
  List<Place> results;
};

Places FindPlaces(const ChatRequest& request, CodecContext& context) {
  Places places;
  std::size_t position = 0;
  for (const Message& message : request.messages) {
    for (const Part& part : message.parts) {
      ++position;
      if (const auto* call = std::get_if<ToolCallPart>(&part.variant())) {
        places.calls.push_back(context.arena,
                               {call->id.Decode(context.arena), position, call->node});
      } else if (const auto* result = std::get_if<ToolResultPart>(&part.variant())) {
        // One whose id is made up is told where it is written.
        if (result->unpaired || !result->call_id.present()) continue;
        places.results.push_back(context.arena,
                                 {result->call_id.Decode(context.arena), position, result->node});
      }
    }
  }
  return places;
}

}  // namespace

void NoteOrphanResults(const ChatRequest& request, CodecContext& context) {
  Places places = FindPlaces(request, context);
  if (places.results.empty()) return;
  std::sort(places.calls.begin(), places.calls.end(), [](const Place& a, const Place& b) {
    return std::tie(a.id, a.position) < std::tie(b.id, b.position);
  });
  for (const Place& result : places.results) {
    const Place* call =
        std::lower_bound(places.calls.begin(), places.calls.end(), result.id,
                         [](const Place& a, std::string_view id) { return a.id < id; });
    if (call != places.calls.end() && call->id == result.id && call->position < result.position)
      continue;
    context.accounting.Report(result.node, kResultWithoutCall,
                              "no call '{}' stands before its result; {target} may refuse that",
                              result.id);
  }
}

}  // namespace aiproxy
