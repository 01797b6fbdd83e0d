// Protocols as the user names them, with suggestions for what is misspelled.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json/result.h"
#include "core/protocols/protocol.h"

namespace aiproxy {

/// Every id and alias, and "neutral".
std::vector<std::string_view> ProtocolNames();

/// "openai-chat (openai), anthropic-messages (claude, anthropic), neutral".
std::string ProtocolList();

/// By id or alias; an unknown name is an error with the nearest one and the list.
Result<const Protocol*> ProtocolNamed(std::string_view name);

}  // namespace aiproxy
