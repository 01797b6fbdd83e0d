// What a request says twice although the target takes it once: functions, and ids of calls.
#pragma once

#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// The tools without functions whose name was declared before; each of those is reported.
List<ToolDefinition> DistinctTools(const List<ToolDefinition>& tools, CodecContext& context);

/// The messages with an id for each call that no other has. A result belongs to the first call of
/// its id in the turn before that has none yet, and gets the same id; each change is reported.
List<Message> DistinctCalls(const List<Message>& messages, CodecContext& context);

}  // namespace aiproxy
