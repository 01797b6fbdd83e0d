#include "core/protocols/protocol.h"

namespace aiproxy {

std::string_view Name(MessageKind kind) {
  switch (kind) {
    case MessageKind::kRequest:
      return "request";
    case MessageKind::kResponse:
      return "response";
    case MessageKind::kStream:
      return "stream";
    case MessageKind::kError:
      return "error";
  }
  return "";
}

std::string_view Name(Capability capability) {
  switch (capability) {
    case Capability::kChat:
      return "chat";
    case Capability::kCountTokens:
      return "count-tokens";
    case Capability::kCompletions:
      return "completions";
  }
  return "";
}

std::string_view Title(Capability capability) {
  switch (capability) {
    case Capability::kChat:
      return "Chat";
    case Capability::kCountTokens:
      return "Token counting";
    case Capability::kCompletions:
      return "Legacy completions";
  }
  return "";
}

std::string_view NameWithArticle(MessageKind kind) {
  switch (kind) {
    case MessageKind::kRequest:
      return "a request";
    case MessageKind::kResponse:
      return "a response";
    case MessageKind::kStream:
      return "a stream";
    case MessageKind::kError:
      return "an error";
  }
  return "";
}

}  // namespace aiproxy
