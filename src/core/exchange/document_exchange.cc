// DocumentExchange: decode, encode, settle the account, and give nothing out that was refused.
#include <algorithm>

#include "core/exchange/envelope.h"
#include "core/exchange/exchange.h"
#include "core/exchange/orphan_results.h"
#include "core/exchange/settle.h"
#include "core/exchange/splice.h"
#include "core/exchange/target.h"
#include "core/protocols/neutral/codec.h"
#include "core/stream/grammar_checker.h"
#include "core/stream/unroller.h"

namespace aiproxy {

namespace {

/// Hands events to an encoder.
class EncoderSink : public EventSink {
 public:
  EncoderSink(StreamEncoder& encoder, CodecContext& context)
      : encoder_(encoder), context_(context) {}
  Status OnEvent(const StreamEvent& event) override { return encoder_.Push(event, context_); }

 private:
  StreamEncoder& encoder_;
  CodecContext& context_;
};

}  // namespace

class DocumentExchange::Impl {
 public:
  Impl(const ExchangeOptions& options, ReportSink* report)
      : options_(options), report_(report), context_{accounting_, arena_,          scratch_,
                                                     buffer_,     options_.limits, {}} {
    context_.options.unix_time = options_.unix_time;
    if (!options_.model) return;
    model_json_ = "\"";
    EscapeString(*options_.model, model_json_);
    model_json_ += '"';
  }

  Status Translate(std::string_view text, Output& out) {
    std::size_t before = out.size();
    Status status = Run(text, out);
    if (!status) out.Truncate(before);
    return status;
  }

  const Recognised& recognised() const { return recognised_; }
  const Protocol* target() const { return to_; }

 private:
  Status Run(std::string_view text, Output& out) {
    arena_.Reset();
    AIPROXY_RETURN_IF_ERROR(document_.Parse(text, options_.limits.Body()));
    accounting_.Begin(document_, options_.to->id);
    Envelope envelope;
    AIPROXY_RETURN_IF_ERROR(OpenEnvelope(Value(document_, 0), accounting_, envelope));
    if (!options_.path.empty()) envelope.head.path = options_.path;
    Result<Recognised> recognised = Recognise(envelope.body, "", false, envelope.head, options_);
    if (!recognised) return recognised.error();
    recognised_ = *recognised;
    if (recognised_.kind == MessageKind::kRequest && recognised_.protocol->platform_of != nullptr) {
      recognised_.platform = recognised_.protocol->platform_of(envelope.body, envelope.head.path);
    }
    Result<const Protocol*> to = TargetOf(recognised_, options_);
    if (!to) return to.error();
    to_ = *to;
    accounting_.set_target(to_->id);
    const bool is_spliced = Splices() && options_.emit != Emit::kBody;
    AccountHeaders(envelope, is_spliced, accounting_);
    if (recognised_.assumed) {
      accounting_.Report(envelope.body.id(), kProtocolAssumed,
                         "read as openai-chat; --from settles it");
    }
    AIPROXY_RETURN_IF_ERROR(Write(envelope, out));
    accounting_.Settle();
    return SettleReport(accounting_, {}, options_.on_loss, report_);
  }

  bool Splices() const {
    // What has no place for the model in a body may have one in a response.
    const bool is_renamed = recognised_.kind == MessageKind::kResponse && options_.model;
    const bool is_nested = options_.model && to_->model_is_nested;
    const bool is_moved = recognised_.kind == MessageKind::kRequest && options_.platform &&
                          *options_.platform != recognised_.platform;
    return recognised_.protocol == to_ && !options_.through_codecs && !options_.unroll &&
           !is_moved && !(is_renamed && to_->model_member.empty()) && !is_nested;
  }

  Status Write(Envelope& envelope, Output& out) {
    if (options_.emit == Emit::kBody) return WriteBody(envelope, out);
    body_.Clear();
    AIPROXY_RETURN_IF_ERROR(WriteBody(envelope, body_));
    WriteEnvelope(head_, body_, options_.emit, out);
    return Ok();
  }

  Status WriteBody(Envelope& envelope, Output& out) {
    if (options_.unroll) return Unrolled(envelope, out);
    if (Splices()) return Spliced(envelope, out);
    switch (recognised_.kind) {
      case MessageKind::kRequest:
        return Request(envelope, out);
      case MessageKind::kResponse:
        return Response(envelope, out);
      case MessageKind::kError:
        return AnError(envelope, out);
      case MessageKind::kStream:
        break;
    }
    return document_.ErrorAt(0, "expected a stream of events, got one JSON document");
  }

  /// Same protocol: the bytes as they came, but for what was asked to change.
  Status Spliced(Envelope& envelope, Output& out) {
    bool head_is_made = false;
    if (options_.emit != Emit::kBody) {
      head_ = envelope.head;
      const bool is_request = recognised_.kind == MessageKind::kRequest;
      if (is_request) AIPROXY_RETURN_IF_ERROR(EditPath());
      if (is_request && (head_.path.empty() || head_.method.empty())) {
        ChatRequest request;  // what cannot be read has the head of an empty one
        Status read = to_->decode_request(envelope.body, head_, context_, request);
        if (read && options_.model) request.model = Text::Plain(*options_.model);
        if (read && options_.stream) request.stream = *options_.stream;
        head_is_made = FillHead(to_->request_head(read ? request : ChatRequest()), head_);
      }
      if (recognised_.kind != MessageKind::kRequest && head_.status == 0) head_.status = 200;
    }
    accounting_.Use(envelope.body.id());
    bool whole = options_.emit == Emit::kBody && envelope.body.id() == 0;
    std::string_view text = whole ? document_.text() : envelope.body.raw();
    if (recognised_.kind == MessageKind::kError) {
      out.AppendStable(text);
      return Ok();
    }
    if (recognised_.kind == MessageKind::kResponse) {
      SpliceResponse(envelope.body, text, *to_, model_json_, out);
      return Ok();
    }
    if (options_.stream == false) ReportStreamOptions(envelope.body);
    RequestEdits edits{model_json_, options_.stream, head_is_made,
                       recognised_.platform != Platform::kVendor};
    SpliceRequest(envelope.body, text, *to_, edits, out);
    return Ok();
  }

  void ReportStreamOptions(const Value& request) {
    std::string_view name = to_->stream_options_member;
    if (name.empty()) return;
    for (Member member : request.members()) {
      if (!member.key.Is(name)) continue;
      accounting_.Report(member.value.id(), kValueDropped,
                         "without streaming, {target} refuses '{}'", name);
    }
  }

  /// The model and the wish to stream, where the path says them.
  Status EditPath() {
    if (to_->read_path == nullptr || head_.path.empty()) return Ok();
    if (!options_.model && !options_.stream) return Ok();
    RequestTarget target;
    AIPROXY_RETURN_IF_ERROR(to_->read_path(head_.path, target));
    if (to_->edit_path != nullptr) {
      head_.path = to_->edit_path(head_.path, options_.model, options_.stream);
      return Ok();
    }
    ChatRequest request;
    request.model = Text::Plain(target.model);
    request.stream = target.stream.value_or(false);
    head_.path = to_->request_head(request).path;
    return Ok();
  }

  Status Request(Envelope& envelope, Output& out) {
    ChatRequest request;
    AIPROXY_RETURN_IF_ERROR(
        recognised_.protocol->decode_request(envelope.body, envelope.head, context_, request));
    ReplaceModel(request.model);
    if (options_.stream) {
      if (request.stream.node != kNoNode) accounting_.Use(request.stream.node);
      request.stream = *options_.stream;
    }
    context_.options.model = request.model.Decode(arena_);
    context_.options.head_is_written = options_.emit != Emit::kBody;
    const bool is_same = request.protocol == to_->id && !to_->platforms.empty();
    context_.options.platform =
        options_.platform.value_or(is_same ? request.platform : Platform::kVendor);
    if (options_.emit != Emit::kBody) {
      head_ = HeadOf(request);
      const std::string& path = envelope.head.path;
      if (recognised_.protocol == to_ && to_->model_is_nested && !path.empty())
        head_.path = to_->edit_path(path, options_.model, options_.stream);
    }
    NoteModelInPath(request);
    if (to_ != recognised_.protocol && to_ != &kNeutral) NoteOrphanResults(request, context_);
    Writer writer(out, &document_);
    return to_->encode_request(request, context_, writer);
  }

  HttpHead HeadOf(const ChatRequest& request) const {
    ChatRequest addressed = request;
    addressed.platform = context_.options.platform;
    return to_->request_head(addressed);
  }

  void ReplaceModel(Text& model) {
    if (!options_.model) return;
    if (model.node != kNoNode) accounting_.Use(model.node);
    model = Text::Plain(*options_.model);
  }

  /// What a body alone does not say.
  void NoteModelInPath(const ChatRequest& request) {
    const bool in_path =
        to_->model_member.empty() || context_.options.platform != Platform::kVendor;
    const bool is_same =
        recognised_.protocol == to_ && request.platform == context_.options.platform;
    if (options_.emit != Emit::kBody || !in_path || !request.model.present() || is_same) return;
    bool stream = request.stream.Is(true);
    const bool is_noted = noted_to_ == to_ && noted_stream_ == stream &&
                          noted_platform_ == context_.options.platform &&
                          request.model.Is(noted_model_);
    if (noted_path_.empty() || !is_noted) {
      noted_path_ = HeadOf(request).path;
      noted_model_ = request.model.Decode();
      noted_to_ = to_;
      noted_stream_ = stream;
      noted_platform_ = context_.options.platform;
    }
    accounting_.Report(request.model.node, kModelInPath,
                       "the model is in the path of the request: {}", arena_.Copy(noted_path_));
  }

  Status Response(Envelope& envelope, Output& out) {
    if (IsErrorBody(envelope.body)) {
      accounting_.Report(envelope.body.id(), kErrorInSuccess,
                         "a successful answer that holds an error");
      return AnError(envelope, out);
    }
    ChatResponse response;
    AIPROXY_RETURN_IF_ERROR(
        recognised_.protocol->decode_response(envelope.body, envelope.head, context_, response));
    context_.options.model = response.model.Decode(arena_);
    ReplaceModel(response.model);
    if (options_.emit != Emit::kBody) {
      bool by_header = to_->response_id_in_header;
      head_ = AnswerHead(envelope.head, *to_, 200, by_header ? response.id : Text());
      if (by_header && response.id.node != kNoNode) accounting_.Use(response.id.node);
    }
    Writer writer(out, &document_);
    return to_->encode_response(response, context_, writer);
  }

  bool IsErrorBody(const Value& body) const {
    return recognised_.protocol->is_error_body != nullptr &&
           recognised_.protocol->is_error_body(body);
  }

  Status AnError(Envelope& envelope, Output& out) {
    ApiError error;
    AIPROXY_RETURN_IF_ERROR(
        recognised_.protocol->decode_error(envelope.body, envelope.head, context_, error));
    if (options_.emit != Emit::kBody) {
      head_ = AnswerHead(envelope.head, *to_, to_->error_status(error), error.request_id);
      AddRetryAfter(error);
      if (error.request_id.node != kNoNode) accounting_.Use(error.request_id.node);
      if (to_->add_error_headers != nullptr) to_->add_error_headers(error, head_);
    } else {
      NoteErrorName(error);
    }
    Writer writer(out, &document_);
    return to_->encode_error(error, context_, writer);
  }

  /// What a body alone does not say.
  void NoteErrorName(const ApiError& error) {
    if (to_->add_error_headers == nullptr || to_ == recognised_.protocol) return;
    HttpHead head;
    to_->add_error_headers(error, head);
    if (head.headers.empty()) return;
    const auto& [name, value] = head.headers.front();
    accounting_.Report(kNoNode, kErrorNameInHeader,
                       "the name of the error is in a header of the answer: {}",
                       arena_.Copy(name + ": " + value));
  }

  /// A delay that only the body says.
  void AddRetryAfter(const ApiError& error) {
    bool own = options_.to == recognised_.protocol;
    if (own || !error.retry_after.present() || head_.Find("retry-after") != nullptr) return;
    head_.headers.emplace_back("retry-after", std::string(error.retry_after.json));
    if (error.retry_after.node != kNoNode) accounting_.Use(error.retry_after.node);
  }

  Status Unrolled(Envelope& envelope, Output& out) {
    if (recognised_.kind != MessageKind::kResponse && recognised_.kind != MessageKind::kError) {
      return document_.ErrorAt(0, "expected a response to unroll, got " +
                                      std::string(NameWithArticle(recognised_.kind)));
    }
    if (to_->new_stream_encoder == nullptr) {
      Error error;
      error.kind = ErrorKind::kUnsupported;
      error.message = "a count of tokens is not streamed; leave out --unroll";
      return error;
    }
    FrameWriter frames(options_.framing.value_or(to_->framing), out);
    std::unique_ptr<StreamEncoder> encoder = to_->new_stream_encoder(frames);
    EncoderSink sink(*encoder, context_);
    GrammarChecker checker(sink);
    if (recognised_.kind == MessageKind::kError || IsErrorBody(envelope.body)) {
      StreamError error;
      AIPROXY_RETURN_IF_ERROR(
          recognised_.protocol->decode_error(envelope.body, envelope.head, context_, error.error));
      // Of a body: a stream has its own form, and says what is around the error itself.
      error.error.style = 0;
      error.error.extras = {};
      error.error.inner_extras = FittingExtras(error.error.inner_extras, context_);
      AIPROXY_RETURN_IF_ERROR(checker.OnEvent(error));
    } else {
      ChatResponse response;
      AIPROXY_RETURN_IF_ERROR(
          recognised_.protocol->decode_response(envelope.body, envelope.head, context_, response));
      ReplaceModel(response.model);
      AIPROXY_RETURN_IF_ERROR(Unroll(response, context_, checker));
    }
    frames.Close();
    return Ok();
  }

  ExchangeOptions options_;
  ReportSink* report_;
  Document document_;
  Document scratch_;
  Arena arena_;
  Accounting accounting_;
  std::string buffer_;
  CodecContext context_;
  Recognised recognised_;
  const Protocol* to_ = nullptr;  // the wire that is written
  std::string model_json_;        // options_.model as a JSON string
  HttpHead head_;
  Output body_;
  std::string noted_path_;  // of the last request that named that model
  std::string noted_model_;
  const Protocol* noted_to_ = nullptr;
  bool noted_stream_ = false;
  Platform noted_platform_ = Platform::kVendor;
};

DocumentExchange::DocumentExchange(const ExchangeOptions& options, ReportSink* report)
    : impl_(std::make_unique<Impl>(options, report)) {}
DocumentExchange::~DocumentExchange() = default;

Status DocumentExchange::Translate(std::string_view text, Output& out) {
  return impl_->Translate(text, out);
}
const Recognised& DocumentExchange::recognised() const { return impl_->recognised(); }
const Protocol* DocumentExchange::target() const { return impl_->target(); }

}  // namespace aiproxy
