// The bounds that keep any input from using unbounded memory or time.
#pragma once

#include <cstddef>
#include <cstdint>

namespace aiproxy {

struct Limits {
  std::uint32_t max_depth = 128;                  // nesting of one JSON text
  std::size_t max_body_bytes = 64u << 20;         // one document, one line of NDJSON
  std::size_t max_event_bytes = 8u << 20;         // the data of one streamed frame
  std::size_t max_open_blocks = 1024;             // blocks of a stream that wait for their turn
  std::size_t max_accumulated_bytes = 64u << 20;  // what a stream holds back or aggregates
};

}  // namespace aiproxy
