// The bounds that keep any input from using unbounded memory or time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/json/document.h"

namespace aiproxy {

/// Memory follows from them: beside the text itself a document takes 16 bytes a node and what the
/// model makes of it, in the worst case (a message of four nodes) some 150 bytes a node.
struct Limits {
  std::uint32_t max_depth = 128;                  // nesting of one JSON text
  std::size_t max_nodes = 4u << 20;               // values and member names of one JSON text
  std::size_t max_body_bytes = 64u << 20;         // one document
  std::size_t max_event_bytes = 32u << 20;        // the data of one streamed frame
  std::size_t max_open_blocks = 1024;             // blocks of a stream that wait for their turn
  std::size_t max_accumulated_bytes = 64u << 20;  // what a stream holds back or aggregates

  /// Of a whole document.
  JsonLimits Body() const { return {max_depth, max_body_bytes, max_nodes}; }
  /// Of the data of a frame.
  JsonLimits Event() const { return {max_depth, max_event_bytes, max_nodes}; }
};

}  // namespace aiproxy
