// Lines of JSON: any split gives the same frames and lines, and what is written is read again.
// The first byte is how many of the bytes after it are lengths of pieces; the rest is the stream,
// in pieces of those lengths, over and over.
#include "core/stream/ndjson_parser.h"

#include "framed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aiproxy;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<std::size_t> lengths = fuzz::TakeLengths(input);
  const std::vector<std::size_t> whole = {input.size() + 1};
  if (fuzz::FramesAndLines<NdjsonParser>(input, whole) !=
      fuzz::FramesAndLines<NdjsonParser>(input, lengths))
    std::abort();
  fuzz::CheckSplits(Framing::kNdjson, input, lengths);
  fuzz::CheckWritten(Framing::kNdjson, input);
  return 0;
}
