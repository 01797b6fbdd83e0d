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
  if (!root.is_object()) return Unexpected(root, "an object");
  std::string what = options.kind ? std::string(NameWithArticle(*options.kind))
                                  : "a request, response, stream or error";
  std::string whose =
      options.from != nullptr ? std::string(options.from->id) : "any known protocol";
  Error error =
      root.document().ErrorAt(root.id(), "this does not look like " + what + " of " + whose);
  return error;
}

/// The wire whose requests go to that path; nullptr when none does, or several.
const Protocol* WireOfPath(std::string_view path) {
  path = path.substr(0, path.find('?'));
  if (path.empty()) return nullptr;
  const Protocol* found = nullptr;
  std::size_t longest = 0;  // "/chat/completions" ends like "/completions"
  bool is_tie = false;
  for (const Protocol* wire : AllWires()) {
    RequestTarget target;
    std::size_t matched = 0;
    if (wire->read_path != nullptr)
      matched = wire->read_path(path, target).has_value() ? path.size() : 0;
    else if (!wire->path_end.empty() && path.ends_with(wire->path_end))
      matched = wire->path_end.size();
    if (matched == 0 || matched < longest) continue;
    is_tie = matched == longest;
    longest = matched;
    found = wire;
  }
  return is_tie ? nullptr : found;
}

/// The wire that the head alone tells; nullptr when it tells none.
const Protocol* WireOfHead(const HttpHead& head) {
  if (const Protocol* by_path = WireOfPath(head.path)) return by_path;
  if (head.headers.empty()) return nullptr;
  for (const Protocol* protocol : AllProtocols()) {
    std::string_view name = protocol->error_header;
    if (!name.empty() && head.Find(name) != nullptr) return protocol;
  }
  return nullptr;
}

/// Which of a vendor's wires it is, when protocol and kind are known.
const Protocol* WireOfVendor(const Value& root, std::string_view sse_event, MessageKind kind,
                             bool is_stream, std::string_view path,
                             const ExchangeOptions& options) {
  const Protocol& from = *options.from;
  if (from.capability != Capability::kChat || kind == MessageKind::kError) return &from;
  const Protocol* by_path = path.empty() ? nullptr : WireOfPath(path);
  for (const Protocol* wire : AllWires()) {
    if (wire->beside != from.id) continue;
    if (wire == by_path) return wire;
    if (!root.is_object()) continue;
    Recognition recognition = wire->recognise(root, sse_event);
    bool is_meant = !recognition.is_chat_too || options.capability == Capability::kCountTokens;
    if (is_meant && Fits(*wire, recognition, is_stream, options)) return wire;
  }
  return &from;
}

/// Of a wire that the path or the user has named: what chat shares with it is read as its own.
Recognition RecogniseNamed(const Protocol& wire, const Value& root, std::string_view sse_event) {
  Recognition recognition = wire.recognise(root, sse_event);
  if (recognition.certainty != Certainty::kNone) return recognition;
  return ChatOf(wire).recognise(root, sse_event);
}

/// With --capability count-tokens, a request that has nothing but what is counted is one already.
void PreferCounting(const Value& root, const ExchangeOptions& options, Recognised& found) {
  if (options.capability != Capability::kCountTokens || found.kind != MessageKind::kRequest) return;
  const Protocol* wire = WireOf(*found.protocol, Capability::kCountTokens);
  if (wire != nullptr && wire->recognise(root, "").is_chat_too) found.protocol = wire;
}

std::string_view VendorOf(const Protocol& wire) {
  return wire.beside.empty() ? wire.id : wire.beside;
}

/// Nobody has said which of the two is meant, and they name different models and endpoints.
Error Contradiction(const Value& root, std::string_view path, const Protocol& of_path,
                    const Protocol& of_body) {
  return root.document().ErrorAt(
      root.id(), "the path '" + std::string(path) + "' is one of " + std::string(of_path.id) +
                     ", but the body is a request of " + std::string(of_body.id) +
                     "; --from says which counts");
}

Error Tie(const Value& root, const Best& best, const ExchangeOptions& options) {
  Error error = root.document().ErrorAt(
      root.id(), "this could be " + std::string(NameWithArticle(best.found.kind)) + " of " +
                     best.names + "; say which with --from" +
                     (options.kind ? "" : " (and --kind)"));
  error.kind = ErrorKind::kUnsupported;
  return error;
}

}  // namespace

Result<Recognised> Recognise(const Value& root, std::string_view sse_event, bool is_stream,
                             const HttpHead& head, const ExchangeOptions& options) {
  const Protocol* from = options.from;
  if (from != nullptr && (is_stream || options.kind)) {
    MessageKind kind = is_stream ? MessageKind::kStream : *options.kind;
    return Recognised{WireOfVendor(root, sse_event, kind, is_stream, head.path, options), kind};
  }
  Best best;
  auto consider = [&](const Protocol& wire, const Recognition& recognition) {
    if (Fits(wire, recognition, is_stream, options)) Consider(wire, recognition, options.to, best);
  };
  auto try_one = [&](const Protocol& wire) {
    Recognition recognition = wire.recognise(root, sse_event);
    if (!recognition.is_chat_too) consider(wire, recognition);
  };
  const bool is_exact = from != nullptr && from->capability != Capability::kChat;
  const Protocol* named = is_exact ? from : WireOfHead(head);
  if (named != nullptr && (from == nullptr || named == from || named->beside == from->id))
    consider(*named, RecogniseNamed(*named, root, sse_event));
  if (best.count == 0 && from != nullptr && !is_exact) {
    for (const Protocol* wire : AllWires()) {
      if (wire == from || wire->beside == from->id) try_one(*wire);
    }
    if (from == &kNeutral) try_one(*from);
  } else if (best.count == 0 && from == nullptr) {
    // The neutral form says its name; its members have the names of many protocols.
    try_one(kNeutral);
    if (best.certainty == Certainty::kSure) return best.found;
    for (const Protocol* wire : AllWires()) try_one(*wire);
  }
  if (best.count == 0) return NothingFits(root, options);
  // A bare model + messages is what everybody means by "OpenAI format".
  if (best.found.kind == MessageKind::kRequest && best.found.protocol->id == "openai-chat")
    best.found.assumed = best.fitting > 1 && best.certainty < Certainty::kSure;
  else if (best.count > 1)
    return Tie(root, best, options);
  const Protocol* by_path = from == nullptr ? WireOfPath(head.path) : nullptr;
  if (by_path != nullptr && best.found.kind == MessageKind::kRequest &&
      VendorOf(*by_path) != VendorOf(*best.found.protocol)) {
    return Contradiction(root, head.path, *by_path, *best.found.protocol);
  }
  PreferCounting(root, options, best.found);
  return best.found;
}

}  // namespace aiproxy
