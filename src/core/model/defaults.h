// Values that say what leaving them out says, whatever the protocol.
#pragma once

#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// Accounts for sampling parameters at their "off": one candidate, no penalties, no log
/// probabilities.
void UseDefaults(const Sampling& sampling, CodecContext& context);

}  // namespace aiproxy
