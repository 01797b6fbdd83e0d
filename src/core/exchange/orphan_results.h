// Tool results that answer nothing: carried as they are, but said, because vendors refuse them.
#pragma once

#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// Notes each tool result whose call does not stand before it. n log n in calls and results.
void NoteOrphanResults(const ChatRequest& request, CodecContext& context);

}  // namespace aiproxy
