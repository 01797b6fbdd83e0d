// `aiproxy translate` of one document: a request, a response or an error.
#include <string_view>

#include "cli/translate.h"
#include "core/exchange/exchange.h"

namespace aiproxy {

ExitCode TranslateDocument(const Translation& translation) {
  const ExchangeOptions& options = translation.options.exchange;
  auto text = translation.input.ReadAll(options.limits.max_body_bytes);
  if (!text) {
    return text.error().kind == ErrorKind::kLimitExceeded ? translation.Fail(text.error())
                                                          : translation.FailIo(text.error());
  }
  ReportCollector collector(translation.report, &translation.report);
  DocumentExchange exchange(options, translation.SinkFor(collector));
  Output out;
  out.Reserve(text->size() + text->size() / 8);  // what is not written to stays without pages
  Status status = exchange.Translate(*text, out);
  translation.report.Absorb(collector);
  if (!status) return translation.Fail(BetterSaid(status.error(), *text));
  const bool same_protocol =
      exchange.recognised().protocol == exchange.target() && options.emit == Emit::kBody;
  status = WriteDocument(translation, out, same_protocol, text->ends_with('\n'));
  return status ? ExitCode::kDone : translation.FailIo(status.error());
}

}  // namespace aiproxy
