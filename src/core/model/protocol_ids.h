// The ids of all protocols as static strings, for what is read back from text.
#pragma once

#include <span>
#include <string_view>

namespace aiproxy {

/// Every protocol id, in the order of the documentation; "neutral" last.
std::span<const std::string_view> ProtocolIds();

/// The id in static storage that equals `id`; "" when there is none.
std::string_view InternProtocolId(std::string_view id);

}  // namespace aiproxy
