// What the files of the bedrock-converse codec share: its id, the meaning of `style`, declarations.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"
#include "core/protocols/protocol.h"
#include "core/stream/codec.h"

namespace aiproxy::bedrock_converse {

inline constexpr std::string_view kId = "bedrock-converse";

/// ChatRequest::style.
enum RequestStyle : std::uint32_t {
  kModelInBody = 1,     // the member modelId
  kEffortInFields = 2,  // additionalModelRequestFields.reasoning_effort
  kModelAround = 4,     // of a request that is counted: modelId, beside `input`
  kInvokeModel = 8,     // of a request that is counted: a body that only its model understands
};
inline constexpr std::uint8_t kTopLevelSystem = 1;  // Message::style: the request's `system`
inline constexpr std::uint8_t kContentAbsent = 1;   // ToolResultPart::style
inline constexpr std::uint8_t kCited = 1;           // TextPart::style: citationsContent
inline constexpr std::uint8_t kGuarded = 128;       // MediaPart::style: guardContent; and a format
inline constexpr std::uint8_t kRedacted = 1;        // ReasoningPart::style: redactedContent

/// ChatResponse::style: what the wire lacks (0 is a complete answer).
enum ResponseStyle : std::uint32_t {
  kNoRole = 1,
  kNoStopReason = 2,
  kNoUsage = 4,
};

/// ApiError::style.
enum ErrorStyle : std::uint8_t {
  kCapitalMessage = 1,  // "Message"
  kHasTypeMember = 2,   // "__type"
  kNoMessage = 4,
};

/// "expected X, got Y" at a value.
Error Expect(CodecContext& context, const Value& value, std::string_view expected);
/// Whether an object has exactly one member.
bool IsSingle(const Value& object);

// The path, the model and its family (path.cc).

/// /model/{id}/converse and its siblings; count-tokens is no path of chat.
Status ReadPath(std::string_view path, RequestTarget& target);
/// A path of this protocol with another model and streaming.
std::string EditPath(std::string_view path, const std::optional<std::string>& model,
                     std::optional<bool> stream);
Status ReadCountingPath(std::string_view path, RequestTarget& target);
/// The id as one segment of a path.
std::string EscapedModel(std::string_view model);

/// Whose model an id names: it decides which parameters there are.
enum class Family : std::uint8_t { kUnknown, kClaude, kNova, kNova2, kGptOss, kMistral, kOther };
Family FamilyOf(std::string_view model);
/// An opaque name (an application inference profile) is taken for Claude.
inline bool IsClaudeLike(Family family) {
  return family == Family::kClaude || family == Family::kUnknown;
}
/// Whose reasoning a model of that name writes.
Issuer ReasoningIssuer(std::string_view model);

// Formats of media (formats.cc).

/// Takes "png" of an image as the media type "image/png"; false for a format that is not known.
bool TakeFormat(const Value& format, MediaPart& part);
/// The format that was taken, as it was spelled; "" when there was none.
std::string_view WireFormat(const MediaPart& part);
/// "png" of "image/png"; "" when the API has none.
std::string_view FormatOf(MediaPart::Kind kind, std::string_view media_type);
/// The format that the extension of a file name says; "" when it says none.
std::string_view FormatOfName(std::string_view file_name);

// Requests (request_decode.cc, parameter_decode.cc, request_encode.cc, foreign_request.cc).
Status DecodeRequest(const Value& root, const HttpHead& head, CodecContext& context,
                     ChatRequest& request);
/// inferenceConfig, additionalModelRequestFields, outputConfig, serviceTier.
Status DecodeParameters(const Value& root, CodecContext& context, ChatRequest& request);
Status EncodeRequest(const ChatRequest& request, CodecContext& context, Writer& writer);
/// What the counting endpoint takes of it: the object `converse`.
void EncodeCounted(const ChatRequest& request, CodecContext& context, Writer& writer);
/// `is_counted`: without what the counting endpoint does not take.
void EncodeForeignRequest(const ChatRequest& request, bool is_counted, CodecContext& context,
                          Writer& writer);

/// {"type":"priority"}; false when it is anything else.
bool DecodeServiceTier(const Value& object, Sourced<ServiceTier>& tier);
/// The member "serviceTier", if there is a tier; one that the API does not have is reported.
void WriteServiceTier(const Sourced<ServiceTier>& tier, CodecContext& context, Writer& writer);

// Responses (response.cc, usage.cc).
Status DecodeResponse(const Value& root, const HttpHead& head, CodecContext& context,
                      ChatResponse& response);
Status EncodeResponse(const ChatResponse& response, CodecContext& context, Writer& writer);
FinishReason::Kind FinishKindOf(const Text& stop_reason);
/// The stop reason for an answer from another protocol; `tools`: it has tool calls.
std::string_view StopReason(FinishReason::Kind kind, bool tools);
/// Reports a finish reason that the API has no word for.
void ReportFinish(const FinishReason& finish, CodecContext& context);

Usage DecodeUsage(const Value& usage, CodecContext& context);
void WriteWireUsage(const Usage& usage, Writer& writer);
/// From another protocol; what is not known is 0.
void WriteUsage(const Usage& usage, CodecContext& context, Writer& writer);

// Errors (error.cc).
bool IsErrorBody(const Value& root);
Status DecodeError(const Value& root, const HttpHead& head, CodecContext& context, ApiError& error);
Status EncodeError(const ApiError& error, CodecContext& context, Writer& writer);
int ErrorStatus(const ApiError& error);
void AddErrorHeaders(const ApiError& error, HttpHead& head);

// Streams (stream_decode.cc, stream_encode.cc).
std::unique_ptr<StreamDecoder> NewStreamDecoder(const Limits& limits);
std::unique_ptr<StreamEncoder> NewStreamEncoder(FrameWriter& frames);

// Blocks, read (block_decode.cc, media_decode.cc).

/// Where a block stands decides which blocks there are.
enum class Place : std::uint8_t { kMessage, kSystem, kResult };

struct BlockReader {
  CodecContext& context;
  Issuer issuer;  // of reasoning

  /// A list of blocks; a cache point marks the block before it.
  Status DecodeContent(const Value& content, Place place, List<Part>& parts);
  Status DecodeBlock(const Value& block, Place place, List<Part>& parts);
};

/// The inside of an image, document, video or audio block; false: the block is not understood.
bool DecodeMedia(const Value& inner, MediaPart::Kind kind, CodecContext& context, MediaPart& part);
CacheMark DecodeCachePoint(const Value& cache_point, CodecContext& context);

// Citations (citation.cc).
Citation DecodeCitation(const Value& value, CodecContext& context);
/// `cited`: the text that a citation of a URL stands for.
void WriteCitation(const Citation& citation, Writer& writer);
/// Whether the API has such citations.
bool HasPlaceHere(const Citation& citation);

/// Whether opaque data can stand where the API has bytes: base64 of the standard alphabet, padded.
bool IsBase64(const Text& text);

// Blocks, written as they came (block_wire.cc): only for what was read from this protocol.
void WriteWireBlocks(const List<Part>& parts, CodecContext& context, Writer& writer);

// Tools (tool_decode.cc, tool_encode.cc).
Status DecodeToolConfig(const Member& member, CodecContext& context, ChatRequest& request);
void WriteWireToolConfig(const ChatRequest& request, Writer& writer);
/// Whether the tool has a place in this protocol.
bool IsWritableTool(const ToolDefinition& tool);
class CacheBudget;
/// `toolConfig` from another protocol.
void WriteToolConfig(const ChatRequest& request, Family family, CacheBudget& cache,
                     CodecContext& context, Writer& writer);
std::string_view ValidToolName(std::string_view name, Arena& arena);
/// A tool's name, and the id of a call, as the API accepts them; a change is reported.
Text AcceptedName(const Text& name, CodecContext& context);
Text AcceptedId(const Text& id, CodecContext& context);

}  // namespace aiproxy::bedrock_converse
