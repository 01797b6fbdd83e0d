// A whole response as the stream of events that it could have come in.
#pragma once

#include "core/model/context.h"
#include "core/stream/codec.h"

namespace aiproxy {

/// Start; for each candidate its parts as blocks of one piece each, and its finish; usage; End.
/// Nodes stay as they are, so what an encoder does not write is reported. Media and tool results
/// become opaque blocks of their wire value; those without one are left out. What the grammar has
/// no place for (extras of messages) is left out too, unmarked.
Status Unroll(const ChatResponse& response, CodecContext& context, EventSink& out);

/// Without members that have a wrong type: what is written in their place says it. They are
/// reported.
Extras FittingExtras(const Extras& extras, CodecContext& context);

}  // namespace aiproxy
