// What a stream tells more than once, for encoders that tell it at the end: the latest counts.
#pragma once

#include <cstdint>
#include <string>

#include "core/json/output.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// Takes over a value that is there, without its node, which is accounted for.
template <class T>
void TakeLatest(const Sourced<T>& said, Sourced<T>& held, CodecContext& context) {
  if (!said.present()) return;
  held = Sourced<T>(said.value);
  context.accounting.Use(said.node);
}

/// The same of each count. `placeless`: one that the target cannot tell; unless it is 0 it is not
/// accounted for, and so reported.
void TakeLatest(const Usage& said, Usage& held, CodecContext& context,
                Sourced<std::int64_t> Usage::*placeless = nullptr);

/// Usage for the end of a stream, as the protocol writes it.
class LatestUsage {
 public:
  /// Writes the object. `own`: it was read from the same protocol.
  using WriteFn = void (*)(const Usage& usage, bool own, Writer& writer);
  explicit LatestUsage(WriteFn write) : write_(write) {}

  /// What the same protocol says is kept whole, of others the counts.
  void Take(const Usage& said, bool own, CodecContext& context);
  bool present() const { return usage_.present(); }
  /// Of what is present.
  void Write(Writer& writer) const;

 private:
  WriteFn write_;
  Usage usage_;
  std::string own_;  // what the same protocol has said, as JSON
};

}  // namespace aiproxy
