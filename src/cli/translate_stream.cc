// `aiproxy translate` of a stream: event by event, as it is read.
#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "cli/sniff.h"
#include "cli/translate.h"
#include "core/exchange/exchange.h"
#include "core/json/document.h"

namespace aiproxy {

namespace {

constexpr std::size_t kChunk = 128 * 1024;
constexpr std::size_t kWidenFrom = 32 * 1024;

/// One JSON text where server-sent events were expected is mostly an error that came instead.
Status CheckIsStream(const ExchangeOptions& options, std::string_view begin) {
  const std::string_view looks = LooksLike(begin);
  const bool is_sse = options.from != nullptr && options.from->framing == Framing::kSse;
  const std::size_t content = begin.find_first_not_of(" \t\r\n");
  const bool is_json = content != begin.npos && begin[content] == '{';
  if (is_sse && is_json) {
    return Error{.message = "this looks like a JSON document, not a stream of server-sent events",
                 .line = 1,
                 .column = 1,
                 .pointer = {}};
  }
  if (looks.empty() || looks == "server-sent events" || looks == "an event stream of AWS")
    return Ok();
  return Error{.message = "this looks like " + std::string(looks) + ", not a stream",
               .line = 1,
               .column = 1,
               .pointer = {}};
}

class StreamTranslation {
 public:
  explicit StreamTranslation(const Translation& translation)
      : translation_(translation),
        collector_(translation.report, &translation.report),
        exchange_(translation.options.exchange, translation.SinkFor(collector_)),
        buffer_(std::make_unique_for_overwrite<char[]>(kChunk + Document::kPadding)) {}

  ExitCode Run() {
    for (;;) {
      auto count = translation_.input.Read(buffer_.get(), kChunk);
      if (!count) return translation_.FailIo(count.error());
      if (*count == 0) break;
      if (first_) {
        const std::string_view begin(buffer_.get(), *count);
        if (Status status = CheckIsStream(translation_.options.exchange, begin); !status)
          return translation_.Fail(status.error());
        first_ = false;
      }
      if (*count >= kWidenFrom) WidenPipes();
      const Status fed = exchange_.Feed(buffer_.get(), *count, out_);
      if (!fed) return End(fed);
      if (Status status = Write(); !status) return translation_.FailIo(status.error());
    }
    return End(exchange_.Finish(out_));
  }

 private:
  /// The stream is over, well or badly: what is owed is written.
  ExitCode End(const Status& status) {
    const Status written = Write();
    translation_.report.Absorb(collector_);
    const ExitCode code = status.has_value() ? ExitCode::kDone : translation_.Fail(status.error());
    return written.has_value() ? code : translation_.FailIo(written.error());
  }

  Status Write() {
    translation_.report.Relay(collector_);
    if (out_.size() == 0) return Ok();
    Status status = translation_.options.exchange.aggregate ? WriteResponses()
                                                            : translation_.output.Write(out_);
    out_.Clear();
    return status;
  }

  /// A response for each stream that has come to its end, each of them a line.
  Status WriteResponses() {
    if (translation_.options.exchange.emit == Emit::kHttp) return translation_.output.Write(out_);
    const std::string text = out_.ToString();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      Output document;
      document.Append(std::string_view(text).substr(at, end - at));
      AIPROXY_RETURN_IF_ERROR(WriteDocument(translation_, document, false, false));
      at = end + 1;
    }
    return Ok();
  }

  void WidenPipes() {
    if (widened_) return;
    widened_ = true;
    translation_.input.WidenPipe();
    translation_.output.WidenPipe();
  }

  const Translation& translation_;
  ReportCollector collector_;
  StreamExchange exchange_;
  std::unique_ptr<char[]> buffer_;
  Output out_;
  bool first_ = true;
  bool widened_ = false;
};

}  // namespace

ExitCode TranslateStream(const Translation& translation) {
  return StreamTranslation(translation).Run();
}

}  // namespace aiproxy
