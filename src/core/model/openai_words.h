// What OpenAI's two protocols (Chat Completions, Responses) say in the same words.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy::openai {

/// Function names longer than this are refused by the API.
inline constexpr std::size_t kMaxName = 64;

/// A word of ours, or of the wire: nothing in it needs escaping.
inline Text Word(std::string_view word, NodeId node = kNoNode) {
  return {word, node, Text::Spelling::kClean};
}
/// A time of another protocol in whole seconds; a fraction is reported.
Number WholeSeconds(const Number& time, CodecContext& context);
/// Whether the protocol is one of OpenAI's: what has the same form in both goes across whole.
bool IsOfOpenAi(std::string_view protocol);
/// A function name that the API accepts: cut and marked with a hash when it is too long.
Text AcceptedName(const Text& name, CodecContext& context);
/// "call_7": the id of a call that the wire leaves without one.
Text DerivedCallId(std::size_t index, Arena& arena);

/// False when it is no word for a tier.
bool DecodeServiceTier(const Value& word, Sourced<ServiceTier>& tier);
/// The member "service_tier"; what is no word for a tier goes to the extras.
void TakeServiceTier(const Member& member, Taker& take, Sourced<ServiceTier>& tier, Extras& extras);
/// Whether there is a word for it: none for a batch.
bool HasWord(ServiceTier tier);
/// The same, if there is one. A batch has no word: it is reported.
void WriteServiceTier(const Sourced<ServiceTier>& tier, CodecContext& context, Writer& writer);

/// Whether the model takes max_completion_tokens, and not max_tokens.
bool WantsMaxCompletionTokens(std::string_view model);
/// The effort to ask for, of reasoning as another protocol says it; reports what it cannot say.
/// Absent: nothing is to be written.
Sourced<Effort> ChosenEffort(const Reasoning& reasoning, std::string_view model,
                             CodecContext& context);

/// thinking {between_tools} of Anthropic, which its decoder keeps whole, is given up.
void LeaveThinkingBetweenTools(const ChatRequest& request, CodecContext& context);

/// Without tools the API refuses to hear about their use.
void LeaveToolChoice(const ChatRequest& request, CodecContext& context);
/// Whether the choice is among tools that all have names.
bool NamesAllAllowed(const ToolChoice& choice);
/// Accounts for what says in an entry of allowed tools that it is a function or a custom tool.
void CoverAllowedType(const AllowedTool& tool, CodecContext& context);

/// A result has no mark of failure here: false says nothing, true is reported.
void LeaveErrorMark(const ToolResultPart& result, CodecContext& context);

/// The members of a JSON schema format: name (invented when there is none), description, schema,
/// strict. Of other protocols only.
void WriteSchemaMembers(const ResponseFormat& format, CodecContext& context, Writer& writer);
/// The members city, country, region and timezone of a place.
void WritePlaceMembers(const Value& place, Writer& writer);

/// CacheMark::style: OpenRouter's cache_control, else OpenAI's prompt_cache_breakpoint.
inline constexpr std::uint8_t kCacheControl = 1;
/// The member's value must be an object.
CacheMark CacheMarkOf(const Member& member);
/// `own`: it was read from the protocol that is written.
void WriteCacheMark(const CacheMark& cache, bool own, Writer& writer);

/// A URL as the part's source. A data URL is taken apart, but kept whole for who wants it whole.
void SetUrl(const Text& url, MediaPart& part);
/// The same, where what is no URL is base64 text.
void SetFileData(const Text& data, MediaPart& part);
/// The word of input_audio that stands in media_type becomes a media type, and back: "mp3",
/// "audio/mpeg". `own`: it was read from the protocol that is written.
void SetAudioType(MediaPart& part, Arena& arena);
Text AudioFormat(const Text& media_type, bool own);
/// The base64 data as a data URL, the one that it came in if there is one.
void WriteDataUrl(const MediaPart& part, std::string_view default_type, Writer& writer);
/// The member "filename", invented when there is none.
void WriteFileName(const MediaPart& part, CodecContext& context, Writer& writer);

/// Arguments of a function, or the input of a custom tool, as a JSON string.
void WriteCallInput(const ToolCallPart& call, CodecContext& context, Writer& writer);

}  // namespace aiproxy::openai
