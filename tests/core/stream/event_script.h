// Plays events that are written as JSON (with ' for ") into a sink, and records what comes out.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model/context.h"
#include "core/stream/neutral_stream.h"
#include "core/stream/recorder.h"

namespace aiproxy::testing {

inline std::string Quoted(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '"');
  return text;
}

/// What a translation has around its codecs.
struct Translation {
  Translation() { accounting.Begin(document, "test"); }

  Document document;
  Document scratch;
  Arena arena;
  Accounting accounting;
  std::string buffer;
  Limits limits;
  CodecContext context{accounting, arena, scratch, buffer, limits, {}};
};

using Lines = std::vector<std::string>;

/// Each line is a document of its own, whose bytes are gone after its event.
/// Returns the first error's message, or "".
inline std::string Play(const Lines& lines, Translation& translation, EventSink& sink,
                        Lines* findings = nullptr) {
  NeutralStreamDecoder decoder(translation.limits);
  for (const std::string& line : lines) {
    PaddedText text(Quoted(line));
    translation.arena.Reset();
    translation.accounting.Begin(translation.document, "test");
    Status status = decoder.Push({"", text.view()}, translation.context, sink);
    if (!status) return status.error().message;
    if (findings == nullptr) continue;
    translation.accounting.Settle();
    for (const Finding& finding : translation.accounting.findings()) {
      std::string pointer;
      translation.document.AppendPointer(finding.node, pointer);
      findings->push_back(std::string(finding.code->id) + " " + pointer);
    }
  }
  return "";
}

/// Records events as lines, with ' for ".
class LineRecorder : public EventSink {
 public:
  explicit LineRecorder(Document* source = nullptr) : source_(source) {}

  Status OnEvent(const StreamEvent& event) override {
    Output out;
    Writer writer(out, source_);
    WriteEvent(event, writer);
    std::string line = out.ToString();
    std::replace(line.begin(), line.end(), '"', '\'');
    lines_.push_back(std::move(line));
    return Ok();
  }

  const Lines& lines() const { return lines_; }

 private:
  Document* source_;
  Lines lines_;
};

}  // namespace aiproxy::testing
