// The map of strings that a vendor stores with a request, within the limits of another vendor.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/json/writer.h"
#include "core/model/context.h"

namespace aiproxy {

struct MetadataLimits {
  std::size_t pairs = 0;
  std::size_t key = 0;    // characters
  std::size_t value = 0;  // characters
  /// Beside ASCII letters, digits and white space; "" when every character is taken.
  std::string_view punctuation;
};

/// Writes the pairs that fit as the member `name`, which is left out when there is none. The others
/// are dropped, one report each.
void WriteMetadata(const Raw& metadata, std::string_view name, const MetadataLimits& limits,
                   CodecContext& context, Writer& writer);

}  // namespace aiproxy
