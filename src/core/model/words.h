// Words and tables that several protocols share: effort and thinking budgets, vendors, media types.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// "none", "minimal", "low", "medium", "high", "xhigh", "max".
std::string_view Word(Effort effort);
std::optional<Effort> EffortOf(std::string_view word);

/// "image", "audio", "video", "document".
constexpr std::string_view Word(MediaPart::Kind kind) {
  switch (kind) {
    case MediaPart::Kind::kImage:
      return "image";
    case MediaPart::Kind::kAudio:
      return "audio";
    case MediaPart::Kind::kVideo:
      return "video";
    case MediaPart::Kind::kDocument:
      return "document";
  }
  return {};
}

/// Tokens of thinking that stand for an effort where the wire wants a budget (policy, see
/// docs/protocols): minimal 1024, low 4096, medium 8192, high 16384, xhigh 24576, max 32768.
std::int64_t BudgetOf(Effort effort);
/// The smallest effort whose budget is at least `budget`.
Effort EffortOfBudget(std::int64_t budget);

/// The vendor of a model by its name, whoever hosts it: "us.anthropic.claude-opus-4-1",
/// "claude-opus-4-1@20250805" and "anthropic/claude-opus-4.1" are kAnthropic.
Issuer IssuerOfModel(std::string_view model);
/// reasoning_details' format word of an issuer ("anthropic-claude-v1"); "unknown" for others.
/// https://openrouter.ai/docs/use-cases/reasoning-tokens
std::string_view ReasoningFormat(Issuer issuer);
Issuer IssuerOfFormat(std::string_view format);

/// Splits "data:image/png;base64,AAAA": false when `url` is not a data URL. `media_type` and
/// `data` are parts of `url`'s bytes and carry its node. `base64` says how the data is encoded.
bool SplitDataUrl(const Text& url, Text& media_type, Text& data, bool& base64);
/// "image/jpg" is not a media type but common: image/jpeg. Others as they are.
Text NormalisedMediaType(const Text& media_type);
/// The media type that the first bytes of base64 data show; "" when they say nothing.
std::string_view SniffedMediaType(std::string_view base64);
/// Decodes base64 (also with line breaks, also url-safe); nullopt when it is not base64.
std::optional<std::string> DecodeBase64(std::string_view text);

/// The kind of an API error by its HTTP status, and the usual status of a kind.
ApiErrorKind ErrorKindOfStatus(int status);
int StatusOf(ApiErrorKind kind);

/// Code points of decoded text: what citation indices count.
std::int64_t CodePoints(std::string_view utf8);
std::int64_t CodePointsOf(const Text& text);
/// The code points from `start` to `end` (exclusive), or to the end of the text; "" when they are
/// no range of it.
std::string_view CodePointRange(std::string_view utf8, std::int64_t start, std::int64_t end);

/// A name of [a-zA-Z0-9_-] with at most `limit` bytes: as it is, else with '_' for every other
/// byte, cut, and marked with a hash of the original.
std::string_view ValidName(std::string_view name, std::size_t limit, Arena& arena);
/// Appends '_' and eight hex digits that tell changed names of different origin apart.
void AppendNameMark(std::string_view original, std::string& name);
/// Whether it has nothing but [a-zA-Z0-9_-].
bool IsNameLike(std::string_view name);

/// A type of tool that Anthropic's API defines: "bash_20250124", "mcp_toolset". Gateways take them
/// in requests of other protocols too.
bool IsAnthropicToolType(std::string_view type);

/// Text that is empty or has nothing but white space (after decoding).
bool IsBlank(const Text& text);

}  // namespace aiproxy
