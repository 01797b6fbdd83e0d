// Events as readable JSON, one object each: for tests, and the writing half of neutral streams.
#pragma once

#include <string_view>

#include "core/json/output.h"
#include "core/json/writer.h"
#include "core/stream/codec.h"
#include "core/stream/event.h"

namespace aiproxy {

/// "start", "block_start", "block_delta", "block_citation", "block_end", "usage", "finish",
/// "metadata", "opaque", "error", "end".
std::string_view EventWord(const StreamEvent& event);

/// Writes {"event":"block_delta","block":0,"text":"..."}: the members that are there, in a fixed
/// order. Extras are an object. Marks what it writes.
void WriteEvent(const StreamEvent& event, Writer& writer);

/// Appends one line per event.
class Recorder : public EventSink {
 public:
  /// `source`: the document that the events' nodes belong to, or nullptr.
  explicit Recorder(Output& out, Document* source = nullptr) : out_(out), source_(source) {}

  Status OnEvent(const StreamEvent& event) override;

 private:
  Output& out_;
  Document* source_;
};

}  // namespace aiproxy
