// What becomes of the wanted form of an answer where the target has JSON Schemas only.
#pragma once

#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// Whether there is a schema to write; accounts for a format that cannot be written.
bool PlanSchema(const ResponseFormat& format, CodecContext& context);

}  // namespace aiproxy
