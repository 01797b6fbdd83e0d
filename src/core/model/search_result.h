// Search results among the parts of a message, in the form that Anthropic and Bedrock share.
#pragma once

#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// Reads {"title","source","content":[{"text"}],"citations":{"enabled"}} into the part, which can
/// be told in text then as well: title, source, and what was found. False, and nothing read, when
/// there is no content.
bool TakeSearchResult(const Value& result, CodecContext& context, OpaquePart& part);

/// Whether the result and its texts say in a member "type" what they are.
enum class Typed : bool { kNo, kYes };
void WriteSearchResult(const SearchResult& search, Typed typed, Writer& writer);

}  // namespace aiproxy
