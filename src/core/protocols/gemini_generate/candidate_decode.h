// What documents and frames of a stream read alike of a candidate.
#pragma once

#include <string_view>

#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy::gemini_generate {

/// The tokens of logprobsResult, and its other members; what is not of that shape goes to `extras`,
/// whole.
void DecodeLogprobs(const Member& member, Taker& take, List<TokenLogprob>& tokens, Extras& rest,
                    Extras& extras);

/// A citation whose positions are bytes of a text.
struct WireCitation {
  Citation citation;
  std::int64_t part = 0;
  Value start;
  Value end;
  Value text;  // what stands there
};

List<WireCitation> DecodeGrounding(const Value& metadata, CodecContext& context);
List<WireCitation> DecodeCitations(const Value& metadata, CodecContext& context);

/// Whether the positions are a range of `text` (decoded) that says what the citation repeats.
bool IsMeant(const WireCitation& wire, std::string_view text);
/// The citation with positions in code points of `text` (decoded), counted from `begin` on; without
/// them where they are no range of that. A repetition of what stands there is used.
Citation Placed(const WireCitation& wire, std::string_view text, std::size_t begin,
                CodecContext& context);

}  // namespace aiproxy::gemini_generate
