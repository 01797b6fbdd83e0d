// What the files of the openai-chat codec share: its id, its style bits, and their functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/json/field_names.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"
#include "core/model/openai_usage.h"
#include "core/model/openai_words.h"
#include "core/model/parts.h"
#include "core/protocols/protocol.h"
#include "core/stream/codec.h"

namespace aiproxy::openai_chat {

inline constexpr std::string_view kId = "openai-chat";

// Style bits: how the wire spelled what the model says in one way only.

// ChatRequest::style
inline constexpr std::uint32_t kHasStreamOptions = 1;
inline constexpr std::uint32_t kHasTools = 2;
inline constexpr std::uint32_t kHasFunctions = 4;

// ChatResponse::style, Candidate::style
inline constexpr std::uint32_t kDecodedResponse = 1;  // write what was there, and nothing more
inline constexpr std::uint8_t kDecodedCandidate = 1;
inline constexpr std::uint8_t kHasLogprobs = 2;
inline constexpr std::uint8_t kHasContentLogprobs = 4;
inline constexpr std::uint8_t kHasRefusalLogprobs = 8;
inline constexpr std::uint8_t kHasMessage = 16;

// Message::style
inline constexpr std::uint8_t kContentString = 1;
inline constexpr std::uint8_t kContentList = 2;
inline constexpr std::uint8_t kDecodedMessage = 4;
inline constexpr std::uint8_t kReasoningKept = 8;     // reasoning members are in style_members
inline constexpr std::uint8_t kAnnotationsKept = 16;  // so are the annotations
inline constexpr std::uint8_t kHasToolCalls = 32;     // a list, maybe an empty one
inline constexpr std::uint8_t kHasRole = 64;

// ToolResultPart::style
inline constexpr std::uint8_t kHasCallId = 1;  // of a function message, which mostly has none

// TextPart::style
inline constexpr std::uint8_t kRefusalField = 1;  // a member of the message, not a content part
inline constexpr std::uint8_t kNoType = 2;        // no "type" member (also of calls and tools)

// MediaPart::style
inline constexpr std::uint8_t kPlainUrl = 1;     // "image_url": "https://..." without an object
inline constexpr std::uint8_t kAudioMember = 2;  // the message's "audio", kept in style_members

// OpaquePart::style
inline constexpr std::uint8_t kDetailEntry = 1;  // of reasoning_details, kept in style_members
inline constexpr std::uint8_t kCallEntry = 2;    // of tool_calls

// ToolDefinition::style, ToolChoice::style (with kNoType)
inline constexpr std::uint8_t kLegacy = 1;  // of "functions", "function_call"

// Sampling::style
inline constexpr std::uint8_t kMaxCompletionTokens = 1;
inline constexpr std::uint8_t kStopString = 2;

using openai::AcceptedName;
using openai::DecodeServiceTier;
using openai::DecodeUsage;
using openai::DerivedCallId;
using openai::kCacheControl;
using openai::Word;
using openai::WriteUsage;

// Requests, reading.
Status DecodeRequest(const Value& root, const HttpHead& head, CodecContext& context,
                     ChatRequest& request);
Status DecodeMessages(const Value& list, CodecContext& context, ChatRequest& request);
/// `in_response`: a message of a choice, where the role may be missing.
Status DecodeMessage(const Value& object, std::size_t index, bool in_response,
                     CodecContext& context, Message& message);
/// The items of a "content" list.
Status DecodeContentParts(const Value& list, CodecContext& context, List<Part>& parts);
Status DecodeToolCalls(const Value& list, CodecContext& context, List<Part>& parts);
void DecodeFunctionCall(const Value& object, std::size_t index, CodecContext& context,
                        List<Part>& parts);
/// One entry of reasoning_details.
Part DecodeReasoningDetail(const Value& entry, std::size_t position, CodecContext& context);
Citation DecodeAnnotation(const Value& annotation, CodecContext& context);
void DecodeTool(const Value& tool, CodecContext& context, List<ToolDefinition>& tools);
void DecodeLegacyFunction(const Value& function, CodecContext& context,
                          List<ToolDefinition>& tools);
void DecodeWebSearch(const Value& options, CodecContext& context, List<ToolDefinition>& tools);
void DecodeToolChoice(const Value& value, CodecContext& context, ToolChoice& choice);
/// False when it is neither a word nor a named function.
bool DecodeLegacyToolChoice(const Value& value, CodecContext& context, ToolChoice& choice);
void DecodeResponseFormat(const Value& object, CodecContext& context, ResponseFormat& format);

// Requests, writing.
Status EncodeRequest(const ChatRequest& request, CodecContext& context, Writer& writer);
void EncodeMessages(const ChatRequest& request, CodecContext& context, Writer& writer);
void EncodeParameters(const ChatRequest& request, CodecContext& context, Writer& writer);
void EncodeTools(const ChatRequest& request, CodecContext& context, Writer& writer);
/// The members of a message that came from openai-chat, in the spelling in which they came.
void WriteOwnMessage(const Message& message, CodecContext& context, Writer& writer);
/// One content part; what a user message cannot hold is dropped with a report.
void WriteContentPart(const Part& part, CodecContext& context, Writer& writer);
void WriteTextPart(const TextPart& part, bool own, CodecContext& context, Writer& writer);
void WriteMediaPart(const MediaPart& part, bool own, CodecContext& context, Writer& writer);
/// Whether a user message has a place for the part. Reports nothing.
bool IsCarriedInUserMessage(const Part& part);
inline constexpr std::string_view kTextAfterCalls =
    "text comes before the tool calls in {target}; this one stood after one";
/// The member "tool_calls", when there are calls.
void WriteToolCalls(const List<Part>& parts, bool shorten_names, CodecContext& context,
                    Writer& writer);
/// The member "tool_calls" or "function_call" as it came.
void WriteOwnToolCalls(const Message& message, CodecContext& context, Writer& writer);

/// How reasoning is written beside the text. A signature goes only to the vendor that issued it,
/// or to a client (`to_client`), which gives it back.
struct ReasoningTarget {
  bool to_client = false;
  Issuer issuer = Issuer::kUnknown;  // of the model that is asked
  bool Accepts(Issuer of_part) const {
    return to_client || (issuer != Issuer::kUnknown && issuer == of_part);
  }
};
/// Whether a text without a signature has an entry in reasoning_details as well: it belongs to the
/// item that is encrypted, or its vendor takes it back without one.
inline bool HasTextDetail(Issuer issuer) {
  return issuer == Issuer::kOpenAi || issuer == Issuer::kXai || issuer == Issuer::kGoogle;
}
/// The members "reasoning_content" and "reasoning_details"; returns whether any was written.
bool WriteReasoning(const List<Part>& parts, const ReasoningTarget& target, CodecContext& context,
                    Writer& writer);

// Responses.
Status DecodeResponse(const Value& root, const HttpHead& head, CodecContext& context,
                      ChatResponse& response);
Status EncodeResponse(const ChatResponse& response, CodecContext& context, Writer& writer);
FinishReason DecodeFinish(const Value& word);
/// The value of "finish_reason"; reports what it cannot say.
void WriteFinish(const FinishReason& finish, bool own, CodecContext& context, Writer& writer);
void WriteUrlCitation(const Citation& citation, std::int64_t start, std::int64_t end,
                      Writer& writer);

// Errors.
bool IsErrorBody(const Value& root);
Status DecodeError(const Value& root, const HttpHead& head, CodecContext& context, ApiError& error);
Status EncodeError(const ApiError& error, CodecContext& context, Writer& writer);

// Streams.
std::unique_ptr<StreamDecoder> NewStreamDecoder(const Limits& limits);
std::unique_ptr<StreamEncoder> NewStreamEncoder(FrameWriter& frames);

Recognition Recognise(const Value& root, std::string_view sse_event);

}  // namespace aiproxy::openai_chat
