// Any bytes as a stream of every protocol in every framing: no crash, no hang, the same output for
// any split, and an output that its own decoder can read. The first byte tells protocol (low half)
// and framing (high half, see Framed), the second the size of the pieces.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "core/exchange/exchange.h"
#include "core/protocols/registry.h"
#include "framed.h"

namespace aiproxy {
namespace {

[[noreturn]] void Broken(const char* law, const std::string& output) {
  std::fprintf(stderr, "broken: %s\n%s\n", law, output.c_str());
  std::abort();
}

std::string Translate(const Protocol& from, const Protocol& to, std::string_view input,
                      std::size_t piece, bool& ok) {
  ExchangeOptions options;
  options.from = &from;
  options.to = &to;
  options.through_codecs = true;
  StreamExchange exchange(options, nullptr);
  Output out;
  Status status;
  for (std::size_t at = 0; status && at < input.size(); at += piece) {
    std::string bytes(input.substr(at, piece));
    std::size_t size = bytes.size();
    bytes.append(Document::kPadding, '\0');
    status = exchange.Feed(bytes.data(), size, out);
  }
  if (status) status = exchange.Finish(out);
  ok = status.has_value();
  return out.ToString();
}

/// The bytes themselves, or what they describe in another framing.
std::string Framed(std::string_view bytes, std::size_t how) {
  switch (how) {
    case 1:
      return fuzz::Messages(bytes, false);
    case 2:
      return fuzz::Messages(bytes, true);
    case 3:
      return fuzz::Sealed(bytes);
    case 4:
      return "[" + std::string(bytes);
    default:
      return std::string(bytes);
  }
}

}  // namespace
}  // namespace aiproxy

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aiproxy;
  if (size < 2) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  auto protocols = AllProtocols();
  const Protocol& from = *protocols[data[0] % 16 % protocols.size()];
  std::string input = Framed(bytes, data[0] / 16);
  for (const Protocol* to : protocols) {
    bool ok = false;
    bool ok_split = false;
    std::string whole = Translate(from, *to, input, input.size() + 1, ok);
    std::string split = Translate(from, *to, input, 1 + data[1] % 64, ok_split);
    if (whole != split || ok != ok_split)
      Broken("any split gives the same output", whole + "\n---\n" + split);
    if (whole.empty()) continue;
    bool readable = false;
    std::string again = Translate(*to, *to, whole, whole.size(), readable);
    if (!readable) Broken("the output can be read", whole + "\n---\n" + again);
  }
  return 0;
}
