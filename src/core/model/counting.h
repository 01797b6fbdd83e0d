// Counting tokens: what of a request decides how much is read, and the answer, which is one number.
#pragma once

#include <span>
#include <string_view>

#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// The request without what says how an answer is made or sent (limits, sampling, streaming, user,
/// tier, metadata), which no counting endpoint takes: it is left unmarked, and so it is reported.
/// What is switched off is no loss.
ChatRequest CountedPart(const ChatRequest& request, CodecContext& context);

/// The request without the wish to stream: a count is one number.
ChatRequest WithoutStream(const ChatRequest& request, CodecContext& context);

/// The extras without those of these names.
Extras Without(const Extras& extras, std::span<const std::string_view> names,
               CodecContext& context);

/// Whether a request has nothing but members of these names, and one at least.
template <class Names>
bool HasOnly(const Value& root, const Names& names) {
  if (!root.is_object() || root.empty_container()) return false;
  for (Member member : root.members()) {
    if (names.Find(member.key) == Names::kUnknown) return false;
  }
  return true;
}

/// Begins an answer that counts; an error when it is no object.
Status BeginCounted(const Value& root, std::string_view protocol, ChatResponse& response);
/// The count itself; an error when it is none.
Status TakeCount(const Value& value, CodecContext& context, Usage& usage);
/// To be asked at the end: an error that names the member when there was no count.
Status CheckCounted(const Value& root, std::string_view member, CodecContext& context,
                    const ChatResponse& response);

/// A count as a JSON number; in the spelling in which it came if it is one of the source's.
void WriteCount(const Sourced<std::int64_t>& count, Writer& writer);
/// Without a count there is no answer: an error.
Status HasCount(const ChatResponse& response, CodecContext& context);

}  // namespace aiproxy
