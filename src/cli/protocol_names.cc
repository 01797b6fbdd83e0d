#include "cli/protocol_names.h"

#include "cli/options.h"
#include "cli/suggest.h"
#include "core/protocols/registry.h"

namespace aiproxy {

std::vector<std::string_view> ProtocolNames() {
  std::vector<std::string_view> names;
  for (const Protocol* protocol : AllProtocols()) {
    names.push_back(protocol->id);
    names.insert(names.end(), protocol->aliases.begin(), protocol->aliases.end());
  }
  names.emplace_back("neutral");
  return names;
}

std::string ProtocolList() {
  std::string list;
  for (const Protocol* protocol : AllProtocols()) {
    list += protocol->id;
    for (std::size_t i = 0; i < protocol->aliases.size(); ++i) {
      list += i == 0 ? " (" : ", ";
      list += protocol->aliases[i];
    }
    if (!protocol->aliases.empty()) list += ')';
    list += ", ";
  }
  return list + "neutral";
}

Result<const Protocol*> ProtocolNamed(std::string_view name) {
  if (const Protocol* protocol = FindProtocol(name)) return protocol;
  return UsageError("unknown protocol '" + std::string(name) + "'" +
                    DidYouMean(name, ProtocolNames()) + " (known: " + ProtocolList() + ")");
}

}  // namespace aiproxy
