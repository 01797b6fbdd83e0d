// StreamExchange: frames through decoder, checker and encoder, one account per frame.
#include <optional>

#include "core/exchange/exchange.h"
#include "core/exchange/settle.h"
#include "core/exchange/target.h"
#include "core/protocols/neutral/codec.h"
#include "core/protocols/registry.h"
#include "core/stream/aggregator.h"
#include "core/stream/frame_parser.h"
#include "core/stream/grammar_checker.h"

namespace aiproxy {

namespace {

constexpr std::string_view kDoneMarker = "[DONE]";  // behind the streams of OpenAI

/// The last sink: events go to the encoder, to the aggregator, or nowhere (same protocol). The
/// model of the answer is replaced on the way when the options say so.
class Target : public EventSink {
 public:
  Target(const ExchangeOptions& options, CodecContext& context)
      : options_(options), context_(context) {}

  void Reset(StreamEncoder* encoder, Aggregator* aggregator) {
    encoder_ = encoder;
    aggregator_ = aggregator;
  }

  Status OnEvent(const StreamEvent& event) override {
    if (std::holds_alternative<StreamError>(event.variant())) failed_ = true;
    const auto* start = std::get_if<StreamStart>(&event.variant());
    if (start == nullptr || !options_.model) return HandOn(event);
    if (start->model.node != kNoNode) context_.accounting.Use(start->model.node);
    StreamStart renamed = *start;
    renamed.model = Text::Plain(*options_.model);
    return HandOn(renamed);
  }

  /// Whether a StreamError came by.
  bool failed() const { return failed_; }

 private:
  Status HandOn(const StreamEvent& event) {
    if (encoder_ != nullptr) return encoder_->Push(event, context_);
    if (aggregator_ != nullptr) return aggregator_->OnEvent(event);
    return Ok();
  }

  const ExchangeOptions& options_;
  CodecContext& context_;
  StreamEncoder* encoder_ = nullptr;
  Aggregator* aggregator_ = nullptr;
  bool failed_ = false;
};

/// Findings about an aggregated response, told as findings about the frames it came from.
class OriginalPlaces : public ReportSink {
 public:
  OriginalPlaces(const Origins& origins, ReportSink& report) : origins_(origins), report_(report) {}
  void Take(const Accounting& accounting, const ReportPlace&) override {
    report_.Take(accounting, {-1, &origins_});
  }

 private:
  const Origins& origins_;
  ReportSink& report_;
};

/// How the input is framed, when that is known before the first byte: in one protocol's own way, if
/// it has only that.
std::optional<Framing> KnownFraming(const ExchangeOptions& options) {
  if (options.from == nullptr || options.from->framing == Framing::kSse) return std::nullopt;
  return options.from->framing;
}

Error NotTranslated(const Protocol& from, const Protocol& to) {
  Error error;
  error.kind = ErrorKind::kUnsupported;
  error.message =
      "streams of " + std::string(from.id) + " to " + std::string(to.id) + " cannot be translated";
  return error;
}

}  // namespace

class StreamExchange::Impl : private FrameSink {
 public:
  Impl(const ExchangeOptions& options, ReportSink* report)
      : options_(options),
        report_(report),
        context_{accounting_, arena_, scratch_, buffer_, options_.limits, {}},
        parser_(NewFrameParser(KnownFraming(options_), options_.limits)),
        frames_(options_.framing.value_or(options_.to->framing), translated_),
        target_(options_, context_) {
    context_.options.unix_time = options_.unix_time;
    to_ = options_.to;
  }

  Status Feed(char* bytes, std::size_t size, Output& out) {
    // The parser writes into the bytes; a stream that stays as it is needs them before that.
    if (recognised_.protocol == nullptr || passes_through()) held_.append(bytes, size);
    Status status = parser_->Feed(bytes, size, *this);
    good_ = parser_->settled();
    if (status && passes_through()) status = CheckHeld();
    return Deliver(std::move(status), false, out);
  }

  Status Finish(Output& out) {
    Status status = parser_->Finish(*this);
    good_ = parser_->settled();
    if (status) status = End();
    if (status) good_ = given_ + held_.size();
    return Deliver(std::move(status), true, out);
  }

  const Recognised& recognised() const { return recognised_; }
  const Protocol* target() const { return to_; }

 private:
  bool passes_through() const {
    return recognised_.protocol == to_ && !options_.aggregate && !options_.through_codecs &&
           !options_.model && (!options_.framing || *options_.framing == parser_->framing());
  }

  /// Lines without end that are no data would be held without end.
  Status CheckHeld() const {
    if (held_.size() - (good_ - given_) <= 2 * options_.limits.max_event_bytes) return Ok();
    return LimitExceeded("event " + std::to_string(events_) + ": it has more than " +
                         std::to_string(2 * options_.limits.max_event_bytes) + " bytes");
  }

  /// Hands on what was translated, and ends the output in an error event when it went wrong.
  Status Deliver(Status status, bool is_last, Output& out) {
    if (passes_through()) {
      out.Append(std::string_view(held_).substr(0, good_ - given_));
      held_.erase(0, good_ - given_);
      given_ = good_;
    } else if (recognised_.protocol != nullptr) {
      held_.clear();
    }
    if (!status) EndInError(status.error());
    if ((is_last || !status) && encoder_ != nullptr) frames_.Close();
    translated_.ForEachPiece([&out](std::string_view piece) { out.Append(piece); });
    translated_.Clear();
    return status;
  }

  Status OnFrame(const Frame& frame) override {
    ++events_;
    document_.Clear();
    arena_.Reset();
    accounting_.Begin(document_, to_->id);
    bool is_done_marker = frame.data == kDoneMarker;
    if (recognised_.protocol == nullptr) AIPROXY_RETURN_IF_ERROR(RecogniseFirst(frame));
    if (decoder_ == nullptr || decoder_->done()) {
      // Behind an error nothing counts; behind an end, another stream may follow.
      if (target_.failed() || (decoder_ != nullptr && is_done_marker)) return Ok();
      Start();
    }
    if (aggregator_ != nullptr) aggregator_->set_event(events_ - 1);
    std::size_t before = translated_.size();
    std::size_t frames_before = frames_.count();
    Status status = decoder_->Push(frame, context_, *checker_);
    if (status) status = Settle();
    if (!status) status = InEvent(std::move(status.error()));
    if (status && decoder_->done()) status = Completed();
    if (!status) {
      translated_.Truncate(before);
      frames_.Rewind(frames_before);
    }
    return status;
  }

  Status RecogniseFirst(const Frame& frame) {
    Result<Recognised> recognised = RecogniseFrame(frame);
    if (!recognised) return InEvent(std::move(recognised.error()));
    recognised_ = *recognised;
    recognised_.kind = MessageKind::kStream;
    Result<const Protocol*> to = TargetOf(recognised_, options_);
    if (!to) return to.error();
    to_ = *to;
    if (recognised_.protocol->new_stream_decoder == nullptr || to_->new_stream_encoder == nullptr)
      return NotTranslated(*recognised_.protocol, *to_);
    document_.Clear();
    accounting_.Begin(document_, to_->id);
    return Ok();
  }

  Result<Recognised> RecogniseFrame(const Frame& frame) {
    // A failure says the same in every stream of AWS.
    if (frame.type != Frame::Type::kEvent) {
      if (options_.from != nullptr) return Recognised{options_.from};
      for (const Protocol* protocol : AllProtocols()) {
        if (protocol->framing == Framing::kAwsEventStream) return Recognised{protocol};
      }
    }
    if (frame.data == kDoneMarker) {
      Error error;
      error.message = "the stream ends before it began";
      return error;
    }
    AIPROXY_RETURN_IF_ERROR(document_.Parse(frame.data, options_.limits.Event()));
    HttpHead head;
    head.path = options_.path;
    return Recognise(Value(document_, 0), frame.event, true, head, options_);
  }

  void Start() {
    decoder_ = recognised_.protocol->new_stream_decoder(options_.limits);
    encoder_ = nullptr;
    aggregator_ = nullptr;
    if (options_.aggregate) {
      aggregator_ = std::make_unique<Aggregator>(options_.limits);
      aggregator_->Attach(context_);
      aggregator_->set_protocol(recognised_.protocol->id);
    } else if (!passes_through()) {
      encoder_ = to_->new_stream_encoder(frames_);
    }
    // An aggregated response settles its extras itself.
    context_.options.extras_come_out =
        options_.aggregate || to_ == &kNeutral || to_ == recognised_.protocol;
    target_.Reset(encoder_.get(), aggregator_.get());
    checker_ = std::make_unique<GrammarChecker>(target_);
    started_ = true;
  }

  Status Settle() {
    if (passes_through()) return Ok();
    accounting_.Settle();
    return SettleReport(accounting_, {events_ - 1, nullptr}, options_.on_loss, report_);
  }

  Status End() {
    if (!started_) {
      Error error;
      error.message = "the input has no events";
      error.line = error.column = 1;
      return error;
    }
    if (decoder_->done()) return Ok();
    document_.Clear();
    accounting_.Begin(document_, to_->id);
    AIPROXY_RETURN_IF_ERROR(decoder_->Finish(context_, *checker_));
    if (target_.failed()) {
      // The decoder has told the encoder; the caller is told here.
      error_is_out_ = encoder_ != nullptr;
      Error error;
      error.message =
          "the stream ended before it was complete, after " + std::to_string(events_) + " events";
      return error;
    }
    AIPROXY_RETURN_IF_ERROR(Settle());
    return Completed();
  }

  /// A stream came to its end: with --aggregate, its response is written.
  Status Completed() {
    if (aggregator_ == nullptr) return Ok();
    std::unique_ptr<Aggregator> aggregator = std::move(aggregator_);
    target_.Reset(nullptr, nullptr);
    const Protocol& from = *recognised_.protocol;
    bool own = &from == to_;
    // To its own protocol at once; else first in the neutral form, which loses nothing, and from
    // there like any other document, so that there is an account.
    const Protocol& first = own ? from : kNeutral;
    document_.Clear();
    accounting_.Begin(document_, first.id);
    Output& written = own ? translated_ : neutral_;
    Writer writer(written, &document_);
    AIPROXY_RETURN_IF_ERROR(aggregator->failed()
                                ? first.encode_error(aggregator->error(), context_, writer)
                                : first.encode_response(aggregator->response(), context_, writer));
    if (!own)
      AIPROXY_RETURN_IF_ERROR(
          FromNeutral(aggregator->failed() ? MessageKind::kError : MessageKind::kResponse,
                      aggregator->origins()));
    translated_.Append('\n');
    return Ok();
  }

  Status FromNeutral(MessageKind kind, const Origins& origins) {
    PaddedText text(neutral_.ToString());
    neutral_.Clear();
    ExchangeOptions options = options_;
    options.from = &kNeutral;
    options.to = to_;
    options.capability = Capability::kChat;  // that is, as `to` has it
    options.aggregate = false;
    options.kind = kind;
    Output target;
    std::optional<OriginalPlaces> report;
    if (report_ != nullptr) report.emplace(origins, *report_);
    DocumentExchange exchange(options, report ? &*report : nullptr);
    Status status = exchange.Translate(text.view(), target);
    if (!status) return InOrigin(std::move(status.error()), origins);
    target.ForEachPiece([this](std::string_view piece) { translated_.Append(piece); });
    return Ok();
  }

  /// An error about the neutral form, as one about the frame that its value came from.
  static Error InOrigin(Error error, const Origins& origins) {
    Origin origin = origins.Find(error.pointer);
    if (origin.event >= 0)
      error.message = "event " + std::to_string(origin.event) + ": " + error.message;
    error.pointer = origin.pointer;
    error.line = 0;
    return error;
  }

  Status InEvent(Error error) const {
    error.message = "event " + std::to_string(events_ - 1) + ": " + error.message;
    if (error.line != 0)
      error.message += " (column " + std::to_string(error.column) + " of its data)";
    error.line = 0;
    return error;
  }

  void EndInError(const Error& error) {
    if (!started_ || error_is_out_ || options_.aggregate) return;
    error_is_out_ = true;
    // Behind frames that stay as they came, the error is framed as they are.
    if (passes_through()) frames_.Continue(parser_->framing(), given_ > 0 ? 1 : 0);
    if (encoder_ == nullptr) encoder_ = to_->new_stream_encoder(frames_);
    document_.Clear();
    accounting_.Begin(document_, to_->id);
    StreamError event;
    event.error.kind = ApiErrorKind::kApi;
    event.error.message = Text::Plain(error.message);
    if (Status status = encoder_->Push(event, context_); !status) translated_.Clear();
  }

  ExchangeOptions options_;
  ReportSink* report_;
  Document document_;
  Document scratch_;
  Arena arena_;
  Accounting accounting_;
  std::string buffer_;
  CodecContext context_;
  std::unique_ptr<FrameParser> parser_;
  Output translated_;
  Output neutral_;  // an aggregated response on its way
  FrameWriter frames_;
  Target target_;
  std::unique_ptr<StreamDecoder> decoder_;
  std::unique_ptr<StreamEncoder> encoder_;
  std::unique_ptr<Aggregator> aggregator_;
  std::unique_ptr<GrammarChecker> checker_;
  Recognised recognised_;
  const Protocol* to_ = nullptr;  // the wire that is written
  std::string held_;              // bytes of a frame that is not whole, or not known to be good
  std::uint64_t given_ = 0;       // bytes that went through as they came
  std::uint64_t good_ = 0;        // bytes that may go through
  std::int64_t events_ = 0;
  bool started_ = false;
  bool error_is_out_ = false;
};

StreamExchange::StreamExchange(const ExchangeOptions& options, ReportSink* report)
    : impl_(std::make_unique<Impl>(options, report)) {}
StreamExchange::~StreamExchange() = default;

Status StreamExchange::Feed(char* bytes, std::size_t size, Output& out) {
  return impl_->Feed(bytes, size, out);
}
Status StreamExchange::Finish(Output& out) { return impl_->Finish(out); }
const Recognised& StreamExchange::recognised() const { return impl_->recognised(); }
const Protocol* StreamExchange::target() const { return impl_->target(); }

}  // namespace aiproxy
