// Frames that only their own protocol understands, in and out.
#pragma once

#include <string_view>

#include "core/json/value.h"
#include "core/stream/codec.h"

namespace aiproxy {

/// The frame with the object `root` as an event. `protocol`: static storage.
inline OpaqueEvent OpaqueOf(std::string_view protocol, std::string_view name, const Value& root) {
  OpaqueEvent event;
  event.protocol = protocol;
  event.name = Text::Plain(name);
  event.value = Raw::Of(root);
  return event;
}

/// Writes the frame as it came where it has a place; else it is given up with a report.
inline void WriteOpaque(const OpaqueEvent& event, bool has_place, CodecContext& context,
                        FrameWriter& frames) {
  if (!has_place) {
    return DropAt(context, event.value.node, kPartDropped, "an event '{}' has no place in {target}",
                  event.name.bytes);
  }
  Writer writer = frames.Begin(event.name.Decode(), context);
  writer.Value(event.value);
  frames.End();
}

}  // namespace aiproxy
