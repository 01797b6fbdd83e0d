// A stream as neutral events. The grammar that every decoder keeps and every encoder relies on:
//
//   stream    := Start { candidate | Usage | Metadata | OpaqueEvent } ( End | StreamError )
//   candidate := { BlockStart { BlockDelta | BlockCitation } BlockEnd } [ Finish ]
//
// Candidates may interleave; blocks of one candidate never do (BlockSequencer sees to it).
// StreamError may come anywhere, also first; it ends the stream and closes what is open.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "core/model/model.h"
#include "core/model/visit.h"

namespace aiproxy {

enum class BlockKind : std::uint8_t { kText, kRefusal, kReasoning, kToolCall, kMedia, kOpaque };

struct StreamStart {
  Text id;
  Text model;
  Number created;
  Usage usage;  // what is known at the start; may be absent
  Sourced<ServiceTier> service_tier;
  Extras extras;
  std::string_view protocol;  // that was decoded; static storage
};

inline constexpr std::uint32_t kNoItem = 0xFFFFFFFF;

struct BlockStart {
  std::uint32_t block = 0;  // counts from 0 over the whole stream, without gaps
  std::uint32_t candidate = 0;
  BlockKind kind = BlockKind::kText;
  Text tool_call_id;
  Text tool_name;
  bool is_custom = false;  // of a tool call: free-form input
  bool is_legacy = false;
  Text encrypted;  // of reasoning that comes whole and opaque
  Text reasoning_id;
  bool is_summary = false;  // of reasoning
  Issuer issuer = Issuer::kUnknown;
  MediaPart media;               // of a medium, which comes whole
  std::string_view protocol;     // of an opaque block: whose
  Text opaque_kind;              // its wire type
  Raw value;                     // of an opaque block: the wire's start object
  std::uint32_t item = kNoItem;  // counts the wire's items from 0, where blocks are parts of items
  Extras item_members;           // of that item; on its first block
  Extras extras;
};

/// One more piece of a block. Which of the members is there depends on the kind of the block.
struct BlockDelta {
  std::uint32_t block = 0;
  Text text;       // text, reasoning, tool arguments (JSON text in pieces) or free-form input
  Text signature;  // of reasoning: replaces an earlier one
  Issuer issuer = Issuer::kUnknown;  // of the signature, where the start could not say it
  Raw value;  // of an opaque block, or of a kind that only the protocol knows: the wire's delta
              // object
  List<TokenLogprob> logprobs;
  Extras extras;
};

struct BlockCitation {
  std::uint32_t block = 0;
  Citation citation;
};

struct BlockEnd {
  std::uint32_t block = 0;
};

/// Numbers so far: later ones replace earlier ones, member by member.
struct StreamUsage {
  Usage usage;
  Sourced<ServiceTier> service_tier;
};

struct StreamFinish {
  std::uint32_t candidate = 0;
  FinishReason reason;
  Extras extras;
};

/// Members of the envelope that belong to no block: content filter results and the like.
struct StreamMetadata {
  Sourced<ServiceTier> service_tier;
  Extras extras;
};

/// A whole frame that only its own protocol understands.
struct OpaqueEvent {
  std::string_view protocol;
  Text name;
  Raw value;
};

struct StreamError {
  ApiError error;
};

struct StreamEnd {};

using StreamEventVariant =
    std::variant<StreamStart, BlockStart, BlockDelta, BlockCitation, BlockEnd, StreamUsage,
                 StreamFinish, StreamMetadata, OpaqueEvent, StreamError, StreamEnd>;
struct StreamEvent : StreamEventVariant {
  using StreamEventVariant::StreamEventVariant;
  const StreamEventVariant& variant() const { return *this; }
};

}  // namespace aiproxy
