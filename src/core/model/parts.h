// What every encoder does with parts that it cannot write as they are.
#pragma once

#include <string_view>

#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// Gives the part up, with a report.
void DropPart(const Part& part, CodecContext& context);
/// Reports a part that is written whole, but not where it stood.
void ReportMoved(const Part& part, std::string_view message, CodecContext& context);
/// Whether the part can be told in text: text, or a part with a rendition.
bool ReadsAsText(const Part& part);
/// The text as a JSON string; what is a JSON value instead of text, as the text of it.
void WriteTextOf(const TextPart& part, Writer& writer);
/// An opaque part of another protocol that can be told in text, as a JSON string.
void WriteRendition(const OpaquePart& part, CodecContext& context, Writer& writer);

}  // namespace aiproxy
