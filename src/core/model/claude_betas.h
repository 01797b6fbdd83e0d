// The features of Claude that a request asks for by name: who has which, and how they are listed.
#pragma once

#include <string>
#include <string_view>

#include "core/json/value.h"
#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// Appends the names in a list; false, and nothing is appended, when it is no list of strings.
bool AppendBetas(const Value& list, CodecContext& context, List<Text>& betas);
/// Appends the names of a header, with commas between; `node` is its place in the input.
void AppendBetas(std::string_view header, NodeId node, CodecContext& context, List<Text>& betas);

/// Those of the request's names that `platform` takes, each once. Clouds refuse a request for one
/// name that they do not know: such are reported, unless the request was addressed to that cloud.
List<Text> BetasFor(Platform platform, const ChatRequest& request, CodecContext& context);

/// Those that `request.platform` takes, as the header has them; what no header can hold is left
/// out.
std::string BetasHeader(const ChatRequest& request);

}  // namespace aiproxy
