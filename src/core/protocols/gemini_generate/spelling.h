// Member names in both spellings that proto3 JSON allows: lowerCamel, and snake_case.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/json/field_names.h"
#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/model/context.h"

namespace aiproxy::gemini_generate {

using CamelBuffer = std::array<char, 64>;

/// "max_output_tokens" -> "maxOutputTokens", in `buffer`; other names as they are, and "" for one
/// with both capitals and underscores.
std::string_view CamelName(std::string_view name, CamelBuffer& buffer);

inline bool IsSnake(const Value& key) { return key.body().find('_') != std::string_view::npos; }

/// The index of a key, in either spelling, among lowerCamel names.
template <std::size_t N>
int FindSpelled(const FieldNames<N>& names, const Value& key) {
  CamelBuffer buffer;
  if (!key.escaped()) return names.Find(CamelName(key.body(), buffer));
  std::string decoded = key.Decoded();
  return names.Find(CamelName(decoded, buffer));
}

/// The last member of that lowerCamel name in either spelling.
Value FindSpelled(const Value& object, std::string_view camel);

/// The member's name; in snake_case when `snake`.
void SpelledKey(std::string_view camel, bool snake, Writer& writer);

template <class T>
void SpelledMember(std::string_view camel, bool snake, const T& value, Writer& writer) {
  if (!value.present()) return;
  SpelledKey(camel, snake, writer);
  writer.Value(value);
}

/// Calls f(index, member) for each member; kUnknown for names that are not in the set. Of a member
/// that comes again in the other spelling the last one counts, and the earlier is reported.
template <std::size_t N, class F>
void ForEachSpelled(const Value& object, const FieldNames<N>& names, CodecContext& context, F f) {
  std::array<NodeId, N> seen;
  seen.fill(kNoNode);
  for (Member m : object.members()) {
    int index = FindSpelled(names, m.key);
    if (index >= 0) {
      NodeId& before = seen[static_cast<std::size_t>(index)];
      if (before != kNoNode && !Value(object.document(), before - 1).Is(m.key.Decoded())) {
        context.accounting.Drop(
            before, kDuplicateMember,
            "'{}' comes again later in the same object, and the last one counts",
            object.document().Raw(before - 1));
      }
      before = m.value.id();
    }
    f(index, m);
  }
}

}  // namespace aiproxy::gemini_generate
