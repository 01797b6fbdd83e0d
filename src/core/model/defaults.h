// Values that say what leaving them out says, or what the target does anyway.
#pragma once

#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// Accounts for sampling parameters at their "off": one candidate, no penalties, no log
/// probabilities.
void UseDefaults(const Sampling& sampling, CodecContext& context);

/// Accounts for whether reasoning is shown, where there is one kind of summary only: the length
/// that the request wants for it is reported.
void UseDisplay(const Reasoning& reasoning, CodecContext& context);

}  // namespace aiproxy
