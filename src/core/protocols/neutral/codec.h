// The pseudo protocol "neutral": the neutral model printed as JSON, and read back.
#pragma once

#include "core/protocols/protocol.h"

namespace aiproxy {

extern const Protocol kNeutral;

}  // namespace aiproxy
