// What the files of the openai-responses codec share: its id, its style bits, and their functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/json/field_names.h"
#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"
#include "core/model/openai_words.h"
#include "core/model/parts.h"
#include "core/protocols/protocol.h"
#include "core/stream/codec.h"

namespace aiproxy::openai_responses {

inline constexpr std::string_view kId = "openai-responses";

// Style bits: how the wire spelled what the model says in one way only.

// ChatRequest::style
inline constexpr std::uint32_t kInputString = 1;
inline constexpr std::uint32_t kHasInput = 2;
inline constexpr std::uint32_t kHasTools = 4;
inline constexpr std::uint32_t kHasReasoning = 8;
inline constexpr std::uint32_t kHasText = 16;
inline constexpr std::uint32_t kHasStreamOptions = 32;
inline constexpr std::uint32_t kGenerateSummary = 64;  // reasoning.summary by its old name

// ChatResponse::style
inline constexpr std::uint32_t kDecodedResponse = 1;  // write what was there, and nothing more
inline constexpr std::uint32_t kHasOutput = 2;

// Message::style
inline constexpr std::uint8_t kDecodedMessage = 1;
inline constexpr std::uint8_t kContentString = 2;
inline constexpr std::uint8_t kContentList = 4;
inline constexpr std::uint8_t kNoType = 8;         // an item that says only its role
inline constexpr std::uint8_t kInstructions = 16;  // the request's `instructions`

// WireItem::style: with kContentString, kContentList and kNoType of a message
inline constexpr std::uint8_t kReasoningItem = 1;
inline constexpr std::uint8_t kNoRole = 16;      // of a message in a response
inline constexpr std::uint8_t kHasSummary = 16;  // of reasoning
inline constexpr std::uint8_t kHasContent = 32;
inline constexpr std::uint8_t kValueItem = 64;       // written as it came
inline constexpr std::uint8_t kBehindMessage = 128;  // stood behind the message that has it

// TextPart::style
inline constexpr std::uint8_t kOutputText = 1;  // "output_text", else "input_text"
inline constexpr std::uint8_t kHasAnnotations = 2;
inline constexpr std::uint8_t kPlainText = 4;  // "text"

// MediaPart::style
inline constexpr std::uint8_t kHasDataUrl = 1;  // of a file: file_data, else file_url

// ToolCallPart::style
inline constexpr std::uint8_t kInContent = 1;   // stood in the content of a message
inline constexpr std::uint8_t kNoCallId = 2;    // the id is the item's, or derived
inline constexpr std::uint8_t kJoinedName = 4;  // the name begins with its namespace

// ToolResultPart::style
inline constexpr std::uint8_t kCustomOutput = 1;
inline constexpr std::uint8_t kOutputString = 2;
inline constexpr std::uint8_t kOutputList = 4;

// ToolDefinition::style
inline constexpr std::uint8_t kWholeValue = 1;  // written as it came
inline constexpr std::uint8_t kNoValue = 2;     // stands in the value of the tool before it
inline constexpr std::uint8_t kFromItem = 4;    // of an additional_tools item
inline constexpr std::uint8_t kInNamespace = 8;

// Reading: content, items.

/// The items of a content list, of a message or of a tool's output.
Status DecodeContentList(const Value& list, CodecContext& context, List<Part>& parts);

/// Reads items of `input` and `output` one after the other; runs of assistant items are one
/// message.
class ItemDecoder {
 public:
  /// `model`: who issued what is encrypted, where the item does not say; "" when unknown.
  ItemDecoder(CodecContext& context, std::string_view model, List<Message>& messages)
      : context_(context), take_(context), model_(model), messages_(messages) {}

  /// Where tools of additional_tools items go; nullptr: such items are opaque.
  void CollectTools(ChatRequest* request) { request_ = request; }

  /// All items are the model's: what is not is opaque. They are one message.
  void ReadResponse() { in_response_ = true; }

  Status Run(const Value& list);
  Status One(const Value& item);

 private:
  enum class Kind : std::uint8_t {
    kMessage,
    kCall,
    kOutput,
    kReasoning,
    kTools,
    kReference,
    kForeignOutput,
    kOther
  };

  static Kind KindOf(const Value& item, const Value& type);
  Message& Assistant();
  Status TakeMessage(const Value& item, const Value& type);
  Status TakeAssistantMessage(const Value& item, const Value& role);
  Status TakeContent(const Member& member, List<Part>& parts, std::uint8_t& style, Extras& extras);
  Status TakeOutput(const Value& item, bool custom);
  Status TakeResult(const Member& member, ToolResultPart& result);
  void TakeReasoning(const Value& item);
  void TakeTexts(const Value& list, const ReasoningPart& form, Message& message);
  Text JoinTexts(const Value& summary, const Value& content);
  Status TakeTools(const Value& item);
  void TakeOpaque(const Value& item, const Value& type, bool of_tool);
  Message NewMessage(Role role, const Value& item);

  CodecContext& context_;
  Taker take_;
  std::string_view model_;
  List<Message>& messages_;
  ChatRequest* request_ = nullptr;
  bool in_response_ = false;
  bool in_turn_ = false;    // the last message is the assistant's, and its turn goes on
  List<WireItem> waiting_;  // for the next message
  std::size_t index_ = 0;
};

/// The name with its namespace before it: "mcp__files__" + "read", "crm" + "__" + "find".
Text JoinName(const Text& space, const Text& name, Arena& arena);
/// A function_call or custom_tool_call, also inside of content.
ToolCallPart DecodeCall(const Value& item, std::size_t index, CodecContext& context);
/// Members that every item has beside its meaning: id, status, caller.
void KeepItemMember(const Member& member, Taker& take, Extras& extras);
/// The issuer of an item's encrypted_content.
Issuer IssuerOf(const Value& encrypted, const Value& format, std::string_view model,
                CodecContext& context);
inline bool Encrypts(Issuer issuer) { return issuer == Issuer::kOpenAi || issuer == Issuer::kXai; }
/// What stands between the texts of a reasoning item where they have to be one.
inline constexpr std::string_view kBetweenTexts = "\\n\\n";

// Reading: requests.
Status DecodeRequest(const Value& root, const HttpHead& head, CodecContext& context,
                     ChatRequest& request);
void DecodeTool(const Value& tool, std::uint8_t style, CodecContext& context,
                List<ToolDefinition>& tools);
void DecodeToolChoice(const Value& value, CodecContext& context, ToolChoice& choice);
void DecodeFormat(const Value& object, CodecContext& context, ResponseFormat& format);

// Writing: content, items.

/// One part of a content list of an own message, as it came.
void WriteOwnPart(const Part& part, CodecContext& context, Writer& writer);
/// Items of an own message, as they came.
void WriteOwnMessage(const Message& message, CodecContext& context, Writer& writer);
/// The name without its namespace.
Text WireName(const ToolCallPart& call);
/// The members "arguments" or "input" and so on of an own call item, with braces.
void WriteOwnCall(const ToolCallPart& call, Writer& writer);

/// One content part of a user message or of a tool's output: "input_text" and so on.
void WriteInputPart(const Part& part, CodecContext& context, Writer& writer);
/// Whether a content list of the input has a place for the part. Reports nothing.
bool IsInputPart(const Part& part);

/// A text of the model, as an entry of a message item's content.
/// `protocol`: that was decoded.
void WriteOutputText(const TextPart& part, const List<TokenLogprob>& logprobs,
                     std::string_view protocol, Writer& writer);
/// `start`, `end`: code points of the text.
void WriteUrlCitation(const Citation& citation, std::int64_t start, std::int64_t end,
                      Writer& writer);

/// Parts of one reasoning item: `count` of them from `first` on.
struct ReasoningGroup {
  std::size_t first = 0;
  std::size_t count = 0;
  const ReasoningPart* secret = nullptr;  // the part with a signature or encrypted reasoning
  Text id;                                // absent: none is known
};
/// The group that starts at `first`, which must be reasoning. `to_client`: as a stream has to do
/// it, which tells the id of an item before it knows what follows.
ReasoningGroup GroupAt(const List<Part>& parts, std::size_t first, bool to_client);
/// Whether a text may stand in one item with texts before it, and with what is encrypted behind it.
inline bool Joins(Issuer issuer) { return issuer == Issuer::kUnknown || Encrypts(issuer); }
/// Whether the text is the reasoning itself, and not a summary of it.
inline bool IsContent(const ReasoningPart& part) {
  return part.issuer == Issuer::kOpenAi && !part.is_summary;
}
/// Whether the item says whose reasoning it is: "format".
bool WritesFormat(const ReasoningGroup& group);
/// The members summary, content, encrypted_content and format of a group.
void WriteReasoningMembers(const List<Part>& parts, const ReasoningGroup& group, Writer& writer);

// Writing: requests.
Status EncodeRequest(const ChatRequest& request, CodecContext& context, Writer& writer);
/// What the counting endpoint takes of it.
Status EncodeCountedRequest(const ChatRequest& request, CodecContext& context, Writer& writer);
void WriteInput(const ChatRequest& request, CodecContext& context, Writer& writer);
/// The message that is written as `instructions`, or nullptr.
const Message* InstructionsOf(const ChatRequest& request);
void WriteTools(const ChatRequest& request, CodecContext& context, Writer& writer);

// Responses.
Status DecodeResponse(const Value& root, const HttpHead& head, CodecContext& context,
                      ChatResponse& response);
FinishReason DecodeFinish(const Value& root, bool calls);
/// Whether a member of a response repeats of the request what everybody asks for.
bool IsDefaultEcho(const Member& member);
/// Keeps a member that repeats the request, or that only this protocol has.
void KeepEcho(const Member& member, Taker& take, Extras& extras);
Status EncodeResponse(const ChatResponse& response, CodecContext& context, Writer& writer);
void DecodeUsage(const Value& object, CodecContext& context, Usage& usage);
void WriteUsage(const Usage& usage, bool own, Writer& writer);
/// "completed" or "incomplete".
std::string_view StatusOf(FinishReason::Kind kind);
/// The reason of "incomplete_details"; "" when the answer is complete.
std::string_view IncompleteReason(FinishReason::Kind kind);
/// Accounts for the word of another protocol.
void ReportFinish(const FinishReason& finish, CodecContext& context);

/// What a response's envelope says beside its output and usage.
struct EnvelopeParts {
  Text id;
  Number created;
  Text model;
  Sourced<ServiceTier> tier;
  const Extras* extras = nullptr;  // of this protocol, which may repeat a known request
};
/// Up to the key "output". `incomplete`: the reason, or "". `error`: of a failed response.
void WriteEnvelopeHead(const EnvelopeParts& parts, std::string_view status,
                       std::string_view incomplete, const ApiError* error, CodecContext& context,
                       Writer& writer);
/// Between the output and the usage.
void WriteEnvelopeTail(const EnvelopeParts& parts, CodecContext& context, Writer& writer);
/// Behind the usage.
void WriteEnvelopeEnd(const EnvelopeParts& parts, Writer& writer);
/// "msg_0_resp1": the id of an item, from its place and the response's id.
Text ItemId(std::string_view prefix, std::size_t index, const Text& response_id, Arena& arena);

// Errors.
bool IsErrorBody(const Value& root);
Status DecodeError(const Value& root, const HttpHead& head, CodecContext& context, ApiError& error);
Status EncodeError(const ApiError& error, CodecContext& context, Writer& writer);
/// The error object of a failed response.
void DecodeFailure(const Value& object, CodecContext& context, ApiError& error);
/// The error of a failed response: {"code","message"}.
void WriteFailure(const ApiError& error, Writer& writer);

// Streams.
std::unique_ptr<StreamDecoder> NewStreamDecoder(const Limits& limits);
std::unique_ptr<StreamEncoder> NewStreamEncoder(FrameWriter& frames);

Recognition Recognise(const Value& root, std::string_view sse_event);

}  // namespace aiproxy::openai_responses
