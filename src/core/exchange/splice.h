// Edits of a request in place: only the edited bytes change.
#pragma once

#include <optional>
#include <string_view>

#include "core/json/output.h"
#include "core/protocols/protocol.h"

namespace aiproxy {

/// Appends `text` (the bytes of `request`, or of the whole document around it) with the model
/// (a JSON string; "" keeps it) and the streaming flag replaced. A model or a flag that is not
/// there is added as the first member. What is replaced stays; what is appended may refer to
/// `text`.
void SpliceRequest(const Value& request, std::string_view text, const Protocol& protocol,
                   std::string_view model, const std::optional<bool>& stream, Output& out);

}  // namespace aiproxy
