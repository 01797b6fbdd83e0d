// Server-sent events: any split gives the same frames and lines, and what is written is read again.
// The first byte is how many of the bytes after it are lengths of pieces; the rest is the stream,
// in pieces of those lengths, over and over.
#include "core/stream/sse_parser.h"

#include "framed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aiproxy;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<std::size_t> lengths = fuzz::TakeLengths(input);
  const std::vector<std::size_t> whole = {input.size() + 1};
  if (fuzz::FramesAndLines<SseParser>(input, whole) !=
      fuzz::FramesAndLines<SseParser>(input, lengths))
    std::abort();
  fuzz::CheckSplits(Framing::kSse, input, lengths);
  fuzz::CheckWritten(Framing::kSse, input);
  return 0;
}
