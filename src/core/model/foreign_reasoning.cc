#include "core/model/foreign_reasoning.h"

#include <string>

#include "core/model/words.h"

namespace aiproxy {

bool CanCarry(Issuer issuer) { return issuer == Issuer::kOpenAi || issuer == Issuer::kXai; }

Text CarriedReasoning(const Text& encrypted, const Text& id, Issuer issuer, Arena& arena) {
  std::string carried(ReasoningFormat(issuer));
  carried += ':';
  carried += id.bytes;
  carried += ':';
  carried += encrypted.bytes;
  return {arena.Copy(carried), encrypted.node, encrypted.spelling};
}

bool SplitCarriedReasoning(const Text& carried, Text& encrypted, Text& id, Issuer& issuer) {
  for (Issuer candidate : {Issuer::kOpenAi, Issuer::kXai}) {
    std::string_view format = ReasoningFormat(candidate);
    std::string_view rest = carried.bytes;
    if (!rest.starts_with(format) || rest.substr(format.size(), 1) != ":") continue;
    rest.remove_prefix(format.size() + 1);
    std::size_t colon = rest.find(':');
    if (colon == rest.npos) return false;
    issuer = candidate;
    id = colon == 0 ? Text() : Text{rest.substr(0, colon), carried.node, carried.spelling};
    encrypted = {rest.substr(colon + 1), carried.node, carried.spelling};
    return true;
  }
  return false;
}

}  // namespace aiproxy
