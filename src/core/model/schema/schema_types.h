// The types of JSON Schema: their words, and which keywords speak of which.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/model/schema/merged_schema.h"

namespace aiproxy {

enum class Type : std::uint8_t { kNone, kString, kNumber, kInteger, kBoolean, kArray, kObject };

/// In any case of letters; kNone for words that are no type, and for "null".
Type TypeOf(std::string_view word);
std::string_view Word(Type type);

/// Whether nothing but null fits.
bool IsNullSchema(const Value& schema);
/// Whether a keyword says something about values of the type, or about all.
bool SpeaksOf(Keyword keyword, Type type);
/// Whether Google knows the format for values of the type.
bool IsKnownFormat(std::string_view format, Type type);
/// The type that a schema without one must be about; kNone when it does not tell.
Type InferType(const MergedSchema& schema, Document& document);

}  // namespace aiproxy
