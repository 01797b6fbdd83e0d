#include "core/stream/aws_frame_writer.h"

#include <cstdint>
#include <string>

#include "core/stream/crc32.h"

namespace aiproxy {

namespace {

constexpr std::size_t kMaxNameBytes = 32767;

char* PutU32(std::uint32_t value, char* to) {
  for (int shift = 24; shift >= 0; shift -= 8) *to++ = static_cast<char>(value >> shift);
  return to;
}

std::size_t HeaderSize(std::string_view name, std::string_view value) {
  return 1 + name.size() + 1 + 2 + value.size();
}

char* PutHeader(std::string_view name, std::string_view value, char* to) {
  constexpr char kString = 7;
  *to++ = static_cast<char>(name.size());
  std::memcpy(to, name.data(), name.size());
  to += name.size();
  *to++ = kString;
  *to++ = static_cast<char>(value.size() >> 8);
  *to++ = static_cast<char>(value.size());
  if (!value.empty()) std::memcpy(to, value.data(), value.size());
  return to + value.size();
}

}  // namespace

void AppendAwsMessage(std::string_view name, Frame::Type type, const Output& payload, Output& out) {
  bool is_event = type == Frame::Type::kEvent;
  std::string_view name_header = is_event ? ":event-type" : ":exception-type";
  std::string_view message_type = is_event ? "event" : "exception";
  constexpr std::string_view kContentType = "application/json";
  name = name.substr(0, kMaxNameBytes);
  std::size_t headers = HeaderSize(name_header, name) + HeaderSize(":content-type", kContentType) +
                        HeaderSize(":message-type", message_type);
  std::size_t head = 12 + headers;
  char* start = out.Reserve(head);
  char* to = PutU32(static_cast<std::uint32_t>(head + payload.size() + 4), start);
  to = PutU32(static_cast<std::uint32_t>(headers), to);
  to = PutU32(Crc32({start, 8}), to);
  to = PutHeader(name_header, name, to);
  to = PutHeader(":content-type", kContentType, to);
  PutHeader(":message-type", message_type, to);
  std::uint32_t crc = Crc32({start, head});
  out.Advance(head);
  payload.ForEachPiece([&](std::string_view piece) {
    crc = Crc32(piece, crc);
    out.Append(piece);
  });
  PutU32(crc, out.Reserve(4));
  out.Advance(4);
}

}  // namespace aiproxy
