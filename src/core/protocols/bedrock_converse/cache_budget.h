// Cache points of a request from another protocol: a block behind the one it marks, and few.
#pragma once

#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

/// To be asked in the order of the prompt: tools, system, messages.
/// https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
class CacheBudget {
 public:
  CacheBudget(Family family, CodecContext& context) : family_(family), context_(context) {}

  /// The cache point behind what was just written, if the mark is there and the model caches.
  void WritePoint(const CacheMark& mark, Writer& writer);

 private:
  Family family_;
  CodecContext& context_;
  int left_ = 4;
};

}  // namespace aiproxy::bedrock_converse
