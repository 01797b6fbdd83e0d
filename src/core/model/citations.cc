#include "core/model/citations.h"

#include <optional>

#include "core/model/words.h"

namespace aiproxy {

Text CitedRange(const Citation& citation, std::string_view text) {
  std::optional<std::int64_t> start = citation.start.Int();
  std::optional<std::int64_t> end = citation.end.Int();
  if (!start || !end) return Text::Plain("");
  return Text::Plain(CodePointRange(text, *start, *end));
}

Text CoveredText(const Citation& citation, const Text& text, Arena& arena) {
  if (citation.cited_text.present()) return citation.cited_text;
  return CitedRange(citation, text.Decode(arena));
}

}  // namespace aiproxy
