// A body with what HTTP says around it: read as JSON, written as JSON or as an HTTP/1.1 message.
#pragma once

#include <optional>

#include "core/exchange/options.h"
#include "core/json/value.h"
#include "core/json/writer.h"

namespace aiproxy {

/// A document's body and head. Without an envelope the head is empty and the body is the root.
struct Envelope {
  Value body;
  HttpHead head;
};

/// Recognises {"method","path","status","headers","body"} (any of the first four beside a body).
/// What HTTP says is transport, not message: those members are marked as used.
Status OpenEnvelope(const Value& root, Accounting& accounting, Envelope& envelope);

/// The headers of an answer that mean the same to every client: retry-after, and the request id
/// under the name that `to` gives it.
HttpHead AnswerHead(const HttpHead& from, const Protocol& to, int status, const Text& request_id);

/// Writes head and body the way `emit` says; kBody writes the body alone.
void WriteEnvelope(const HttpHead& head, Output& body, Emit emit, Output& out);

}  // namespace aiproxy
