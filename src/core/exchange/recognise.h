// Which protocol and kind a document is, from its content.
#pragma once

#include <string>
#include <string_view>

#include "core/exchange/options.h"
#include "core/json/value.h"

namespace aiproxy {

/// What was recognised. `assumed` is set when the content would fit several protocols and the
/// commonest was taken.
struct Recognised {
  const Protocol* protocol = nullptr;
  MessageKind kind = MessageKind::kRequest;
  bool assumed = false;
  Platform platform = Platform::kVendor;  // of a request
};

/// Looks at the root of a document, or at the first frame of a stream. What the options already
/// say narrows the search, and so does `head` (may be empty) when its path or a header is one
/// protocol's. Errors that several protocols write alike are taken for the target's when it is one
/// of those. A tie, or nothing that fits, is an error (kUnsupported for a tie that an option can
/// settle).
Result<Recognised> Recognise(const Value& root, std::string_view sse_event, bool is_stream,
                             const HttpHead& head, const ExchangeOptions& options);

}  // namespace aiproxy
