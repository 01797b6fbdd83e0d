// Writes one message of application/vnd.amazon.eventstream.
// https://smithy.io/2.0/aws/amazon-eventstream.html
#pragma once

#include <string_view>

#include "core/json/output.h"
#include "core/stream/codec.h"

namespace aiproxy {

/// Appends the message with the headers that a service of AWS sends: :event-type or
/// :exception-type, :content-type and :message-type, all strings. A name may have 32,767 bytes;
/// what is longer is cut.
void AppendAwsMessage(std::string_view name, Frame::Type type, const Output& payload, Output& out);

}  // namespace aiproxy
