// Any split of an event stream gives the same frames. The first byte is how many of the bytes after
// it are lengths of pieces; the rest is the stream, in pieces of those lengths, over and over.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/document.h"
#include "core/stream/ndjson_parser.h"
#include "core/stream/sse_parser.h"

namespace {

using aiproxy::Document;
using aiproxy::Frame;
using aiproxy::Limits;
using aiproxy::Ok;
using aiproxy::Status;

/// A buffer of exactly the size that the parsers may read, so that the sanitiser sees more.
std::unique_ptr<char[]> Padded(std::string_view piece) {
  auto buffer = std::make_unique<char[]>(piece.size() + Document::kPadding);
  std::memcpy(buffer.get(), piece.data(), piece.size());
  std::memset(buffer.get() + piece.size(), '\n', Document::kPadding);
  return buffer;
}

/// The frames, and the error that ends them, as one text.
template <class Parser>
std::string Frames(std::string_view stream, const std::vector<std::size_t>& lengths) {
  Limits limits;
  limits.max_event_bytes = 64;
  limits.max_body_bytes = 64;
  Parser parser(limits);
  std::string out;
  auto on_frame = [&](const Frame& frame) {
    if (*(frame.data.data() + frame.data.size()) != '\0') std::abort();
    out += "[" + std::string(frame.event) + "|" + std::string(frame.data) + "@" +
           std::to_string(parser.frame_line()) + "]";
    return Ok();
  };
  Status status = Ok();
  for (std::size_t i = 0; status && !stream.empty(); ++i) {
    std::size_t size = std::min(lengths[i % lengths.size()], stream.size());
    auto buffer = Padded(stream.substr(0, size));
    status = parser.Feed(buffer.get(), size, on_frame);
    stream.remove_prefix(size);
  }
  if (status) status = parser.Finish(on_frame);
  if (!status) out += "!" + status.error().message + "@" + std::to_string(status.error().line);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::size_t count = std::min<std::size_t>(data[0], size - 1);
  std::vector<std::size_t> lengths;
  for (std::size_t i = 0; i < count; ++i) lengths.push_back(data[1 + i] + 1u);
  if (lengths.empty()) lengths.push_back(1);
  std::string stream(size - 1 - count, '\0');
  for (std::size_t i = 0; i < stream.size(); ++i)
    stream[i] = static_cast<char>(data[1 + count + i]);
  const std::vector<std::size_t> whole = {stream.size() + 1};
  using aiproxy::NdjsonParser;
  using aiproxy::SseParser;
  if (Frames<SseParser>(stream, whole) != Frames<SseParser>(stream, lengths)) std::abort();
  if (Frames<NdjsonParser>(stream, whole) != Frames<NdjsonParser>(stream, lengths)) std::abort();
  return 0;
}
