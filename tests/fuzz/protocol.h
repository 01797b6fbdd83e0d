// Which protocol a fuzzer of decoders reads: each has its own corpus and its own time.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "core/protocols/registry.h"

namespace aiproxy::fuzz {

/// The one that AIPROXY_FUZZ_PROTOCOL names; "neutral" is one of them.
inline const Protocol& FuzzedProtocol() {
  static const Protocol* const protocol = [] {
    const char* name = std::getenv("AIPROXY_FUZZ_PROTOCOL");
    const Protocol* found = name == nullptr ? nullptr : FindProtocol(name);
    if (found == nullptr) {
      std::fprintf(stderr, "AIPROXY_FUZZ_PROTOCOL must be the id of a protocol\n");
      std::exit(2);
    }
    return found;
  }();
  return *protocol;
}

/// A style in the neutral form is its protocol's own business, and to be believed.
inline bool IsStyled(const Protocol& from, std::string_view input) {
  return from.id == "neutral" && input.find("\"style\"") != input.npos;
}

/// Everything that can be written.
inline std::vector<const Protocol*> Targets() {
  std::vector<const Protocol*> targets(AllProtocols().begin(), AllProtocols().end());
  targets.push_back(FindProtocol("neutral"));
  return targets;
}

}  // namespace aiproxy::fuzz
