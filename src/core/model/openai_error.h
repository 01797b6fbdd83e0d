// The errors of OpenAI's protocols, which share one body: {"error":{message,type,param,code}}.
#pragma once

#include <string_view>

#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy::openai {

/// Whether an error object has a member that only these protocols have.
bool HasOwnMember(const Value& error);

/// Whether an object is an error by its member "error", or says so in "object".
bool SaysError(const Value& root);

/// Reads the body in any of the shapes that compatible vendors send. `status`: of HTTP, 0 when it
/// is unknown; `protocol`: the id of the one that is decoded, static storage.
void DecodeError(const Value& root, int status, std::string_view protocol, CodecContext& context,
                 ApiError& error);

/// The kind that a code means (a string); kInvalidRequest for any other.
ApiErrorKind KindOfCode(const Value& code);

/// Writes the body: of `protocol`'s own errors in the shape in which it came.
void EncodeError(const ApiError& error, std::string_view protocol, CodecContext& context,
                 Writer& writer);

/// The words for an error: as they came where they are OpenAI's, else those of its kind.
struct ErrorWords {
  Text type;
  Raw code;  // JSON: a string or null; whatever came from a compatible vendor
};
ErrorWords WordsOf(const ApiError& error);

/// Writes the code of such words: of another protocol as a string or null, which is what clients
/// expect.
void WriteCode(const ApiError& error, const Raw& code, CodecContext& context, Writer& writer);

/// Only the object in the member "error".
void WriteErrorObject(const ApiError& error, CodecContext& context, Writer& writer);

/// The HTTP status that goes with it.
int ErrorStatus(const ApiError& error);

}  // namespace aiproxy::openai
