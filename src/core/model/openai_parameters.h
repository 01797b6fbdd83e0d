// Parameters of a request that APIs of OpenAI have in the same form, both ways.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/metadata.h"
#include "core/model/model.h"

namespace aiproxy::openai {

/// https://platform.openai.com/docs/api-reference/responses/create#responses-create-metadata
inline constexpr MetadataLimits kMetadataLimits{16, 64, 512, {}};

/// Members that another API of OpenAI has too, under the same name.
Extras& SharedMembers(ChatRequest& request);
/// What was read as such, by whichever of these APIs.
const Extras& SharedMembers(const ChatRequest& request);
/// Those of them with that name.
void WriteSharedMember(const ChatRequest& request, std::string_view name, Writer& writer);

/// The model that is asked for: of the options, else of the request.
std::string_view AskedModel(const ChatRequest& request, CodecContext& context);

/// A number whose value `off` means that nothing is asked for.
void TakeNumber(const Member& member, double off, Taker& take, Number& into, Extras& extras);
/// A member of a JSON schema format: name, description, schema, strict.
void TakeSchemaMember(const Member& member, Taker& take, ResponseFormat& format);

// Of Chat Completions and legacy completions.

/// Stop sequences beyond this many are refused by the API.
inline constexpr std::size_t kMaxStops = 4;
/// "stop": one text or a list of texts; true for one text. What is neither goes to the request's
/// extras.
bool TakeStop(const Member& member, Taker& take, ChatRequest& request);
/// The same. `as_text`: what TakeStop gave, for the protocol that it was read from (`own`).
void WriteStop(const Sampling& sampling, bool own, bool as_text, CodecContext& context,
               Writer& writer);
/// "stream_options"; false when it is no object, and in the request's extras.
bool TakeStreamOptions(const Member& member, Taker& take, ChatRequest& request);
/// The same. `had_options`: what TakeStreamOptions gave, for the protocol that it was read from
/// (`own`). Other protocols' streams are asked to tell their usage.
void WriteStreamOptions(const ChatRequest& request, bool own, bool had_options, Writer& writer);

}  // namespace aiproxy::openai
