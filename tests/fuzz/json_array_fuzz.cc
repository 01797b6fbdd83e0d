// Any split of a JSON array gives the same frames and the same error, of a sound array the frames
// are its elements, and what is written is read again. The first byte is how many of the bytes
// after it are lengths of pieces.
#include "core/json/value.h"
#include "framed.h"

namespace {

using namespace aiproxy;

/// Takes the elements as they come, as FrameText writes them.
std::string Elements(Document& document) {
  std::string text;
  for (Value item : Value(document, 0).items()) text += "[0|" + std::string(item.raw()) + "|]";
  return text + "@" + std::to_string(static_cast<int>(Framing::kJsonArray));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<std::size_t> lengths = fuzz::TakeLengths(input);
  fuzz::CheckSplits(Framing::kJsonArray, input, lengths);
  fuzz::CheckWritten(Framing::kJsonArray, input);
  if (input.size() > fuzz::kMostBytes) return 0;  // an element may be over the limit
  PaddedText text{std::string(input)};
  Document document;
  JsonLimits limits;
  limits.max_depth = 1024;
  if (!document.Parse(text.view(), limits) || !Value(document, 0).is_array()) return 0;
  std::string frames = fuzz::FrameText(Framing::kJsonArray, input, lengths).text;
  if (frames != Elements(document)) std::abort();
  return 0;
}
