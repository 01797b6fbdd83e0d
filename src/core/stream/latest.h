// What a stream tells more than once, for those that tell it at the end: later values replace
// earlier ones, name by name.
#pragma once

#include <cstdint>

#include "core/json/arena.h"
#include "core/model/context.h"
#include "core/model/model.h"
#include "core/stream/held_bytes.h"

namespace aiproxy {

/// Takes over a value that is there, without its node, which is accounted for.
template <class T>
void TakeLatest(const Sourced<T>& said, Sourced<T>& held, CodecContext& context) {
  if (!said.present()) return;
  held = Sourced<T>(said.value);
  context.accounting.Use(said.node);
}

/// Takes over members, and marks them when there is an accounting; what `held` has is in `arena`.
/// Returns how many bytes that took. Searches 256 names, so that very many stay cheap.
std::size_t TakeLatest(const Extras& said, Extras& held, Arena& arena, Accounting* accounting);

/// The members of one object.
class LatestExtras {
 public:
  /// kLimitExceeded as HeldBytes has it.
  Status Take(const Extras& said, CodecContext& context);
  const Extras& extras() const { return extras_; }

 private:
  Arena arena_;
  HeldBytes bytes_;
  Extras extras_;
};

/// The usage of an answer.
class LatestUsage {
 public:
  /// What the same protocol says (`own`) is kept whole, of others the counts. `placeless`: one that
  /// the target cannot tell; unless it is 0 it is not accounted for, and so reported.
  /// kLimitExceeded as HeldBytes has it.
  Status Take(const Usage& said, bool own, CodecContext& context,
              Sourced<std::int64_t> Usage::*placeless = nullptr);
  bool present() const { return usage_.present(); }
  const Usage& usage() const { return usage_; }

 private:
  Arena arena_;
  HeldBytes bytes_;
  Usage usage_;
};

}  // namespace aiproxy
