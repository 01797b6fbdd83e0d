// What the files of the anthropic-messages codec share: its id, the meaning of `style`,
// declarations.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"
#include "core/protocols/protocol.h"
#include "core/stream/codec.h"

namespace aiproxy::anthropic_messages {

inline constexpr std::string_view kId = "anthropic-messages";

/// Message::style and ToolResultPart::style: how `content` is spelled, and where the text stood.
enum ContentStyle : std::uint8_t {
  kContentList = 0,
  kContentString = 1,
  kContentAbsent = 2,  // not there, or in the extras because it is null
  kContentMask = 3,
  kTopLevelSystem = 4,  // of a message: the request's `system`
};
inline constexpr std::uint8_t kEmptyCitations = 1;  // TextPart::style: "citations":[]
// MediaPart::style: how source.content is spelled.
inline constexpr std::uint8_t kSourceContentString = 1;
inline constexpr std::uint8_t kSourceContentAbsent = 2;
inline constexpr std::uint8_t kRedacted = 1;    // ReasoningPart::style: redacted_thinking
inline constexpr std::uint8_t kTypeCustom = 1;  // ToolDefinition::style: "type":"custom"

/// ChatRequest::style.
enum RequestStyle : std::uint32_t {
  kOldOutputFormat = 1,  // top-level output_format
  kModelInPath = 2,      // and not, or not only, in the body
  kStreamInPath = 4,
};

/// ChatResponse::style: what the wire lacks (0 is a complete message).
enum ResponseStyle : std::uint32_t {
  kNoType = 1,
  kNoRole = 2,
  kNoContent = 4,
  kNoStopReason = 8,  // not there, or null and in the extras
  kNoStopSequence = 16,
  kNoUsage = 32,
};

/// ApiError::style.
enum ErrorStyle : std::uint8_t {
  kErrorObject = 0,
  kErrorText = 1,    // {"error":"text"}
  kBareMessage = 2,  // {"message":"text"}
  kErrorShapeMask = 3,
  kErrorNoType = 4,  // no "type":"error" around it
};

/// Whose the reasoning of a model is: Anthropic's, unless it is a model of Google's.
Issuer IssuerOf(const Text& model, CodecContext& context);
/// Reasoning is the issuer's, unless it shows itself whose it is.
void SetIssuer(Issuer issuer, List<Part>& parts);
/// Whose the reasoning of a conversation is that does not show it. The model that is asked may be
/// another one than before: when anything in the history is Claude's, the rest is too.
Issuer HistoryIssuer(const ChatRequest& request, CodecContext& context);

// Requests (request_decode.cc, request_encode.cc).
Status DecodeRequest(const Value& root, const HttpHead& head, CodecContext& context,
                     ChatRequest& request);
Status EncodeRequest(const ChatRequest& request, CodecContext& context, Writer& writer);
/// What the counting endpoint takes of it.
Status EncodeCountedRequest(const ChatRequest& request, CodecContext& context, Writer& writer);

// Responses (response.cc).
Status DecodeResponse(const Value& root, const HttpHead& head, CodecContext& context,
                      ChatResponse& response);
Status EncodeResponse(const ChatResponse& response, CodecContext& context, Writer& writer);
/// The members id to model of an answer of another protocol; `node`: where it is said that one of
/// them is made up.
void WriteForeignIdentity(const Text& id, const Text& model, NodeId node, CodecContext& context,
                          Writer& writer);

// Errors (error.cc).
bool IsErrorBody(const Value& root);
Status DecodeError(const Value& root, const HttpHead& head, CodecContext& context, ApiError& error);
Status EncodeError(const ApiError& error, CodecContext& context, Writer& writer);
int ErrorStatus(const ApiError& error);

// Streams (stream_decode.cc, stream_encode.cc).
std::unique_ptr<StreamDecoder> NewStreamDecoder(const Limits& limits);
std::unique_ptr<StreamEncoder> NewStreamEncoder(FrameWriter& frames);

// Blocks, read (block_decode.cc).

/// `content`: a string or a list of blocks; `style` gets kContentString or kContentList. Anything
/// else is an error at its place.
Status DecodeContent(const Value& content, CodecContext& context, List<Part>& parts,
                     std::uint8_t& style);
/// Appends one block.
Status DecodeBlock(const Value& block, CodecContext& context, List<Part>& parts);
void TakeCacheControl(const Member& member, Taker& take, CacheMark& into, Extras& extras);
/// Keeps the member `caller`; that the model called the tool itself is the default.
void TakeCaller(const Member& member, Taker& take, Extras& extras);

// Citations and search results (citation.cc).

Citation DecodeCitation(const Value& value);
/// A citation that points to a place in a document or search result.
void WritePlaceCitation(const Citation& citation, CodecContext& context, Writer& writer);
/// {"enabled":true}; anything else is kept as it is.
void TakeCitationsSwitch(const Member& member, Taker& take, Sourced<bool>& into, Extras& extras);
/// What `part`, which holds the block, means to others.
void DecodeSearchResult(const Value& block, CodecContext& context, OpaquePart& part);

// Blocks, written as they came (block_wire.cc): only for what was read from this protocol.

void WriteWireBlock(const Part& part, CodecContext& context, Writer& writer);
/// The member `content`.
void WriteWireContent(const List<Part>& parts, std::uint8_t style, CodecContext& context,
                      Writer& writer);

/// cache_control as this protocol spells it, from whatever wire.
void WriteCacheMark(const CacheMark& cache, Writer& writer);

// Tools (tools.cc).
Status DecodeTools(const Value& tools, CodecContext& context, ChatRequest& request);
void DecodeToolChoice(const Member& member, Taker& take, ChatRequest& request);
void WriteWireTools(const ChatRequest& request, Writer& writer);
void WriteWireToolChoice(const ChatRequest& request, Writer& writer);
/// A tool's name, and the id of a call, as the API accepts them; a change is reported.
Text AcceptedName(const Text& name, CodecContext& context);
Text AcceptedId(const Text& id, CodecContext& context);
/// Whether the tool has a place in this protocol.
bool IsWritableTool(const ToolDefinition& tool);
/// `tools` and `tool_choice` from another protocol.
void WriteTools(const ChatRequest& request, CodecContext& context, Writer& writer);

// Words and counts (response.cc, usage.cc).
FinishReason::Kind FinishKindOf(const Text& stop_reason);
/// The stop reason for an answer from another protocol; `tools` and `refused`: what the answer has.
std::string_view StopReason(FinishReason::Kind kind, bool tools, bool refused);

Usage DecodeUsage(const Value& value, CodecContext& context, Sourced<ServiceTier>& tier);
/// The members of `usage`, exactly those that came.
void WriteWireUsage(const Usage& usage, const Sourced<ServiceTier>& tier, Writer& writer);
/// `usage` from another protocol; what is not known is 0.
void WriteUsage(const Usage& usage, const Sourced<ServiceTier>& tier, CodecContext& context,
                Writer& writer);

}  // namespace aiproxy::anthropic_messages
