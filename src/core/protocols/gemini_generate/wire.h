// What the files of the gemini-generate codec share: its id, the meaning of `style`, declarations.
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
#include "core/protocols/gemini_generate/spelling.h"
#include "core/protocols/protocol.h"
#include "core/stream/codec.h"

namespace aiproxy::gemini_generate {

inline constexpr std::string_view kId = "gemini-generate";

/// Between thoughts that are told as one.
inline constexpr std::string_view kBetweenThoughts = "\n\n";

/// ChatRequest::style and ChatResponse::style. Names with "Snake": the member was spelled so.
enum RequestStyle : std::uint32_t {
  kModelInBody = 1,
  kModelPrefix = 2,  // "models/"
  kSnakeSystem = 4,
  kSnakeToolConfig = 8,
  kSnakeConfig = 16,
  kSnakeTier = 32,
  kCounted = 64,        // read as a request that is counted
  kCountedWhole = 128,  // of that: in generateContentRequest
  kSnakeCounted = 256,
  kBareContents = 512,  // one object in the place of the list, as with kBareParts
  kBareTools = 1024,
};
enum ResponseStyle : std::uint32_t {
  kSnakeUsage = 1,
  kSnakeModelVersion = 2,
  kSnakeResponseId = 4,
  kNoCandidates = 8,     // not there: the prompt was blocked
  kEmptyCandidates = 16  // []: the same
};

/// Message::style.
enum MessageStyle : std::uint8_t {
  kSystemInstruction = 1,
  kSystemString = 2,
  kNoRole = 4,
  kFunctionRole = 8,
  kNoParts = 16,
  kNoContent = 32,  // of a candidate: the whole content
  kBareParts = 64,
};

/// MediaPart::style, ToolCallPart::style and ToolResultPart::style.
enum PartStyle : std::uint8_t {
  kSnakePart = 1,
  kSnakeMimeType = 2,
  kSnakeFileUri = 4,
  kSnakeDisplayName = 8,
  kDataInExtras = 16,  // of inline data: respelled for others
  kDerivedId = 16,
  kOutputShape = 32,  // {"output":"text"}
  kErrorShape = 64,   // {"error":"text"}
  kNoResponse = 128,
};

/// ReasoningPart::style.
enum ReasoningStyle : std::uint8_t {
  kAttached = 1,  // to the next part
  kSnakeSignature = 2,
  kBareSignature = 4,  // a part of its own without text
};

/// ToolDefinition::style.
enum ToolStyle : std::uint8_t {
  kStartsTool = 1,  // the first of its object in `tools`
  kSnakeDeclarations = 2,
  kJsonSchema = 4,  // parametersJsonSchema
  kSnakeJsonSchema = 8,
  kEmptyTool = 16,
};

/// Candidate::style and Usage::style.
enum CandidateStyle : std::uint8_t { kSnakeFinish = 1, kSnakeLogprobs = 2, kMadeUp = 4 };
enum UsageStyle : std::uint8_t {
  kSnakePrompt = 1,
  kSnakeCached = 2,
  kSnakeOutput = 4,
  kSnakeThoughts = 8,
  kSnakeTotal = 16,
  kNoPromptCount = 32,
  kNoOutputCount = 64,
};

/// ApiError::style.
enum ErrorStyle : std::uint8_t { kErrorInArray = 1, kErrorText = 2, kBareMessage = 4 };

// Paths (path.cc).

/// Of any action: for decoders.
Status ReadAnyPath(std::string_view path, RequestTarget& target);
/// generateContent and streamGenerateContent.
Status ReadPath(std::string_view path, RequestTarget& target);
std::string EditPath(std::string_view path, const std::optional<std::string>& model,
                     std::optional<bool> stream);
/// countTokens.
Status ReadCountingPath(std::string_view path, RequestTarget& target);
HttpHead RequestHead(const ChatRequest& request);
HttpHead CountingHead(const ChatRequest& request);
/// A name that says itself what it is: "tunedModels/x".
bool IsResourceName(std::string_view model);

// Requests (request_decode.cc, request_encode.cc).
Status DecodeRequest(const Value& root, const HttpHead& head, CodecContext& context,
                     ChatRequest& request);
Status EncodeRequest(const ChatRequest& request, CodecContext& context, Writer& writer);
/// {"contents":[...]}, or a whole request in "generateContentRequest" when there is more to count.
Status EncodeCountedRequest(const ChatRequest& request, CodecContext& context, Writer& writer);
/// The config's members; the object itself is kept whole in Sampling::wire.
void DecodeConfig(const Value& config, CodecContext& context, ChatRequest& request);
Status DecodeTools(const Value& tools, CodecContext& context, ChatRequest& request);
void DecodeToolConfig(const Value& config, CodecContext& context, ChatRequest& request);

// Responses (response_decode.cc, response_encode.cc).
Status DecodeResponse(const Value& root, const HttpHead& head, CodecContext& context,
                      ChatResponse& response);
Status EncodeResponse(const ChatResponse& response, CodecContext& context, Writer& writer);
bool IsErrorBody(const Value& root);

// Errors (error.cc).
Status DecodeError(const Value& root, const HttpHead& head, CodecContext& context, ApiError& error);
Status EncodeError(const ApiError& error, CodecContext& context, Writer& writer);
int ErrorStatus(const ApiError& error);

// Streams (stream_decode.cc, stream_encode.cc).
std::unique_ptr<StreamDecoder> NewStreamDecoder(const Limits& limits);
std::unique_ptr<StreamEncoder> NewStreamEncoder(FrameWriter& frames);

// Parts as they came (part_wire.cc), and tools.

/// `bare`: the only part stands without a list.
void WriteWireParts(const List<Part>& parts, CodecContext& context, Writer& writer,
                    bool bare = false);
/// One of them, whatever is attached to it.
void WriteWirePart(const Part& part, CodecContext& context, Writer& writer);
void WriteWireTools(const ChatRequest& request, Writer& writer);

// Words and counts (usage.cc, response_decode.cc).

FinishReason::Kind FinishKindOf(const Text& word, bool has_call);
/// What the API says for a reason from elsewhere; "" when there is none.
std::string_view FinishWord(FinishReason::Kind kind);
/// `tier`: what the counts say of it, if anything.
Usage DecodeUsage(const Value& value, CodecContext& context, Sourced<ServiceTier>& tier);
/// Whether a list of details has one entry that says nothing but the count that stands beside it.
bool SaysTheSame(const Value& list, const Sourced<std::int64_t>& count);
/// The members of usageMetadata. `own`: also what only this protocol has.
void WriteUsage(const Usage& usage, const Sourced<ServiceTier>& tier, bool own, Writer& writer);
/// What traffic or service tier word means; nullopt for those without a meaning elsewhere.
std::optional<ServiceTier> TierOf(const Value& word);
std::string_view TierWord(ServiceTier tier);
/// A word that says the same as nothing: "MODALITY_UNSPECIFIED", in any case of letters.
bool IsUnset(const Value& word);

}  // namespace aiproxy::gemini_generate
