// What a Gemini model can do, by its name.
#pragma once

#include <cstdint>
#include <string_view>

namespace aiproxy::gemini_generate {

/// Names that do not say a version count as the newest: "gemini-flash-latest", tuned models.
/// https://ai.google.dev/gemini-api/docs/thinking
struct GeminiModel {
  int major = 0;  // 0: the name does not say
  int minor = 0;
  bool is_pro = false;
  bool is_lite = false;

  explicit GeminiModel(std::string_view name);

  bool thinks() const { return major == 0 || major > 2 || (major == 2 && minor >= 5); }
  /// Whether thinking is told in levels, and not as a budget of tokens.
  bool has_levels() const { return major == 0 || major >= 3; }
  bool has_minimal_level() const { return !is_pro; }
  bool takes_media_in_results() const { return has_levels(); }
  bool takes_json_with_functions() const { return has_levels(); }
  bool takes_search_with_functions() const { return has_levels(); }
  bool takes_json_schema() const { return thinks(); }

  std::int64_t least_budget() const { return is_pro ? 128 : is_lite ? 512 : 1; }
  std::int64_t most_budget() const { return is_pro ? 32768 : 24576; }
};

}  // namespace aiproxy::gemini_generate
