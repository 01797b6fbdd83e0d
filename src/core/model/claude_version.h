// Which Claude a model name means, and what the API accepts for it.
#pragma once

#include <cstdint>
#include <string_view>

namespace aiproxy {

enum class ClaudeFamily : std::uint8_t { kUnknown, kOpus, kSonnet, kHaiku, kFable, kMythos };

/// The version in a model name: "claude-sonnet-4-5-20250929" is 4.5, also behind a vendor's prefix
/// and in the spellings of Bedrock, Vertex and OpenRouter. 0.0 when the name has none.
struct ClaudeVersion {
  /// What remains of thinking when it shall be off.
  enum class Off : std::uint8_t { kDisabled, kBetweenTools, kAlwaysOn };

  int major = 0;
  int minor = 0;
  ClaudeFamily family = ClaudeFamily::kUnknown;

  bool known() const { return major != 0; }
  bool AtLeast(int other_major, int other_minor) const {
    return major != other_major ? major > other_major : minor >= other_minor;
  }

  /// Sampling parameters are refused from 4.7 on.
  bool accepts_sampling() const { return !known() || !AtLeast(4, 7); }
  /// temperature beside top_p is refused from 4.0 on.
  bool accepts_temperature_and_top_p() const { return known() && !AtLeast(4, 0); }
  /// Thinking came with 3.7.
  bool has_thinking() const { return !known() || AtLeast(3, 7); }
  /// thinking {adaptive} with output_config.effort instead of a budget.
  bool has_adaptive_thinking() const {
    return family == ClaudeFamily::kMythos || (known() && AtLeast(4, 6));
  }
  /// The effort 'xhigh' came with 4.7.
  bool has_xhigh_effort() const { return !known() || AtLeast(4, 7); }
  Off thinking_off() const;
  /// tool_choice {any} and {tool}.
  bool accepts_forced_tool() const;
  /// thinking {enabled, budget_tokens}.
  bool has_thinking_budget() const { return !known() || !AtLeast(4, 7); }
  /// A message of role system after a user turn.
  bool has_system_messages() const {
    bool is_sonnet_5 = family == ClaudeFamily::kSonnet && major == 5 && minor == 0;
    return known() && AtLeast(4, 8) && !is_sonnet_5;
  }
  /// The most that max_tokens may say; 0 when it is beyond what this program makes up.
  std::int64_t output_ceiling() const {
    return family == ClaudeFamily::kOpus && major == 4 && minor <= 1 ? 32000 : 0;
  }
  /// A limit that the model can write, where the source has none.
  std::int64_t default_max_tokens() const;
};

ClaudeVersion ParseClaudeVersion(std::string_view model);

}  // namespace aiproxy
