// How a stream ends whose bytes end before it is complete.
#pragma once

#include <string_view>

#include "core/stream/event.h"

namespace aiproxy {

/// `protocol`: the id of the one that was read; static storage.
inline StreamError CutStream(std::string_view protocol) {
  StreamError event;
  event.error.kind = ApiErrorKind::kApi;
  event.error.message = Text::Plain("upstream stream ended before it was complete");
  event.error.node = kNoNode;
  event.error.protocol = protocol;
  return event;
}

}  // namespace aiproxy
