// One segment of a URL path: percent-encoding, both ways.
#pragma once

#include <string>
#include <string_view>

namespace aiproxy {

/// Appends the text that a segment stands for, decoded once; false for a broken escape or a control
/// character that is not escaped.
bool AppendUnescaped(std::string_view segment, std::string& out);

/// Appends `text` as one segment: letters, digits, "-_.~" and what `also` has stay as they are.
void AppendEscaped(std::string_view text, std::string_view also, std::string& out);

}  // namespace aiproxy
