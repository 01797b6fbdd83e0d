// How much of a stream is kept for later, and the bound of it.
#pragma once

#include <cstddef>
#include <string>

#include "core/json/result.h"
#include "core/model/limits.h"

namespace aiproxy {

/// Of one decoder or encoder of one stream.
class HeldBytes {
 public:
  /// kLimitExceeded when more than Limits::max_accumulated_bytes are held then.
  Status Charge(std::size_t bytes, const Limits& limits) {
    bytes_ += bytes;
    if (bytes_ <= limits.max_accumulated_bytes) return Ok();
    return LimitExceeded("the stream holds back more than " +
                         std::to_string(limits.max_accumulated_bytes) + " bytes");
  }
  /// They were given up.
  void Release(std::size_t bytes) { bytes_ -= bytes; }

 private:
  std::size_t bytes_ = 0;
};

}  // namespace aiproxy
