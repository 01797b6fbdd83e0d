#include "cli/protocol_facts.h"

#include "core/protocols/registry.h"

namespace aiproxy {

std::string_view FramingId(Framing framing) {
  switch (framing) {
    case Framing::kSse:
      return "sse";
    case Framing::kNdjson:
      return "ndjson";
    case Framing::kJsonArray:
      return "json-array";
    case Framing::kAwsEventStream:
      return "aws-event-stream";
    case Framing::kAwsInvokeStream:
      return "aws-invoke-stream";
  }
  return "";
}

std::vector<Framing> FramingsOf(const Protocol& protocol) {
  std::vector<Framing> framings{protocol.framing};
  for (const Framing framing : protocol.other_framings) framings.push_back(framing);
  return framings;
}

std::string_view PlatformId(Platform platform) {
  switch (platform) {
    case Platform::kVendor:
      return "vendor";
    case Platform::kBedrock:
      return "bedrock";
    case Platform::kVertex:
      return "vertex";
  }
  return "";
}

std::vector<Platform> PlatformsOf(const Protocol& protocol) {
  std::vector<Platform> platforms{Platform::kVendor};
  for (const Platform platform : protocol.platforms) platforms.push_back(platform);
  return platforms;
}

std::vector<std::string_view> CapabilitiesOf(const Protocol& protocol) {
  std::vector<std::string_view> names;
  for (const Protocol* wire : AllWires()) {
    if (&ChatOf(*wire) == &ChatOf(protocol)) names.push_back(Name(wire->capability));
  }
  if (names.empty()) names.push_back(Name(protocol.capability));  // the neutral form
  return names;
}

std::vector<std::string_view> KindsRead(const Protocol& protocol) {
  std::vector<std::string_view> kinds;
  if (protocol.decode_request != nullptr) kinds.push_back(Name(MessageKind::kRequest));
  if (protocol.decode_response != nullptr) kinds.push_back(Name(MessageKind::kResponse));
  if (protocol.new_stream_decoder != nullptr) kinds.push_back(Name(MessageKind::kStream));
  if (protocol.decode_error != nullptr) kinds.push_back(Name(MessageKind::kError));
  return kinds;
}

std::vector<std::string_view> KindsWritten(const Protocol& protocol) {
  std::vector<std::string_view> kinds;
  if (protocol.encode_request != nullptr) kinds.push_back(Name(MessageKind::kRequest));
  if (protocol.encode_response != nullptr) kinds.push_back(Name(MessageKind::kResponse));
  if (protocol.new_stream_encoder != nullptr) kinds.push_back(Name(MessageKind::kStream));
  if (protocol.encode_error != nullptr) kinds.push_back(Name(MessageKind::kError));
  return kinds;
}

}  // namespace aiproxy
