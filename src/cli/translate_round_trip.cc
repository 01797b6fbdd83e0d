// `aiproxy translate --round-trip`: to another protocol and back, and what is not the same then.
#include <string>
#include <string_view>

#include "cli/sniff.h"
#include "cli/translate.h"
#include "core/exchange/exchange.h"
#include "core/json/difference.h"

namespace aiproxy {

namespace {

constexpr std::size_t kMostShown = 200;

/// A value on one line, cut to a sensible length between characters.
std::string Shown(const Value& value) {
  if (!value.valid()) return "nothing";
  Output squeezed;
  AppendSqueezed(std::string(value.raw()), squeezed);
  std::string text = squeezed.ToString();
  if (text.size() <= kMostShown) return text;
  std::size_t size = kMostShown;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size) + "...";
}

class RoundTrip {
 public:
  RoundTrip(const Translation& translation, bool is_stream)
      : translation_(translation),
        collector_(translation.report, &translation.report),
        is_stream_(is_stream) {}

  ExitCode Run(const std::string& input) {
    Status status = is_stream_ ? ThereAndBackAsStream(input) : ThereAndBack(input);
    translation_.report.Absorb(collector_);
    if (!status) return translation_.Fail(BetterSaid(status.error(), input));
    return Tell();
  }

 private:
  /// The way there, as it was asked for.
  ExchangeOptions There() const { return translation_.options.exchange; }
  /// From one wire to another, each of a capability that is known.
  ExchangeOptions Between(const Protocol* from, const Protocol* to) const {
    ExchangeOptions options = translation_.options.exchange;
    options.from = from;
    options.to = to;
    options.capability = Capability::kChat;  // that is, as the wires have it
    options.platform = came_from_;
    return options;
  }
  ExchangeOptions Back() const {
    ExchangeOptions options = Between(there_, from_);
    options.kind = {};
    options.path.clear();
    options.on_loss = {};
    return options;
  }

  /// In an envelope between the two, so that nothing is lost that HTTP carries.
  Status ThereAndBack(const std::string& input) {
    ExchangeOptions there_options = There();
    there_options.emit = Emit::kEnvelope;
    std::string there_text;
    AIPROXY_RETURN_IF_ERROR(TranslateOne(there_options, input, there_text, true));
    AIPROXY_RETURN_IF_ERROR(TranslateOne(Between(from_, from_), input, before_, false));
    return TranslateOne(Back(), there_text, after_, false);
  }

  /// `is_there`: what the input was taken for is remembered, and losses are reported.
  Status TranslateOne(const ExchangeOptions& options, const std::string& input, std::string& output,
                      bool is_there) {
    DocumentExchange exchange(options, is_there ? Sink() : nullptr);
    PaddedText text(input);
    Output out;
    AIPROXY_RETURN_IF_ERROR(exchange.Translate(text.view(), out));
    if (is_there) {
      from_ = exchange.recognised().protocol;
      there_ = exchange.target();
      came_from_ = exchange.recognised().platform;
    }
    output = out.ToString();
    return Ok();
  }

  /// Streams are compared by the responses that they amount to.
  Status ThereAndBackAsStream(const std::string& input) {
    std::string there_text;
    AIPROXY_RETURN_IF_ERROR(TranslateAll(There(), input, there_text, true));
    ExchangeOptions same = Between(from_, from_);
    same.aggregate = true;
    AIPROXY_RETURN_IF_ERROR(TranslateAll(same, input, before_, false));
    ExchangeOptions back = Back();
    back.aggregate = true;
    return TranslateAll(back, there_text, after_, false);
  }

  Status TranslateAll(const ExchangeOptions& options, std::string input, std::string& output,
                      bool is_there) {
    StreamExchange exchange(options, is_there ? Sink() : nullptr);
    std::size_t size = input.size();
    input.append(Document::kPadding, '\0');
    Output out;
    AIPROXY_RETURN_IF_ERROR(exchange.Feed(input.data(), size, out));
    AIPROXY_RETURN_IF_ERROR(exchange.Finish(out));
    if (is_there) {
      from_ = exchange.recognised().protocol;
      there_ = exchange.target();
    }
    output = out.ToString();
    return Ok();
  }

  ReportSink* Sink() { return translation_.SinkFor(collector_); }

  /// A line for each difference; code 1 when there are any.
  ExitCode Tell() {
    const JsonLimits limits = translation_.options.exchange.limits.Body();
    PaddedText before_text(before_);
    PaddedText after_text(after_);
    Document before;
    Document after;
    Status status = before.Parse(before_text.view(), limits);
    if (status) status = after.Parse(after_text.view(), limits);
    if (!status) return translation_.Fail(status.error());
    std::string lines;
    for (const JsonDifference& one : DifferencesOf(Value(before, 0), Value(after, 0)))
      lines += one.pointer + ": " + Shown(one.before) + " -> " + Shown(one.after) + "\n";
    status = translation_.output.Write(lines);
    if (!status) return translation_.FailIo(status.error());
    return lines.empty() ? ExitCode::kDone : ExitCode::kFindings;
  }

  const Translation& translation_;
  ReportCollector collector_;
  bool is_stream_;
  Platform came_from_ = Platform::kVendor;
  const Protocol* from_ = nullptr;   // the wire that was read
  const Protocol* there_ = nullptr;  // the wire that it was written in
  std::string before_;
  std::string after_;
};

}  // namespace

ExitCode TranslateRoundTrip(const Translation& translation, bool is_stream) {
  auto text = translation.input.ReadAll(translation.options.exchange.limits.max_body_bytes);
  if (!text) {
    return text.error().kind == ErrorKind::kLimitExceeded ? translation.Fail(text.error())
                                                          : translation.FailIo(text.error());
  }
  return RoundTrip(translation, is_stream).Run(std::string(*text));
}

}  // namespace aiproxy
