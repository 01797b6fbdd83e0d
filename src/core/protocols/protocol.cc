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

}  // namespace aiproxy
