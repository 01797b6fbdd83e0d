// FrameWriter: what stands around the JSON of a frame.
#include <cassert>

#include "core/stream/codec.h"

namespace aiproxy {

Writer FrameWriter::Begin(std::string_view event, CodecContext& context) {
  assert(framing_ != Framing::kAwsEventStream && "binary frames are not written as text");
  if (framing_ == Framing::kSse) {
    // A name with a line end would be two fields; no protocol has such names.
    if (!event.empty() && event.find_first_of("\r\n") == event.npos) {
      out_.Append("event: ");
      out_.Append(event);
      out_.Append('\n');
    }
    out_.Append("data: ");
  }
  return Writer(out_, &context.document());
}

void FrameWriter::End() {
  out_.Append('\n');
  if (framing_ == Framing::kSse) out_.Append('\n');
}

void FrameWriter::Plain(std::string_view data) {
  if (framing_ == Framing::kSse) out_.Append("data: ");
  out_.Append(data);
  End();
}

}  // namespace aiproxy
