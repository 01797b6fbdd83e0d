// The neutral conversation: what every protocol's requests, responses and errors mean.
//
// Rule of three: a member enters this file once three protocols have the concept. Until then it
// rides in Extras (or as an opaque part), and comes out again only to the protocol it came from.
//
// Everything here is a view: spans of the input, or of the arena of the translation. All types are
// trivially destructible. "Wire" means the protocol that was decoded; `style` members hold its
// spelling, are read only by the same protocol's encoder and never mean a loss.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "core/json/text.h"

namespace aiproxy {

/// A wire member that the model has no name for (or whose value is null or of a wrong type).
struct ExtraMember {
  Text name;
  Raw value;
};
using Extras = List<ExtraMember>;

/// Which dialect a JSON Schema is written in: the standard, or Google's subset of OpenAPI's.
enum class SchemaDialect : std::uint8_t { kJsonSchema, kGoogle };

/// Whose signatures and encrypted reasoning they are: the model's vendor, not the protocol.
enum class Issuer : std::uint8_t { kUnknown, kAnthropic, kOpenAi, kGoogle, kXai, kOther };

/// Where a model is served: by its vendor, or by a cloud that keeps the vendor's wire, but not its
/// paths.
enum class Platform : std::uint8_t { kVendor, kBedrock, kVertex };

/// Members with the same name and value in every protocol of one vendor; extras to all others.
struct VendorExtras {
  Issuer vendor = Issuer::kUnknown;
  Extras members;
};

enum class Role : std::uint8_t { kSystem, kDeveloper, kUser, kAssistant, kTool, kFunction };

/// A marker that the prompt up to here is worth caching (Anthropic cache_control, OpenAI
/// prompt_cache_breakpoint, Bedrock cachePoint).
struct CacheMark {
  Raw wire;                    // the wire value, for the same protocol
  NodeId type_node = kNoNode;  // "ephemeral", "explicit", ...
  Text ttl;                    // "5m", "1h"
  std::uint8_t style = 0;
  bool present() const { return wire.present(); }
};

/// Where in a document or search result of the request a citation points to.
struct SourcePlace {
  enum class Unit : std::uint8_t { kUnset, kCharacters, kPages, kChunks, kSearchChunks };
  Unit unit = Unit::kUnset;
  Number index;  // of the document or search result, from 0
  Number start;
  Number end;
  Text source;  // of a search result
  bool present() const { return unit != Unit::kUnset; }
};

/// A source that a text refers to (Anthropic citations, OpenAI annotations, Gemini grounding).
struct Citation {
  Raw wire;             // the whole wire value, for the same protocol
  bool is_url = false;  // with a url: the kind that every protocol has
  NodeId kind_node = kNoNode;
  Text url;
  Text title;
  Text cited_text;
  Number start;  // code points into the text of the part
  Number end;
  SourcePlace place;
};

struct TextPart {
  Text text;
  Raw json;  // the text is a JSON value in place; `text` is absent then
  bool is_refusal = false;
  List<Citation> citations;
  CacheMark cache;
  Extras extras;
  NodeId node = kNoNode;
  std::uint8_t style = 0;
};

struct Part;

struct MediaPart {
  enum class Kind : std::uint8_t { kImage, kAudio, kVideo, kDocument };
  /// kVendorUri: a place in one vendor's storage ("gs://", "s3://", a URI of Google's Files API).
  enum class Source : std::uint8_t {
    kUrl,
    kBase64,
    kFileId,
    kVendorUri,
    kText,
    kContent,
    kUnknown
  };
  Kind kind = Kind::kImage;
  Source source = Source::kUnknown;
  Text media_type;  // "image/png"; absent when the wire does not say. For audio: "audio/wav"
  Text data;        // the URL, the base64 text as it came, the file id or the plain text
  Text url;         // the wire's whole data: URL when the base64 came in one (same node as `data`)
  Text filename;    // file name or title
  Text detail;      // "low", "high", "auto"
  Text context;     // what a document is about (Anthropic, Bedrock)
  Sourced<bool> citations;  // whether the answer shall cite the document
  List<Part> content;       // with kContent: a document made of parts
  CacheMark cache;
  Extras extras;
  Extras source_extras;  // unknown members of the nested source object
  NodeId node = kNoNode;
  std::uint8_t style = 0;
  /// Whether it is the shell of a part: a broken input named neither bytes nor a place for them.
  bool lacks_data() const {
    return source != Source::kContent && !data.present() && !url.present();
  }
};

struct ReasoningPart {
  Text text;
  Text signature;  // opaque: goes back byte for byte to its issuer, or is dropped
  Text encrypted;  // redacted or encrypted reasoning: opaque as well
  Text id;         // that has to go back beside `encrypted` (OpenAI reasoning items)
  Issuer issuer = Issuer::kUnknown;
  bool is_summary = false;  // `text` sums the reasoning up and is not the reasoning itself
  Extras extras;
  NodeId node = kNoNode;
  std::uint8_t style = 0;
};

/// The arguments of a tool call. Exactly one of the two is there (or none).
struct Arguments {
  Text text;  // JSON text as a string, as the model wrote it: it may be broken
  Raw json;   // a JSON value in place
};

struct ToolCallPart {
  Text id;
  Text name;
  Arguments arguments;  // of a custom (free-form) call: `text` is its input
  bool is_custom = false;
  bool is_legacy = false;  // OpenAI function_call: the id is derived
  CacheMark cache;
  Extras extras;
  Extras inner_extras;  // unknown members of a nested function object
  NodeId node = kNoNode;
  std::uint8_t style = 0;
};

struct ToolResultPart {
  Text call_id;
  Text name;  // of the function, where the wire says it
  List<Part> content;
  Sourced<bool> is_error;
  bool unpaired = false;  // no call for it came before: `call_id` is made up
  CacheMark cache;
  Extras extras;
  Extras inner_extras;  // unknown members of a nested response object
  NodeId node = kNoNode;
  std::uint8_t style = 0;
};

/// Something found by a search, which an answer may cite (Anthropic, Bedrock).
struct SearchResult {
  Text source;
  Text title;
  List<Text> texts;
  Sourced<bool> citations;
  bool present() const { return source.present(); }
};

/// A part that only its own protocol understands. `rendition` is how it reads as text, line by
/// line, for protocols that have nothing else (empty: it cannot be told in text).
struct OpaquePart {
  std::string_view protocol;  // id; static storage
  Text kind;                  // the wire's type: "web_search_tool_result"
  Raw value;
  List<Text> rendition;
  SearchResult search;  // the same as `rendition`, for protocols that have such parts
  NodeId node = kNoNode;
  std::uint8_t style = 0;
};

using PartVariant =
    std::variant<TextPart, MediaPart, ReasoningPart, ToolCallPart, ToolResultPart, OpaquePart>;
struct Part : PartVariant {
  using PartVariant::PartVariant;
  const PartVariant& variant() const { return *this; }
  PartVariant& variant() { return *this; }
};

/// Neighbouring parts of a message that were one item on the wire, where items have members of
/// their own (OpenAI Responses). Read by that protocol only.
struct WireItem {
  int first_part = 0;
  int part_count = 0;  // 0: an item without parts, which stood before `first_part`
  Extras members;
  Raw value;  // of an item whose meaning is elsewhere
  NodeId node = kNoNode;
  std::uint8_t style = 0;
};

struct Message {
  Sourced<Role> role;
  List<Part> parts;
  Text name;
  Extras extras;
  Extras style_members;  // wire members whose meaning is in `parts`; written back as they came
  List<WireItem> items;
  NodeId node = kNoNode;
  NodeId content_node = kNoNode;
  std::uint8_t style = 0;  // protocol-defined: content as string, list, null or absent, ...
};

/// A value that is only carried, of the members that at least three protocols have.
struct Sampling {
  Raw wire;  // the wire object that held these, where it goes back whole
  Number max_output_tokens;
  Number temperature;
  Number top_p;
  Number top_k;
  Number seed;
  Number candidates;  // n, candidateCount
  Number presence_penalty;
  Number frequency_penalty;
  Sourced<bool> logprobs;
  Number top_logprobs;
  List<Text> stop;
  NodeId stop_node = kNoNode;
  Extras extras;  // unknown members of the wire object that held these
  std::uint8_t style = 0;
};

/// How the input of a custom tool is formed: free text, or a grammar.
struct CustomFormat {
  Text kind;        // "text", "grammar"
  Text syntax;      // of a grammar: "lark", "regex"
  Text definition;  // of a grammar
  Raw value;        // the wire value
  bool present() const { return value.present(); }
};

struct ToolDefinition {
  enum class Kind : std::uint8_t { kFunction, kCustom, kWebSearch, kOpaque };
  Kind kind = Kind::kFunction;
  Text name;
  Text description;
  Raw parameters;  // JSON Schema
  SchemaDialect dialect = SchemaDialect::kJsonSchema;
  Sourced<bool> strict;
  CustomFormat format;
  Raw user_location;  // of web search: {city?, country?, region?, timezone?}
  CacheMark cache;
  std::string_view protocol;  // of an opaque tool: whose it is (may differ from the wire)
  Text type;                  // the wire's type word
  Raw value;                  // of an opaque or web search tool: the whole wire value
  VendorExtras vendor_extras;
  Extras extras;
  Extras inner_extras;  // unknown members of a nested function object
  NodeId node = kNoNode;
  std::uint8_t style = 0;
};

/// One of the tools that may be chosen. Without a name it is one that only its wire understands.
struct AllowedTool {
  Text name;
  bool is_custom = false;
  Raw value;
};

struct ToolChoice {
  enum class Mode : std::uint8_t { kUnset, kAuto, kNone, kRequired, kNamed, kOpaque };
  Mode mode = Mode::kUnset;
  Text name;  // with kNamed
  bool is_custom = false;
  List<AllowedTool> allowed;  // only these; `mode` is then kAuto or kRequired
  NodeId allowed_node = kNoNode;
  NodeId node = kNoNode;
  NodeId mode_node = kNoNode;  // the word; kNoNode when it is `node` itself
  Raw value;                   // the wire value
  Extras extras;
  std::uint8_t style = 0;
};

struct ResponseFormat {
  enum class Kind : std::uint8_t { kUnset, kText, kJsonObject, kJsonSchema, kOpaque };
  Kind kind = Kind::kUnset;
  Text name;
  Text description;
  Raw schema;
  SchemaDialect dialect = SchemaDialect::kJsonSchema;
  Sourced<bool> strict;
  Raw value;  // the wire value
  NodeId node = kNoNode;
  NodeId kind_node = kNoNode;
  Extras extras;
  Extras inner_extras;
  std::uint8_t style = 0;
};

enum class Effort : std::uint8_t { kNone, kMinimal, kLow, kMedium, kHigh, kXHigh, kMax };

struct Reasoning {
  enum class Mode : std::uint8_t { kUnset, kEnabled, kAdaptive, kDisabled };
  /// Whether the client gets to see a summary of the reasoning, or none of it.
  enum class Display : std::uint8_t { kOmitted, kSummarized };
  Sourced<Mode> mode;
  Sourced<Effort> effort;
  Number budget;  // tokens
  Sourced<Display> display;
  Text display_word;  // the wire's word for it
  Extras extras;
  NodeId node = kNoNode;  // of the wire's reasoning object, if it has one
  bool present() const { return mode.present() || effort.present() || budget.present(); }
};

enum class ServiceTier : std::uint8_t { kAuto, kStandard, kPriority, kFlex, kScale, kBatch };

struct ChatRequest {
  Text model;
  List<Message> messages;  // system text is a message too; encoders hoist it where they must
  NodeId messages_node = kNoNode;
  List<ToolDefinition> tools;
  NodeId tools_node = kNoNode;
  ToolChoice tool_choice;
  Sourced<bool> parallel_tool_calls;
  Sampling sampling;
  ResponseFormat response_format;
  Reasoning reasoning;
  Sourced<bool> stream;
  Sourced<bool> stream_usage;  // the client wants usage in the stream
  Text user_id;
  Text safety_id;  // OpenAI safety_identifier
  Sourced<ServiceTier> service_tier;
  Raw metadata;      // a map of strings that the vendor stores with the request
  List<Text> betas;  // features of Claude that are asked for by name; one header is one node
  Platform platform = Platform::kVendor;  // that it was addressed to
  VendorExtras vendor_extras;
  Extras metadata_extras;  // unknown members of the object that held user_id
  Extras stream_extras;    // unknown members of the stream options
  Extras output_extras;    // unknown members of the object that held effort and format
  Extras tool_extras;      // unknown members of the object that held the tools
  Extras model_extras;     // members of Bedrock's additionalModelRequestFields
  Extras wrapper_extras;   // unknown members of the object around a request that is counted
  Extras extras;
  NodeId node = 0;
  std::uint32_t style = 0;
  std::string_view protocol;  // that was decoded; static storage
};

/// The unified word, and the word on the wire; the raw one goes back to its own protocol.
struct FinishReason {
  enum class Kind : std::uint8_t {
    kUnset,
    kStop,
    kStopSequence,
    kLength,
    kContextLength,
    kToolCalls,
    kContentFilter,
    kPause,
    kOther,
  };
  Kind kind = Kind::kUnset;
  Text raw;
  Text stop_sequence;
};

/// The highest count that is read as one: sums of them stay far from overflowing.
inline constexpr std::int64_t kMaxCount = std::int64_t{1} << 53;

/// `input` counts everything that was read, cached or not, whatever the wire counts; reasoning is
/// a part of `output`. Absent is unknown, not zero.
struct Usage {
  Sourced<std::int64_t> input;
  Sourced<std::int64_t> cache_read;
  Sourced<std::int64_t> cache_write;
  Sourced<std::int64_t> output;
  Sourced<std::int64_t> reasoning;
  Sourced<std::int64_t> total;  // as the wire says it
  Extras extras;
  Extras input_extras;   // unknown members of a nested object about the input
  Extras output_extras;  // unknown members of a nested object about the output
  NodeId node = kNoNode;
  std::uint8_t style = 0;
  bool set = false;
  bool present() const { return set; }
  /// Whether the total says no more than input and output do.
  bool total_is_sum() const { return total.value - input.value == output.value; }
};

/// How likely a token was, and the likeliest in its place.
struct TokenLogprob {
  Raw wire;  // the whole wire value, for the same protocol
  Text token;
  Number logprob;
  List<TokenLogprob> top;
};

struct Candidate {
  Sourced<std::int64_t> index;
  Message message;
  FinishReason finish;
  List<TokenLogprob> logprobs;          // one per token of the text
  List<TokenLogprob> refusal_logprobs;  // one per token of a refusal
  Extras logprobs_extras;
  Extras extras;
  NodeId node = kNoNode;
  std::uint8_t style = 0;
};

struct ChatResponse {
  Text id;
  Text model;
  Number created;  // Unix time, seconds
  List<Candidate> candidates;
  Usage usage;
  Sourced<ServiceTier> service_tier;
  Extras extras;
  NodeId node = 0;
  std::uint32_t style = 0;
  std::string_view protocol;
};

enum class ApiErrorKind : std::uint8_t {
  kInvalidRequest,
  kAuthentication,
  kBilling,
  kPermission,
  kNotFound,
  kConflict,
  kTooLarge,
  kUnprocessable,
  kRateLimit,
  kApi,
  kTimeout,
  kOverloaded,
};

/// An upstream's refusal: what the body says, and the HTTP status where it is known.
struct ApiError {
  ApiErrorKind kind = ApiErrorKind::kApi;
  int status = 0;  // HTTP; 0 when unknown
  Text message;
  Text type;  // the wire's words, and the nodes that `kind` was read from
  Raw code;   // a string, a number or null on the wire
  Text param;
  Text request_id;
  Number retry_after;   // seconds, where the body says so
  Extras extras;        // of the body
  Extras inner_extras;  // of the nested error object
  NodeId node = 0;
  std::uint8_t style = 0;
  std::string_view protocol;
};

}  // namespace aiproxy
