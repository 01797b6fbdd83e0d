// Tool arguments in both wire forms: JSON text in a string, and a JSON object in place.
#pragma once

#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// The member that holds arguments which are not a JSON object, where the target demands one.
inline constexpr std::string_view kRawArguments = "_raw_arguments";

/// Writes the arguments as a JSON string. None at all is "{}". An object whose only member is
/// kRawArguments gives back the text in it, whether it is JSON in place or the text of it.
void WriteArgumentsAsString(const Arguments& arguments, CodecContext& context, Writer& writer);

/// Writes the arguments as a JSON object. "" and none are {}. Text that is not a JSON object is
/// carried as {"_raw_arguments": text} and reported at the text's node as kArgumentsWrapped.
void WriteArgumentsAsObject(const Arguments& arguments, CodecContext& context, Writer& writer);

/// The same of a call. The input of a custom tool, which is text, is the member "input" of an
/// object; reported.
void WriteInputAsObject(const ToolCallPart& call, CodecContext& context, Writer& writer);

/// Writes text that is a JSON object as that object; false, and nothing written, when it is not.
bool WriteTextAsObject(const Text& text, CodecContext& context, Writer& writer);

}  // namespace aiproxy
