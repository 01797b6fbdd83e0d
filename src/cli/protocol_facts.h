// What can be said of a protocol to somebody who asks: what it is for, what it reads and writes.
#pragma once

#include <string_view>
#include <vector>

#include "core/protocols/protocol.h"

namespace aiproxy {

/// "sse", "ndjson", "aws-event-stream".
std::string_view FramingId(Framing framing);
/// In what its streams are sent; the usual one first.
std::vector<Framing> FramingsOf(const Protocol& protocol);

/// "vendor", "bedrock", "vertex".
std::string_view PlatformId(Platform platform);
/// For whom its requests can be written; the vendor first.
std::vector<Platform> PlatformsOf(const Protocol& protocol);

/// What it is for: "chat", and what its vendor has beside that.
std::vector<std::string_view> CapabilitiesOf(const Protocol& protocol);

/// Of "request", "response", "stream", "error", those that can be read and written.
std::vector<std::string_view> KindsRead(const Protocol& protocol);
std::vector<std::string_view> KindsWritten(const Protocol& protocol);

}  // namespace aiproxy
