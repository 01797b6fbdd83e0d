// The object `thinking` of Claude's requests, as every wire spells it that carries it.
#pragma once

#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// {"type":"enabled","budget_tokens":1024}. A type that is not known stays among the extras, whole.
/// https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking
void DecodeClaudeThinking(const Member& member, Taker& take, Reasoning& reasoning, Extras& extras);

/// The object as it came. Only when there is a mode.
void WriteClaudeThinking(const Reasoning& reasoning, Writer& writer);

}  // namespace aiproxy
