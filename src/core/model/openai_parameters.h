// Parameters of a request that Chat Completions and legacy completions have in the same form.
#pragma once

#include "core/json/value.h"
#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy::openai {

/// Members that another API of OpenAI has too, under the same name.
Extras& SharedMembers(ChatRequest& request);

/// A number whose value `off` means that nothing is asked for.
void TakeNumber(const Member& member, double off, Taker& take, Number& into, Extras& extras);
/// "stop": one text or a list of texts; true for one text. What is neither goes to the request's
/// extras.
bool TakeStop(const Member& member, Taker& take, ChatRequest& request);
/// "stream_options"; false when it is no object, and in the request's extras.
bool TakeStreamOptions(const Member& member, Taker& take, ChatRequest& request);

}  // namespace aiproxy::openai
