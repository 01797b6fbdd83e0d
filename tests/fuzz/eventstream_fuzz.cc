// Binary messages of AWS: any split gives the same frames, the same error, and bounded memory; what
// is written is read again. The first byte is how many of the bytes after it are lengths of pieces;
// the rest is the stream, once as it is and once with lengths and checksums that are right.
#include "framed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aiproxy;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<std::size_t> lengths = fuzz::TakeLengths(input);
  for (const std::string& stream : {std::string(input), fuzz::Sealed(input)}) {
    fuzz::CheckSplits(Framing::kAwsEventStream, stream, lengths);
    fuzz::CheckWritten(Framing::kAwsEventStream, stream);
  }
  return 0;
}
