#include "core/exchange/recognise.h"

#include "core/protocols/neutral/codec.h"
#include "core/protocols/registry.h"

namespace aiproxy {

namespace {

/// Whether something recognised is ruled out by what the user said.
bool Fits(const Protocol& protocol, const Recognition& recognition, bool is_stream,
          const ExchangeOptions& options) {
  if (recognition.certainty == Certainty::kNone) return false;
  bool is_frame =
      recognition.kind == MessageKind::kStream ||
      (is_stream && protocol.frames_are_responses && recognition.kind == MessageKind::kResponse);
  if (is_stream != is_frame && recognition.kind != MessageKind::kError) return false;
  return !options.kind || *options.kind == recognition.kind ||
         (*options.kind == MessageKind::kStream && is_stream);
}

struct Best {
  Recognised found;
  Certainty certainty = Certainty::kNone;
  std::string names;  // of all that are equally certain
  int count = 0;
  int fitting = 0;  // protocols that it fits at all
};

/// An error that says the same, whichever of the two it belongs to.
bool IsAlike(const Recognised& found, const Protocol& protocol, const Recognition& recognition) {
  return found.kind == MessageKind::kError && recognition.kind == MessageKind::kError &&
         !protocol.error_shape.empty() && protocol.error_shape == found.protocol->error_shape;
}

void Consider(const Protocol& protocol, const Recognition& recognition, const Protocol* to,
              Best& best) {
  ++best.fitting;
  if (recognition.certainty < best.certainty) return;
  if (recognition.certainty > best.certainty) {
    int fitting = best.fitting;
    best = {};
    best.certainty = recognition.certainty;
    best.fitting = fitting;
  }
  if (best.count > 0 && IsAlike(best.found, protocol, recognition)) {
    if (&protocol == to) best.found.protocol = to;
    return;
  }
  if (best.count++ == 0) best.found = {&protocol, recognition.kind};
  if (!best.names.empty()) best.names += ", ";
  best.names += protocol.id;
}

Error NothingFits(const Value& root, const ExchangeOptions& options) {
  if (!root.is_object()) {
    return root.document().ErrorAt(root.id(),
                                   "expected an object, got " + std::string(Describe(root.kind())));
  }
  std::string what = options.kind ? std::string(NameWithArticle(*options.kind))
                                  : "a request, response, stream or error";
  std::string whose =
      options.from != nullptr ? std::string(options.from->id) : "any known protocol";
  Error error =
      root.document().ErrorAt(root.id(), "this does not look like " + what + " of " + whose);
  return error;
}

/// The protocol whose requests go to that path; nullptr when none does, or several.
const Protocol* ProtocolOfPath(std::string_view path) {
  path = path.substr(0, path.find('?'));
  if (path.empty()) return nullptr;
  const Protocol* found = nullptr;
  for (const Protocol* protocol : AllProtocols()) {
    RequestTarget target;
    const bool is_own = protocol->read_path != nullptr
                            ? protocol->read_path(path, target).has_value()
                            : !protocol->path_end.empty() && path.ends_with(protocol->path_end);
    if (!is_own) continue;
    if (found != nullptr) return nullptr;
    found = protocol;
  }
  return found;
}

/// The protocol that the head alone tells; nullptr when it tells none.
const Protocol* ProtocolOfHead(const HttpHead& head) {
  if (const Protocol* by_path = ProtocolOfPath(head.path)) return by_path;
  if (head.headers.empty()) return nullptr;
  for (const Protocol* protocol : AllProtocols()) {
    std::string_view name = protocol->error_header;
    if (!name.empty() && head.Find(name) != nullptr) return protocol;
  }
  return nullptr;
}

}  // namespace

Result<Recognised> Recognise(const Value& root, std::string_view sse_event, bool is_stream,
                             const HttpHead& head, const ExchangeOptions& options) {
  if (options.from != nullptr && options.kind && !is_stream)
    return Recognised{options.from, *options.kind};
  if (options.from != nullptr && is_stream) return Recognised{options.from, MessageKind::kStream};
  Best best;
  auto try_one = [&](const Protocol& protocol) {
    Recognition recognition = protocol.recognise(root, sse_event);
    if (!Fits(protocol, recognition, is_stream, options)) return;
    Consider(protocol, recognition, options.to, best);
  };
  if (options.from != nullptr)
    try_one(*options.from);
  else if (const Protocol* by_head = ProtocolOfHead(head))
    try_one(*by_head);
  if (options.from == nullptr && best.count == 0) {
    // The neutral form says its name; its members have the names of many protocols.
    try_one(kNeutral);
    if (best.certainty == Certainty::kSure) return best.found;
    for (const Protocol* protocol : AllProtocols()) try_one(*protocol);
  }
  if (best.count == 0) return NothingFits(root, options);
  // A bare model + messages is what everybody means by "OpenAI format".
  if (best.found.kind == MessageKind::kRequest && best.found.protocol->id == "openai-chat") {
    best.found.assumed = best.fitting > 1 && best.certainty < Certainty::kSure;
    return best.found;
  }
  if (best.count == 1) return best.found;
  Error error = root.document().ErrorAt(
      root.id(), "this could be " + std::string(NameWithArticle(best.found.kind)) + " of " +
                     best.names + "; say which with --from" +
                     (options.kind ? "" : " (and --kind)"));
  error.kind = ErrorKind::kUnsupported;
  return error;
}

}  // namespace aiproxy
