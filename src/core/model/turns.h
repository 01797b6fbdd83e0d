// Questions about messages that several encoders ask before they write turns.
#pragma once

#include <cstddef>

#include "core/model/model.h"

namespace aiproxy {

/// System or developer.
bool IsSystem(const Message& message);

/// Nothing in it, or nothing but text without a visible character.
bool IsEmpty(const Message& message);

/// Whether something is certainly written for the message, so that it makes a turn.
bool HasContent(const Message& message);

/// Where the run of messages that starts at `index` and is not the assistant's ends.
std::size_t EndOfUserRun(const List<Message>& messages, std::size_t index);

/// Whether the message calls a tool.
bool CallsTools(const Message& message);

/// Whether the message has a result of a tool.
bool HasToolResult(const Message& message);

/// Whether a tool result stands behind something else in messages [begin, end).
bool HasLateToolResult(const List<Message>& messages, std::size_t begin, std::size_t end);

/// Whether the run of system messages at `index` is the end, or the assistant's turn follows.
bool IsBeforeAssistant(const List<Message>& messages, std::size_t index);

/// The text that the model shall continue: the end of the last message of all, when it is the
/// assistant's and ends with text; nullptr otherwise.
const Part* FindPrefill(const List<Message>& messages);

}  // namespace aiproxy
