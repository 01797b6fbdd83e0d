// What the streams of Chat Completions and legacy completions have in common, reading.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.h"

namespace aiproxy::openai {

/// The data of a frame without what stands around it; SSE leaves at most a space.
std::string_view TrimmedData(std::string_view data);

/// The members (id, model, ...) that the first chunk of a stream says and every later one repeats.
class RepeatedMembers {
 public:
  /// Remembers one of the first chunk. Of many the first ones: the others are told again.
  void Keep(std::string_view name, std::string_view json);
  /// Remembers another value from now on, if there was one.
  void Change(std::string_view name, std::string_view json);
  /// Whether the value says what is remembered by that name; it is accounted for then.
  bool Repeats(std::string_view name, const Value& value) const;

 private:
  struct Kept {
    std::string name;
    std::string json;
  };
  std::vector<Kept> kept_;
};

}  // namespace aiproxy::openai
