// What every encoder does with parts and messages that it cannot write as they are.
#pragma once

#include <string_view>

#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// Whether a text is written. One that is empty says nothing; one of white space alone, which
/// requests may not have, is given up with a report.
bool AdmitText(const TextPart& part, bool in_request, CodecContext& context);
/// Whether a result of a tool may hold such a part; one that it may not is given up with a report.
bool AdmitInResult(const Part& part, CodecContext& context);
/// Gives up a message of which nothing can be written.
void DropEmptyMessage(const Message& message, CodecContext& context);
/// Gives the part up, with a report.
void DropPart(const Part& part, CodecContext& context);
/// Reports a part that is written whole, but not where it stood.
void ReportMoved(const Part& part, std::string_view message, CodecContext& context);
/// For a target that has no place for the id of encrypted reasoning. OpenAI takes its own back only
/// with that id; nobody else asks for one.
void DropReasoningId(const Text& id, Issuer issuer, CodecContext& context);
/// Whether the part can be told in text: text, or a part with a rendition.
bool ReadsAsText(const Part& part);
/// The text as a JSON string; what is a JSON value instead of text, as the text of it.
void WriteTextOf(const TextPart& part, Writer& writer);
/// The text of a system message in the middle as a JSON string, marked for the user's turn that it
/// is carried in; reported.
void WriteMarkedSystemText(const Message& message, CodecContext& context, Writer& writer);
/// What can be told of an opaque part in text, as a JSON string.
void WriteLines(const OpaquePart& part, Writer& writer);
/// An opaque part of another protocol that can be told in text, as a JSON string.
void WriteRendition(const OpaquePart& part, CodecContext& context, Writer& writer);

}  // namespace aiproxy
