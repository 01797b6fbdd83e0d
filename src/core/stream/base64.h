// Base64 (RFC 4648, the standard alphabet) of payloads that a framing wraps.
#pragma once

#include <string>
#include <string_view>

#include "core/json/output.h"

namespace aiproxy {

/// Appends the base64 of everything in `bytes`, padded.
void AppendBase64(const Output& bytes, Output& out);

/// Appends the bytes that `text` stands for; false when it is not padded base64 without spaces.
bool AppendDecodedBase64(std::string_view text, std::string& out);

}  // namespace aiproxy
