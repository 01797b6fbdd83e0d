// Which Claude a model name means, and what the API accepts for it.
#pragma once

#include <cstdint>
#include <string_view>

namespace aiproxy::anthropic_messages {

/// The version in a model name: "claude-sonnet-4-5-20250929" is 4.5, also behind a vendor's prefix
/// and in the spellings of Bedrock, Vertex and OpenRouter. 0.0 when the name has none.
struct ClaudeVersion {
  int major = 0;
  int minor = 0;

  bool known() const { return major != 0; }
  bool AtLeast(int other_major, int other_minor) const {
    return major != other_major ? major > other_major : minor >= other_minor;
  }

  /// Sampling parameters are refused from 4.7 on.
  bool accepts_sampling() const { return !known() || !AtLeast(4, 7); }
  /// temperature beside top_p is refused after 4.0.
  bool accepts_temperature_and_top_p() const { return known() && !AtLeast(4, 1); }
  /// thinking {adaptive} with output_config.effort instead of a budget.
  bool has_adaptive_thinking() const { return known() && AtLeast(4, 6); }
  /// thinking {enabled, budget_tokens}.
  bool has_thinking_budget() const { return !known() || !AtLeast(4, 7); }
  /// A message of role system after a user turn.
  bool has_system_messages() const { return known() && AtLeast(4, 8); }
  /// A limit that the model can write, where the source has none.
  std::int64_t default_max_tokens() const;
};

ClaudeVersion ParseClaudeVersion(std::string_view model);

}  // namespace aiproxy::anthropic_messages
