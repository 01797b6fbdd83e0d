// What the streams of Chat Completions and legacy completions have in common, reading.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.h"
#include "core/model/model.h"

namespace aiproxy::openai {

/// The data of a frame without what stands around it; SSE leaves at most a space.
std::string_view TrimmedData(std::string_view data);

/// A member that the first chunk of a stream says and every later one repeats: id, model, ...
class RepeatedMember {
 public:
  /// Remembers what the first chunk says: JSON as it came.
  void Keep(std::string_view json) { json_ = json; }
  /// Whether the value says what is remembered; it is accounted for then.
  bool Repeats(const Value& value) const {
    if (value.raw() != json_) return false;
    value.document().Cover(value.id());
    return true;
  }

 private:
  std::string json_;
};

/// Those that have no name of their own here.
class RepeatedMembers {
 public:
  /// Remembers members of the first chunk. Of many the first ones: the others are told again.
  void Keep(const Extras& extras);
  /// Remembers another value from now on, if there was one.
  void Change(const ExtraMember& extra);
  /// Whether the member says what is remembered; it is accounted for then.
  bool Repeats(const Member& member) const {
    for (const Kept& kept : kept_) {
      if (kept.name == member.key.body()) return kept.value.Repeats(member.value);
    }
    return false;
  }

 private:
  struct Kept {
    std::string name;
    RepeatedMember value;
  };
  std::vector<Kept> kept_;
};

}  // namespace aiproxy::openai
