// Any bytes as a stream of every protocol: no crash, no hang, the same output for any split, and
// an output that its own decoder can read.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "core/exchange/exchange.h"
#include "core/protocols/registry.h"

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

}  // namespace
}  // namespace aiproxy

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aiproxy;
  if (size < 2) return 0;
  std::string_view input(reinterpret_cast<const char*>(data) + 2, size - 2);
  auto protocols = AllProtocols();
  const Protocol& from = *protocols[data[0] % protocols.size()];
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
