// Edits of a request or response in place: only the edited bytes change.
#pragma once

#include <optional>
#include <string_view>

#include "core/json/output.h"
#include "core/protocols/protocol.h"

namespace aiproxy {

struct RequestEdits {
  std::string_view model;       // a JSON string; "" keeps the model
  std::optional<bool> stream;   // the streaming flag
  bool takes_head_out = false;  // the member that the request's head says instead
  bool is_in_path = false;      // model and flag are: the body's are edited only where they stand
};

/// Appends `text` (the bytes of `request`, or of the whole document around it) with the edits. A
/// model or a flag that is not there is added as the first member; without streaming, the options
/// of the stream go, because vendors refuse them. What is replaced stays; what is appended may
/// refer to `text`.
void SpliceRequest(const Value& request, std::string_view text, const Protocol& protocol,
                   const RequestEdits& edits, Output& out);

/// The same for a response, whose model is replaced where it has one. `model` as in RequestEdits.
void SpliceResponse(const Value& response, std::string_view text, const Protocol& protocol,
                    std::string_view model, Output& out);

}  // namespace aiproxy
