// What a translation is asked to do, the same for documents and streams.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/model/diagnostic_codes.h"
#include "core/model/limits.h"
#include "core/protocols/protocol.h"

namespace aiproxy {

/// Which losses turn a translation into an error.
struct LossPolicy {
  bool refuse_dropped = false;
  bool refuse_degraded = false;
  bool refuse_invented = false;

  bool Refuses(Loss loss) const {
    switch (loss) {
      case Loss::kNone:
        return false;
      case Loss::kDropped:
        return refuse_dropped;
      case Loss::kDegraded:
        return refuse_degraded;
      case Loss::kInvented:
        return refuse_invented;
    }
    return false;
  }
};

/// What is written: the body alone, {"method","path","headers","body"}, or an HTTP/1.1 message.
enum class Emit : std::uint8_t { kBody, kEnvelope, kHttp };

struct ExchangeOptions {
  const Protocol* to = nullptr;
  const Protocol* from = nullptr;        // nullptr: recognised from the content
  std::optional<MessageKind> kind;       // nullopt: recognised from the content
  std::optional<Capability> capability;  // nullopt: as the input has it (core/exchange/target.h)
  std::optional<std::string> model;      // replaces the model of a request or an answer
  std::optional<bool> stream;            // replaces the request's streaming flag
  std::string path;  // of the request or answer that is read, when it stands outside the body
  std::optional<Platform> platform;  // whose flavour of a request is written; nullopt: as it came
                                     // when the protocol stays the same, else the vendor's
  Emit emit = Emit::kBody;
  std::optional<Framing> framing;  // of the stream that is written; nullopt: the protocol's usual
                                   // one, or as it came when the protocol stays the same
  bool aggregate = false;          // a stream becomes a response
  bool unroll = false;             // a response becomes a stream
  bool through_codecs = false;     // decode and encode even when both sides speak one protocol
  LossPolicy on_loss;
  std::int64_t unix_time = 0;  // for times that a target demands
  Limits limits;
};

}  // namespace aiproxy
