// FrameWriter: what stands around the JSON of a frame.
#include <cassert>

#include "core/stream/aws_frame_writer.h"
#include "core/stream/base64.h"
#include "core/stream/codec.h"

namespace aiproxy {

Writer FrameWriter::Begin(std::string_view event, CodecContext& context, Frame::Type type) {
  if (is_binary()) {
    payload_.Clear();
    binary_name_.assign(event);
    type_ = type;
    return Writer(payload_, &context.document());
  }
  if (framing_ == Framing::kSse) {
    // A name with a line end would be two fields; no protocol has such names.
    if (!event.empty() && event.find_first_of("\r\n") == event.npos) {
      out_.Append("event: ");
      out_.Append(event);
      out_.Append('\n');
    }
    out_.Append("data: ");
  } else if (framing_ == Framing::kJsonArray) {
    out_.Append(count_ == 0 ? std::string_view("[") : std::string_view(",\n"));
  }
  return Writer(out_, &context.document());
}

void FrameWriter::End() {
  ++count_;
  if (is_binary()) return EndBinary();
  if (framing_ == Framing::kJsonArray) return;
  out_.Append('\n');
  if (framing_ == Framing::kSse) out_.Append('\n');
}

/// The lengths and checksums stand before and behind the payload, so that it is written last.
void FrameWriter::EndBinary() {
  if (framing_ == Framing::kAwsEventStream || type_ != Frame::Type::kEvent)
    return AppendAwsMessage(binary_name_, type_, payload_, out_);
  wrapped_.Clear();
  wrapped_.Append("{\"bytes\":\"");
  AppendBase64(payload_, wrapped_);
  wrapped_.Append("\"}");
  AppendAwsMessage("chunk", type_, wrapped_, out_);
}

void FrameWriter::Plain(std::string_view data) {
  assert((framing_ == Framing::kSse || framing_ == Framing::kNdjson) && "frames hold JSON only");
  if (framing_ == Framing::kSse) out_.Append("data: ");
  out_.Append(data);
  End();
}

void FrameWriter::Close() {
  if (framing_ != Framing::kJsonArray) return;
  out_.Append(count_ == 0 ? std::string_view("[]\n") : std::string_view("]\n"));
}

}  // namespace aiproxy
