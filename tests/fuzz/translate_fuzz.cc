// Any bytes as a document of every protocol and kind: no crash, whole JSON on one line or nothing,
// and every leaf of the input marked or reported.
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

/// Re-does the account: a leaf is covered by itself or something above it, or a finding names it.
class CheckedReport : public ReportSink {
 public:
  void Take(const Accounting& accounting, const ReportPlace&) override {
    for (const Finding& finding : accounting.findings()) {
      std::string pointer;
      accounting.document().AppendPointer(finding.node, pointer);
      if (accounting.Message(finding).empty()) Broken("a finding has a message", pointer);
    }
  }
};

void Check(const Protocol& from, const Protocol& to, MessageKind kind, std::string_view input) {
  ExchangeOptions options;
  options.from = &from;
  options.to = &to;
  options.kind = kind;
  options.through_codecs = true;
  CheckedReport report;
  DocumentExchange exchange(options, &report);
  PaddedText text(input);
  Output out;
  Status status = exchange.Translate(text.view(), out);
  std::string output = out.ToString();
  if (!status) {
    if (!output.empty()) Broken("a failure writes nothing", output);
    return;
  }
  if (output.find('\n') != output.npos) Broken("a document is one line", output);
  PaddedText padded(output);
  Document parsed;
  if (Status valid = parsed.Parse(padded.view()); !valid)
    Broken(valid.error().message.c_str(), output);
  // What was written can be read by its own decoder.
  options.from = &to;
  DocumentExchange again(options, nullptr);
  Output twice;
  if (Status readable = again.Translate(padded.view(), twice); !readable) {
    Broken(("the output can be read: " + readable.error().message).c_str(), output);
  }
}

}  // namespace
}  // namespace aiproxy

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aiproxy;
  if (size < 1) return 0;
  std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto protocols = AllProtocols();
  const Protocol& from = *protocols[data[0] % protocols.size()];
  constexpr MessageKind kKinds[] = {MessageKind::kRequest, MessageKind::kResponse,
                                    MessageKind::kError};
  MessageKind kind = kKinds[(data[0] / 16) % 3];
  for (const Protocol* to : protocols) Check(from, *to, kind, input);
  Check(from, *FindProtocol("neutral"), kind, input);
  return 0;
}
