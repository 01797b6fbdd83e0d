// Where the values of an aggregated response came from: which frame of the stream, and where in it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace aiproxy {

/// A place in a stream. `pointer` is into the frame's data ("" when only the frame is known).
struct Origin {
  std::int64_t event = -1;
  std::string pointer;
  bool whole = false;  // the value was carried with everything below it
};

/// Origins by pointers into the response in its neutral form.
class Origins {
 public:
  void Add(std::string pointer, Origin origin) {
    origins_.insert_or_assign(std::move(pointer), std::move(origin));
  }

  /// The origin of the value at `pointer`; else of the first one below it, else of the closest one
  /// around it. Its event is -1 when there is none.
  Origin Find(std::string_view pointer) const {
    std::string inside = std::string(pointer) + '/';
    if (auto below = origins_.lower_bound(inside); !origins_.contains(pointer) &&
                                                   !pointer.empty() && below != origins_.end() &&
                                                   below->first.starts_with(inside)) {
      return below->second;
    }
    for (std::string_view at = pointer; !at.empty(); at = at.substr(0, at.rfind('/'))) {
      auto found = origins_.find(at);
      if (found == origins_.end()) continue;
      Origin origin = found->second;
      if (origin.whole) origin.pointer += pointer.substr(at.size());
      return origin;
    }
    return {};
  }

 private:
  std::map<std::string, Origin, std::less<>> origins_;
};

}  // namespace aiproxy
