// Events in base64 inside binary messages of AWS (InvokeModelWithResponseStream): any split gives
// the same frames, and what is written is read again. The first byte is how many of the bytes after
// it are lengths of pieces; the rest is, line by line, the payload of a chunk: once as it is (what
// a client reads as {"bytes":...}), once as the event that it wraps.
#include "framed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aiproxy;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<std::size_t> lengths = fuzz::TakeLengths(input);
  std::string chunks = "chunk ";
  for (char c : input) {
    chunks += c;
    if (c == '\n') chunks += "chunk ";
  }
  for (const std::string& stream : {fuzz::Messages(chunks, false), fuzz::Messages(input, true)}) {
    fuzz::CheckSplits(Framing::kAwsInvokeStream, stream, lengths);
    fuzz::CheckWritten(Framing::kAwsInvokeStream, stream);
  }
  return 0;
}
