#include "core/exchange/target.h"

#include <string>

#include "core/protocols/neutral/codec.h"
#include "core/protocols/registry.h"

namespace aiproxy {

namespace {

Error NotMeant(std::string message) {
  Error error;
  error.kind = ErrorKind::kUnsupported;
  error.message = std::move(message);
  return error;
}

/// The target's wire of that capability, or why there is none.
Result<const Protocol*> Demanded(const Protocol& to, Capability capability) {
  if (const Protocol* wire = WireOf(to, capability)) return wire;
  if (capability == Capability::kCompletions) {
    return NotMeant(std::string(to.id) + " has no legacy completions; choose --to " +
                    ProtocolsWith(capability) + ", or --capability chat");
  }
  return NotMeant(std::string(to.id) + " cannot count tokens; choose --to " +
                  ProtocolsWith(capability));
}

/// What is counted is a request; a count is an answer of its own.
Result<const Protocol*> ForCounting(const Recognised& from, const Protocol& to) {
  const bool counts = from.protocol->capability == Capability::kCountTokens;
  if (from.kind == MessageKind::kStream) {
    return NotMeant("a count of tokens is no stream; leave --capability count-tokens out");
  }
  if (from.kind == MessageKind::kResponse && !counts && from.protocol != &kNeutral) {
    return NotMeant("this is an answer of " + std::string(from.protocol->id) +
                    " and no count of tokens; leave --capability count-tokens out");
  }
  return Demanded(to, Capability::kCountTokens);
}

Result<const Protocol*> ForChat(const Recognised& from, const Protocol& to) {
  const bool counts = from.protocol->capability == Capability::kCountTokens;
  if (counts && from.kind == MessageKind::kResponse) {
    return NotMeant("this is a count of tokens and no answer of chat; leave --capability chat out");
  }
  return &to;
}

Result<const Protocol*> ForCompletions(const Recognised& from, const Protocol& to) {
  switch (from.protocol->capability) {
    case Capability::kCompletions:
      return &to;
    case Capability::kCountTokens:
      return NotMeant(
          "this is about counting tokens and no completion; leave --capability completions out");
    case Capability::kChat:
      break;
  }
  // The errors of a vendor are the same for both.
  const bool is_own_error =
      from.kind == MessageKind::kError && WireOf(*from.protocol, Capability::kCompletions);
  if (is_own_error && WireOf(to, Capability::kCompletions) == nullptr) return &to;
  return Demanded(to, Capability::kCompletions);
}

Result<const Protocol*> AsTheInput(const Recognised& from, const Protocol& to) {
  const Capability capability = from.protocol->capability;
  const Protocol* wire = WireOf(to, capability);
  if (wire != nullptr) return wire;
  const bool has_chat = capability == Capability::kCompletions || from.kind == MessageKind::kError;
  return has_chat ? &to : Demanded(to, capability);
}

}  // namespace

std::string ProtocolsWith(Capability capability) {
  std::string names;
  for (const Protocol* protocol : AllProtocols()) {
    if (WireOf(*protocol, capability) == nullptr) continue;
    if (!names.empty()) names += ", ";
    names += protocol->id;
  }
  return names;
}

Result<const Protocol*> TargetOf(const Recognised& from, const ExchangeOptions& options) {
  const Protocol& to = *options.to;
  if (&to == &kNeutral) return &to;  // it says what everything means, whatever that is for
  switch (to.capability) {
    case Capability::kCountTokens:
      return ForCounting(from, to);
    case Capability::kCompletions:
      if (from.protocol->capability != Capability::kCountTokens) return &to;
      return NotMeant("a count of tokens is no completion; choose --to " +
                      ProtocolsWith(Capability::kCountTokens));
    case Capability::kChat:
      break;
  }
  if (!options.capability) return AsTheInput(from, to);
  switch (*options.capability) {
    case Capability::kChat:
      return ForChat(from, to);
    case Capability::kCountTokens:
      return ForCounting(from, to);
    case Capability::kCompletions:
      return ForCompletions(from, to);
  }
  return &to;
}

}  // namespace aiproxy
