// Citations of web pages as OpenAI's protocols tell them:
// {"url","title","start_index","end_index"}.
#pragma once

#include <cstdint>

#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy::openai {

/// An annotation of any kind: a citation of a page when its type is "url_citation" and `members`
/// (the annotation itself, or the object in it that has them) an object with a URL.
Citation DecodeCitation(const Value& annotation, const Value& members, CodecContext& context);

/// The members of a citation of a page. `start`, `end`: code points of the text.
void WriteCitationMembers(const Citation& citation, std::int64_t start, std::int64_t end,
                          Writer& writer);

}  // namespace aiproxy::openai
