// What an input looks like from its first bytes: a JSON document, a stream, or something else.
#pragma once

#include <cstdint>
#include <string_view>

namespace aiproxy {

enum class Shape : std::uint8_t {
  kDocument,   // JSON, or nothing that is known: the parser says what is wrong with it
  kStream,     // server-sent events, an array of objects, or messages of AWS
  kUndecided,  // more bytes are needed
};

/// `whole` says that no more bytes follow.
Shape ShapeOf(std::string_view begin, bool whole);

/// "HTML", "gzip-compressed data", "server-sent events", ... when the input begins like something
/// that is often given in the place of JSON; else "".
std::string_view LooksLike(std::string_view begin);

}  // namespace aiproxy
