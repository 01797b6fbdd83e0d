// The words of the neutral form, for documents and events: one switch an enumeration, used both
// ways.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/model/model.h"
#include "core/model/words.h"
#include "core/stream/event.h"

namespace aiproxy::neutral {

// Each returns "" past its last enumerator. A new enumerator breaks the build (-Wswitch).

constexpr std::string_view WordOf(Role role) {
  switch (role) {
    case Role::kSystem:
      return "system";
    case Role::kDeveloper:
      return "developer";
    case Role::kUser:
      return "user";
    case Role::kAssistant:
      return "assistant";
    case Role::kTool:
      return "tool";
    case Role::kFunction:
      return "function";
  }
  return {};
}

constexpr std::string_view WordOf(Issuer issuer) {
  switch (issuer) {
    case Issuer::kUnknown:
      return "unknown";
    case Issuer::kAnthropic:
      return "anthropic";
    case Issuer::kOpenAi:
      return "openai";
    case Issuer::kGoogle:
      return "google";
    case Issuer::kXai:
      return "xai";
    case Issuer::kOther:
      return "other";
  }
  return {};
}

constexpr std::string_view WordOf(MediaPart::Kind kind) { return Word(kind); }

constexpr std::string_view WordOf(MediaPart::Source source) {
  switch (source) {
    case MediaPart::Source::kUrl:
      return "url";
    case MediaPart::Source::kBase64:
      return "base64";
    case MediaPart::Source::kFileId:
      return "file_id";
    case MediaPart::Source::kVendorUri:
      return "vendor_uri";
    case MediaPart::Source::kText:
      return "text";
    case MediaPart::Source::kContent:
      return "content";
    case MediaPart::Source::kUnknown:
      return "unknown";
  }
  return {};
}

constexpr std::string_view WordOf(Platform platform) {
  switch (platform) {
    case Platform::kVendor:
      return "vendor";
    case Platform::kBedrock:
      return "bedrock";
    case Platform::kVertex:
      return "vertex";
  }
  return {};
}

constexpr std::string_view WordOf(SourcePlace::Unit unit) {
  switch (unit) {
    case SourcePlace::Unit::kUnset:
      return "unset";
    case SourcePlace::Unit::kCharacters:
      return "characters";
    case SourcePlace::Unit::kPages:
      return "pages";
    case SourcePlace::Unit::kChunks:
      return "chunks";
    case SourcePlace::Unit::kSearchChunks:
      return "search_chunks";
  }
  return {};
}

constexpr std::string_view WordOf(ToolDefinition::Kind kind) {
  switch (kind) {
    case ToolDefinition::Kind::kFunction:
      return "function";
    case ToolDefinition::Kind::kCustom:
      return "custom";
    case ToolDefinition::Kind::kWebSearch:
      return "web_search";
    case ToolDefinition::Kind::kOpaque:
      return "opaque";
  }
  return {};
}

constexpr std::string_view WordOf(ToolChoice::Mode mode) {
  switch (mode) {
    case ToolChoice::Mode::kUnset:
      return "unset";
    case ToolChoice::Mode::kAuto:
      return "auto";
    case ToolChoice::Mode::kNone:
      return "none";
    case ToolChoice::Mode::kRequired:
      return "required";
    case ToolChoice::Mode::kNamed:
      return "named";
    case ToolChoice::Mode::kOpaque:
      return "opaque";
  }
  return {};
}

constexpr std::string_view WordOf(ResponseFormat::Kind kind) {
  switch (kind) {
    case ResponseFormat::Kind::kUnset:
      return "unset";
    case ResponseFormat::Kind::kText:
      return "text";
    case ResponseFormat::Kind::kJsonObject:
      return "json_object";
    case ResponseFormat::Kind::kJsonSchema:
      return "json_schema";
    case ResponseFormat::Kind::kOpaque:
      return "opaque";
  }
  return {};
}

inline std::string_view WordOf(Effort effort) {
  return effort <= Effort::kMax ? Word(effort) : std::string_view();
}

constexpr std::string_view WordOf(Reasoning::Mode mode) {
  switch (mode) {
    case Reasoning::Mode::kUnset:
      return "unset";
    case Reasoning::Mode::kEnabled:
      return "enabled";
    case Reasoning::Mode::kAdaptive:
      return "adaptive";
    case Reasoning::Mode::kDisabled:
      return "disabled";
  }
  return {};
}

constexpr std::string_view WordOf(Reasoning::Display display) {
  switch (display) {
    case Reasoning::Display::kOmitted:
      return "omitted";
    case Reasoning::Display::kSummarized:
      return "summarized";
  }
  return {};
}

constexpr std::string_view WordOf(SchemaDialect dialect) {
  switch (dialect) {
    case SchemaDialect::kJsonSchema:
      return "json_schema";
    case SchemaDialect::kGoogle:
      return "google";
  }
  return {};
}

constexpr std::string_view WordOf(ServiceTier tier) {
  switch (tier) {
    case ServiceTier::kAuto:
      return "auto";
    case ServiceTier::kStandard:
      return "standard";
    case ServiceTier::kPriority:
      return "priority";
    case ServiceTier::kFlex:
      return "flex";
    case ServiceTier::kScale:
      return "scale";
    case ServiceTier::kBatch:
      return "batch";
  }
  return {};
}

constexpr std::string_view WordOf(FinishReason::Kind kind) {
  switch (kind) {
    case FinishReason::Kind::kUnset:
      return "unset";
    case FinishReason::Kind::kStop:
      return "stop";
    case FinishReason::Kind::kStopSequence:
      return "stop_sequence";
    case FinishReason::Kind::kLength:
      return "length";
    case FinishReason::Kind::kContextLength:
      return "context_length";
    case FinishReason::Kind::kToolCalls:
      return "tool_calls";
    case FinishReason::Kind::kContentFilter:
      return "content_filter";
    case FinishReason::Kind::kPause:
      return "pause";
    case FinishReason::Kind::kOther:
      return "other";
  }
  return {};
}

constexpr std::string_view WordOf(ApiErrorKind kind) {
  switch (kind) {
    case ApiErrorKind::kInvalidRequest:
      return "invalid_request";
    case ApiErrorKind::kAuthentication:
      return "authentication";
    case ApiErrorKind::kBilling:
      return "billing";
    case ApiErrorKind::kPermission:
      return "permission";
    case ApiErrorKind::kNotFound:
      return "not_found";
    case ApiErrorKind::kConflict:
      return "conflict";
    case ApiErrorKind::kTooLarge:
      return "too_large";
    case ApiErrorKind::kUnprocessable:
      return "unprocessable";
    case ApiErrorKind::kRateLimit:
      return "rate_limit";
    case ApiErrorKind::kApi:
      return "api";
    case ApiErrorKind::kTimeout:
      return "timeout";
    case ApiErrorKind::kOverloaded:
      return "overloaded";
  }
  return {};
}

constexpr std::string_view WordOf(BlockKind kind) {
  switch (kind) {
    case BlockKind::kText:
      return "text";
    case BlockKind::kRefusal:
      return "refusal";
    case BlockKind::kReasoning:
      return "reasoning";
    case BlockKind::kToolCall:
      return "tool_call";
    case BlockKind::kMedia:
      return "media";
    case BlockKind::kOpaque:
      return "opaque";
  }
  return {};
}

template <class E>
std::optional<E> FromWord(std::string_view word) {
  for (std::uint8_t i = 0; !WordOf(static_cast<E>(i)).empty(); ++i) {
    if (WordOf(static_cast<E>(i)) == word) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace aiproxy::neutral
