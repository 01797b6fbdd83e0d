#include "core/model/parts.h"

#include "core/model/visit.h"

namespace aiproxy {

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

void WriteRendition(const OpaquePart& part, CodecContext& context, Writer& writer) {
  writer.BeginString();
  bool first = true;
  for (const Text& line : part.rendition) {
    if (!first) writer.AppendLiteral("\\n");
    first = false;
    writer.AppendText(line);
  }
  writer.EndString();
  if (part.node != kNoNode) {
    context.accounting.Report(part.node, kPartDegraded, "'{}' is carried as text", part.kind.bytes);
  }
}

}  // namespace aiproxy
