// Any split of binary messages gives the same frames, the same error, and bounded memory. The first
// byte is how many of the bytes after it are lengths of pieces; the rest is the stream, once as it
// is and once with lengths and checksums that are right.
#include "framed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aiproxy;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<std::size_t> lengths = fuzz::TakeLengths(input);
  const std::vector<std::size_t> whole = {input.size() + 1};
  for (const std::string& stream : {std::string(input), fuzz::Sealed(input)}) {
    for (std::optional<Framing> framing : {std::optional(Framing::kAwsEventStream), {}}) {
      std::string at_once = fuzz::FrameText(framing, stream, whole).text;
      if (at_once != fuzz::FrameText(framing, stream, lengths).text) std::abort();
      if (at_once != fuzz::FrameText(framing, stream, {1}).text) std::abort();
    }
  }
  return 0;
}
