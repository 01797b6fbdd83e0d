// What the files of the openai-completions codec share: its id, its style bits, and their
// functions.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/json/field_names.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"
#include "core/model/openai_usage.h"
#include "core/model/openai_words.h"
#include "core/protocols/protocol.h"
#include "core/stream/codec.h"

namespace aiproxy::openai_completions {

inline constexpr std::string_view kId = "openai-completions";
/// The most alternatives of a token that the API tells.
inline constexpr std::int64_t kMaxLogprobs = 5;

// Style bits: how the wire spelled what the model says in one way only.

inline constexpr std::uint32_t kHasStreamOptions = 1;  // ChatRequest::style
inline constexpr std::uint8_t kPromptMember = 1;       // Message::style: in style_members
inline constexpr std::uint8_t kStopString = 1;         // Sampling::style
inline constexpr std::uint32_t kDecodedResponse = 1;   // ChatResponse::style
// Candidate::style: write what was there, and nothing more
inline constexpr std::uint8_t kDecodedCandidate = 1;
inline constexpr std::uint8_t kHasText = 2;
inline constexpr std::uint8_t kHasLogprobs = 4;  // in logprobs_extras

using openai::Word;

// Requests, reading.
Status DecodeRequest(const Value& root, const HttpHead& head, CodecContext& context,
                     ChatRequest& request);

// Requests, writing.
Status EncodeRequest(const ChatRequest& request, CodecContext& context, Writer& writer);
/// The member "prompt". From another protocol: the text of the only message, if that is a user's;
/// else the conversation told as a text:
///
///   System: Be brief.
///
///   User: Hi
///
///   Assistant:
///
/// It ends in the assistant's name, or in what the assistant has begun to say.
void WritePrompt(const ChatRequest& request, CodecContext& context, Writer& writer);

// Responses.
Status DecodeResponse(const Value& root, const HttpHead& head, CodecContext& context,
                      ChatResponse& response);
Status EncodeResponse(const ChatResponse& response, CodecContext& context, Writer& writer);
FinishReason DecodeFinish(const Value& word);
/// The value of "finish_reason"; reports what it cannot say.
void WriteFinish(const FinishReason& finish, bool own, CodecContext& context, Writer& writer);

/// {"tokens","token_logprobs","top_logprobs","text_offset"}: lists side by side. What they say is
/// taken; offsets can be told from the tokens.
void DecodeLogprobs(const Value& object, CodecContext& context, List<TokenLogprob>& tokens);
/// The same, or null without tokens. `offset`: code points of the text before; moved on.
void WriteLogprobs(const List<TokenLogprob>& tokens, std::int64_t& offset, Writer& writer);
/// Accounts for what stands in the wire's lists, which were written.
void CoverLogprobs(const List<TokenLogprob>& tokens, Writer& writer);

// Errors.
bool IsErrorBody(const Value& root);
Status DecodeError(const Value& root, const HttpHead& head, CodecContext& context, ApiError& error);
Status EncodeError(const ApiError& error, CodecContext& context, Writer& writer);

// Streams.
std::unique_ptr<StreamDecoder> NewStreamDecoder(const Limits& limits);
std::unique_ptr<StreamEncoder> NewStreamEncoder(FrameWriter& frames);

}  // namespace aiproxy::openai_completions
