// The words that the readable form of events has for kinds, tiers and reasons.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/model/model.h"
#include "core/stream/event.h"

namespace aiproxy::neutral_words {

// In the order of their enums.
template <class E>
inline constexpr std::array<std::string_view, 0> kWords;

template <>
inline constexpr auto kWords<BlockKind> = std::to_array<std::string_view>({"text", "refusal",
                                                                           "reasoning", "tool_call",
                                                                           "media", "opaque"});

template <>
inline constexpr auto kWords<MediaPart::Kind> =
    std::to_array<std::string_view>({"image", "audio", "video", "document"});

template <>
inline constexpr auto kWords<MediaPart::Source> = std::to_array<std::string_view>(
    {"url", "base64", "file_id", "vendor_uri", "text", "content", "unknown"});

template <>
inline constexpr auto kWords<Issuer> =
    std::to_array<std::string_view>({"unknown", "anthropic", "openai", "google", "xai", "other"});

template <>
inline constexpr auto kWords<SourcePlace::Unit> =
    std::to_array<std::string_view>({"", "characters", "pages", "chunks", "search_chunks"});

template <>
inline constexpr auto kWords<ServiceTier> =
    std::to_array<std::string_view>({"auto", "standard", "priority", "flex", "scale", "batch"});

template <>
inline constexpr auto kWords<FinishReason::Kind> =
    std::to_array<std::string_view>({"", "stop", "stop_sequence", "length", "context_length",
                                     "tool_calls", "content_filter", "pause", "other"});

template <>
inline constexpr auto kWords<ApiErrorKind> = std::to_array<std::string_view>(
    {"invalid_request", "authentication", "billing", "permission", "not_found", "conflict",
     "too_large", "unprocessable", "rate_limit", "api", "timeout", "overloaded"});

/// "" for an unset finish reason.
template <class E>
constexpr std::string_view Word(E value) {
  return kWords<E>[static_cast<std::size_t>(value)];
}

template <class E>
constexpr std::optional<E> FromWord(std::string_view word) {
  for (std::size_t i = 0; i < kWords<E>.size(); ++i) {
    if (kWords<E>[i] == word) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace aiproxy::neutral_words
