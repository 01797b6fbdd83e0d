#include "core/stream/aws_event_stream_parser.h"

#include <algorithm>

#include "core/json/scan.h"
#include "core/json/value.h"
#include "core/stream/aws_headers.h"
#include "core/stream/base64.h"
#include "core/stream/crc32.h"

namespace aiproxy {

namespace {

constexpr std::size_t kCrcBytes = 4;
constexpr std::size_t kEnvelopeBytes = kAwsPreludeBytes + kCrcBytes;
constexpr std::size_t kMaxHeadersBytes = 131072;

std::uint32_t BigEndian(const char* at) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(at[i]);
  return value;
}

}  // namespace

bool IsAwsPrelude(std::string_view bytes) {
  return bytes.size() >= kAwsPreludeBytes && Crc32(bytes.substr(0, 8)) == BigEndian(&bytes[8]);
}

Error AwsEventStreamParser::Wrong(const std::string& what) const {
  Error error;
  error.message =
      "message " + std::to_string(index_) + " at byte " + std::to_string(offset_) + ": " + what;
  return error;
}

Status AwsEventStreamParser::Feed(char* bytes, std::size_t size, FrameSink& sink) {
  char* at = bytes;
  char* end = bytes + size;
  if (!partial_.empty()) AIPROXY_RETURN_IF_ERROR(FeedPartial(at, end, sink));
  while (at < end) {
    auto available = static_cast<std::size_t>(end - at);
    if (available >= kAwsPreludeBytes) {
      AIPROXY_RETURN_IF_ERROR(TakePrelude(at));
      if (available >= total_bytes_) {
        char* message = at;
        at += total_bytes_;
        AIPROXY_RETURN_IF_ERROR(TakeMessage(message, sink));
        continue;
      }
    }
    partial_.assign(at, available);
    return Ok();
  }
  return Ok();
}

/// Adds to the message that was split, first until its lengths are known.
Status AwsEventStreamParser::FeedPartial(char*& at, char* end, FrameSink& sink) {
  auto fill = [&](std::size_t size) {
    std::size_t more = std::min(size - partial_.size(), static_cast<std::size_t>(end - at));
    partial_.append(at, more);
    at += more;
    return partial_.size() == size;
  };
  if (partial_.size() < kAwsPreludeBytes) {
    if (!fill(kAwsPreludeBytes)) return Ok();
    AIPROXY_RETURN_IF_ERROR(TakePrelude(partial_.data()));
  }
  if (!fill(total_bytes_)) return Ok();
  std::swap(partial_, whole_);
  partial_.clear();
  whole_.append(Document::kPadding, '\0');
  return TakeMessage(whole_.data(), sink);
}

Status AwsEventStreamParser::TakePrelude(const char* prelude) {
  if (!IsAwsPrelude({prelude, kAwsPreludeBytes})) return Wrong("wrong prelude CRC");
  total_bytes_ = BigEndian(prelude);
  headers_bytes_ = BigEndian(prelude + 4);
  if (total_bytes_ > limits_.max_event_bytes) {
    Error error = Wrong("a length of " + std::to_string(total_bytes_) + " bytes, more than " +
                        std::to_string(limits_.max_event_bytes));
    error.kind = ErrorKind::kLimitExceeded;
    return error;
  }
  if (total_bytes_ < kEnvelopeBytes)
    return Wrong("a length of " + std::to_string(total_bytes_) + " bytes, less than 16");
  if (headers_bytes_ > total_bytes_ - kEnvelopeBytes || headers_bytes_ > kMaxHeadersBytes)
    return Wrong(std::to_string(headers_bytes_) + " bytes of headers, more than there can be");
  return Ok();
}

Status AwsEventStreamParser::TakeMessage(char* message, FrameSink& sink) {
  std::size_t checked = total_bytes_ - kCrcBytes;
  if (Crc32({message, checked}) != BigEndian(message + checked)) return Wrong("wrong message CRC");
  Frame frame;
  const char* payload = message + kAwsPreludeBytes + headers_bytes_;
  frame.data = {payload, static_cast<std::size_t>(message + checked - payload)};
  AIPROXY_RETURN_IF_ERROR(ReadHeaders({message + kAwsPreludeBytes, headers_bytes_}, frame));
  // Over the checksum, which was read: the rest of the bytes is the padding.
  message[checked] = '\0';
  bool is_event = frame.type == Frame::Type::kEvent;
  if (is_event && frame.event == "chunk") AIPROXY_RETURN_IF_ERROR(Unwrap(frame));
  Status status = is_event && frame.event == "initial-response" ? Ok() : sink.OnFrame(frame);
  ++index_;
  offset_ += total_bytes_;
  if (status) settled_ = offset_;
  return status;
}

Status AwsEventStreamParser::ReadHeaders(std::string_view headers, Frame& frame) {
  std::string_view message_type = "event";
  std::string_view event;
  std::string_view exception;
  std::string_view code;
  struct Known {
    std::string_view name;
    std::string_view& value;
  };
  const Known known[] = {{":message-type", message_type},
                         {":event-type", event},
                         {":exception-type", exception},
                         {":error-code", code},
                         {":error-message", frame.message}};
  AwsHeader header;
  AwsHeaderReader reader(headers);
  while (reader.Next(header)) {
    for (const Known& one : known) {
      if (one.name != header.name) continue;
      if (header.type != AwsHeader::kString)
        return Wrong("header " + std::string(one.name) + " is not a string");
      const char* end = header.value.data() + header.value.size();
      if (scan::InvalidUtf8(header.value.data(), end) != end)
        return Wrong("header " + std::string(one.name) + " is not UTF-8");
      one.value = header.value;
    }
  }
  if (!reader.problem().empty()) return Wrong(reader.problem());
  if (message_type == "event") {
    frame.event = event;
  } else if (message_type == "exception") {
    frame.type = Frame::Type::kException;
    frame.event = exception;
  } else if (message_type == "error") {
    frame.type = Frame::Type::kError;
    frame.event = code;
  } else {
    return Wrong("header :message-type is none of event, exception and error");
  }
  return Ok();
}

/// {"bytes":"<base64>"}: the event of Anthropic that it wraps. Another chunk stays as it is.
/// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_PayloadPart.html
Status AwsEventStreamParser::Unwrap(Frame& frame) {
  if (Status status = wrapper_.Parse(frame.data, limits_.Event()); !status)
    return Wrong(status.error().message);
  Value root(wrapper_, 0);
  Value bytes = root.is_object() ? root.Find("bytes") : Value();
  if (!bytes.valid() || !bytes.is_string()) return Ok();
  std::string_view base64 = bytes.body();
  if (bytes.escaped()) {
    escaped_ = bytes.Decoded();
    base64 = escaped_;
  }
  unwrapped_.clear();
  if (!AppendDecodedBase64(base64, unwrapped_)) return Wrong("the bytes of a chunk are not base64");
  std::size_t size = unwrapped_.size();
  unwrapped_.append(Document::kPadding, '\0');
  frame.data = {unwrapped_.data(), size};
  frame.event = {};
  is_invoke_ = true;
  return Ok();
}

Status AwsEventStreamParser::Finish(FrameSink& /*sink*/) {
  if (partial_.empty()) return Ok();
  return Wrong("the input is cut off after " + std::to_string(partial_.size()) +
               " bytes of the message");
}

}  // namespace aiproxy
