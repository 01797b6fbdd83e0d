// How much of a stream is held back: bounded, so that a stream without an end costs no memory.
#pragma once

#include <cstddef>

#include "core/json/document.h"
#include "core/model/limits.h"

namespace aiproxy {

class HeldBytes {
 public:
  /// kLimitExceeded when all together is more than Limits::max_accumulated_bytes.
  Status Charge(std::size_t bytes, const Limits& limits) {
    bytes_ += bytes;
    if (bytes_ <= limits.max_accumulated_bytes) return Ok();
    Error error;
    error.kind = ErrorKind::kLimitExceeded;
    error.message = "more is held back of a stream than the limit allows";
    return error;
  }

 private:
  std::size_t bytes_ = 0;
};

}  // namespace aiproxy
