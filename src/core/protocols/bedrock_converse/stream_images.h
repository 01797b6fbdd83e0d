// Images of a stream: the format comes with the start of the block, the bytes in deltas.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

class StreamImages {
 public:
  explicit StreamImages(const Limits& limits) : limits_(limits) {}

  /// Takes the start of an image; false when it is anything else.
  bool Begin(std::int64_t index, const Value& start, CodecContext& context);
  /// Takes a piece of an image that has begun; `taken` says whether it was one.
  Status Add(std::int64_t index, const Value& delta, CodecContext& context, bool& taken);
  bool Has(std::int64_t index) const;
  // Those that have not ended.
  bool empty() const { return images_.empty(); }
  std::int64_t first() const { return images_.front().index; }
  /// The whole image, which is then forgotten; `data` is absent when no piece came. The text lives
  /// in the arena.
  MediaPart Take(std::int64_t index, Arena& arena);

 private:
  struct Image {
    std::int64_t index;
    MediaPart media;
    std::string base64;
  };

  const Limits limits_;
  std::vector<Image> images_;
};

}  // namespace aiproxy::bedrock_converse
