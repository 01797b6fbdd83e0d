#include "core/stream/copy.h"

namespace aiproxy {

Raw CopySqueezed(const Raw& raw, Arena& arena) {
  if (raw.json.empty()) return {};
  char* begin = static_cast<char*>(arena.Allocate(raw.json.size(), 1));
  char* to = begin;
  bool in_string = false;
  for (std::size_t at = 0; at < raw.json.size(); ++at) {
    char c = raw.json[at];
    if (in_string) {
      if (c == '\\') {
        *to++ = c;
        c = raw.json[++at];
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      continue;
    }
    *to++ = c;
  }
  return {{begin, static_cast<std::size_t>(to - begin)}, kNoNode};
}

}  // namespace aiproxy
