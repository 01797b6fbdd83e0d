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
  Value headers;  // invalid when there are none
  HttpHead head;
};

/// Recognises {"method","path","status","headers","body"} (any of the first four beside a body).
/// Method, path and status are marked as used; the headers await AccountHeaders.
Status OpenEnvelope(const Value& root, Accounting& accounting, Envelope& envelope);

/// Marks the headers that are transport (content-type, credentials, ...) or that every answer may
/// have (retry-after, request ids), and with `all_are_written` those that the head holds. The
/// rest say something to their vendor, and are reported like any member without a place.
void AccountHeaders(const Envelope& envelope, bool all_are_written, Accounting& accounting);

/// Gives `head` what it lacks of `made`. False when a header that it has says something else.
bool FillHead(const HttpHead& made, HttpHead& head);

/// The headers of an answer that mean the same to every client: retry-after, and the request id
/// under the name that `to` gives it.
HttpHead AnswerHead(const HttpHead& from, const Protocol& to, int status, const Text& request_id);

/// Writes head and body the way `emit` says; kBody writes the body alone.
void WriteEnvelope(const HttpHead& head, Output& body, Emit emit, Output& out);

}  // namespace aiproxy
