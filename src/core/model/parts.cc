#include "core/model/parts.h"

#include "core/model/visit.h"
#include "core/model/words.h"

namespace aiproxy {

// https://platform.claude.com/docs/en/api/errors: "text content blocks must be non-empty", and
// "must contain non-whitespace text".
bool AdmitText(const TextPart& part, bool in_request, CodecContext& context) {
  if (part.json.present()) return true;
  if (part.text.empty()) {
    context.accounting.Use(part.text.node);
    return false;
  }
  if (!in_request || !IsBlank(part.text)) return true;
  DropAt(context, FirstNode(part.node, part.text.node), kPartDropped,
         "text of white space alone has no place in {target}");
  return false;
}

bool AdmitInResult(const Part& part, CodecContext& context) {
  auto drop = [&context](NodeId node, std::string_view message) {
    DropAt(context, node, kPartDropped, message);
    return false;
  };
  return std::visit(Overloaded{
                        [](const TextPart&) { return true; },
                        [](const MediaPart&) { return true; },
                        [](const OpaquePart&) { return true; },
                        [&](const ReasoningPart& p) {
                          return drop(p.node, "reasoning has no place in a tool result");
                        },
                        [&](const ToolCallPart& p) {
                          return drop(p.node, "a tool call has no place in a tool result");
                        },
                        [&](const ToolResultPart& p) {
                          return drop(p.node, "a tool result has no place in a tool result");
                        },
                    },
                    part.variant());
}

void DropEmptyMessage(const Message& message, CodecContext& context) {
  if (message.node == kNoNode) return;  // no message of the wire: its parts are told
  context.accounting.Drop(message.node, kMessageDropped,
                          "nothing is left of the message, and {target} refuses an empty one");
}

void DropPart(const Part& part, CodecContext& context) {
  auto drop = [&context](NodeId node, std::string_view what) {
    if (node == kNoNode) return;
    context.accounting.Drop(node, kPartDropped, "{} has no place in {target} here", what);
  };
  std::visit(Overloaded{
                 [&](const TextPart& text) { drop(text.node, "text"); },
                 [&](const MediaPart& media) {
                   using Kind = MediaPart::Kind;
                   bool document = media.kind == Kind::kDocument;
                   drop(media.node, media.kind == Kind::kImage   ? "an image like this"
                                    : media.kind == Kind::kAudio ? "audio"
                                    : document                   ? "a document like this"
                                                                 : "video");
                 },
                 [&](const ReasoningPart& reasoning) { drop(reasoning.node, "reasoning"); },
                 [&](const ToolCallPart& call) { drop(call.node, "a tool call"); },
                 [&](const ToolResultPart& result) { drop(result.node, "a tool result"); },
                 [&](const OpaquePart& opaque) {
                   drop(opaque.node, opaque.kind.present() ? opaque.kind.bytes : "an unknown part");
                 },
             },
             part.variant());
}

void ReportMoved(const Part& part, std::string_view message, CodecContext& context) {
  NodeId node = std::visit([](const auto& one) { return one.node; }, part.variant());
  if (node != kNoNode) context.accounting.Report(node, kPartDegraded, message);
}

void DropReasoningId(const Text& id, Issuer issuer, CodecContext& context) {
  if (!id.present() || issuer != Issuer::kOpenAi) return;
  DropAt(context, id.node, kFieldDropped,
         "{target} cannot hold the id of encrypted reasoning, which its vendor wants back");
}

bool ReadsAsText(const Part& part) {
  const OpaquePart* opaque = std::get_if<OpaquePart>(&part.variant());
  if (opaque != nullptr) return !opaque->rendition.empty();
  return std::get_if<TextPart>(&part.variant()) != nullptr;
}

void WriteTextOf(const TextPart& part, Writer& writer) {
  if (!part.json.present()) return writer.String(part.text);
  writer.BeginString();
  writer.AppendJson(part.json);
  writer.EndString();
}

void WriteMarkedSystemText(const Message& message, CodecContext& context, Writer& writer) {
  writer.BeginString();
  writer.AppendLiteral("<system>");
  for (const Part& part : message.parts) {
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text == nullptr) continue;  // stays unmarked: it is reported
    writer.AppendLiteral("\\n");
    writer.AppendText(text->text);
  }
  writer.AppendLiteral("\\n</system>");
  writer.EndString();
  context.accounting.Report(message.node, kPartDegraded,
                            "a system message in the middle is carried as marked text of the user");
}

void WriteLines(const OpaquePart& part, Writer& writer) {
  writer.BeginString();
  bool first = true;
  for (const Text& line : part.rendition) {
    if (!first) writer.AppendLiteral("\\n");
    first = false;
    writer.AppendText(line);
  }
  writer.EndString();
}

void WriteRendition(const OpaquePart& part, CodecContext& context, Writer& writer) {
  WriteLines(part, writer);
  if (part.node != kNoNode) {
    context.accounting.Report(part.node, kPartDegraded, "'{}' is carried as text", part.kind.bytes);
  }
}

}  // namespace aiproxy
