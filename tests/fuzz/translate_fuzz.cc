// Any bytes as a document of one protocol, to every other: no crash, whole JSON on one line that
// its own decoder reads, or nothing; every leaf of the input marked or reported; and to itself,
// decoded and encoded or through the neutral form, the same JSON but for what was reported. The
// first byte is the kind: 'r' a response, 'e' an error, any other a request.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "account.h"
#include "core/exchange/exchange.h"
#include "core/json/difference.h"
#include "protocol.h"

namespace aiproxy {
namespace {

using fuzz::Broken;

/// Where something was lost.
class Losses : public ReportSink {
 public:
  void Take(const Accounting& accounting, const ReportPlace&) override {
    for (const Finding& finding : accounting.findings()) {
      if (finding.code->loss == Loss::kNone) continue;
      std::string& pointer = pointers.emplace_back();
      accounting.document().AppendPointer(finding.node, pointer);
      if (finding.code->loss == Loss::kInvented) pointers.pop_back();
    }
  }
  std::vector<std::string> pointers;
};

struct Translated {
  bool ok = false;
  std::string text;
  std::string error;
  std::vector<std::string> losses;
  // The wires that it was read from and written in: a count of tokens stands beside chat.
  const Protocol* from = nullptr;
  const Protocol* to = nullptr;
};

Translated Translate(const ExchangeOptions& options, std::string_view input) {
  Losses losses;
  DocumentExchange exchange(options, &losses);
  PaddedText text(input);
  Output out;
  Status status = exchange.Translate(text.view(), out);
  Translated translated{status.has_value(),
                        out.ToString(),
                        "",
                        std::move(losses.pointers),
                        exchange.recognised().protocol,
                        exchange.target()};
  if (status) return translated;
  translated.error = status.error().message;
  if (!translated.text.empty()) Broken("a failure writes nothing", translated.text);
  // The exchange can be used again, and says the same again.
  if (exchange.Translate(text.view(), out).has_value()) Broken("a failure stays one", "");
  return translated;
}

ExchangeOptions Options(const Protocol& from, const Protocol& to, MessageKind kind) {
  ExchangeOptions options;
  options.from = &from;
  options.to = &to;
  // Completions stay what they are beside OpenAI's chat unless that is said.
  if (from.capability != Capability::kChat && &from != &to) options.capability = Capability::kChat;
  options.kind = kind;
  options.through_codecs = true;
  return options;
}

void CheckJson(const std::string& output) {
  PaddedText padded(output);
  Document parsed;
  if (Status valid = parsed.Parse(padded.view()); !valid) Broken(valid.error().message, output);
}

/// Decodes and encodes without the exchange, so that the account can be looked at.
void CheckCodecs(const Protocol& from, const Protocol& to, MessageKind kind,
                 std::string_view input) {
  PaddedText text(input);
  Document document;
  if (!document.Parse(text.view())) return;
  Document scratch;
  Arena arena;
  std::string buffer;
  Limits limits;
  Accounting accounting;
  CodecContext context{accounting, arena, scratch, buffer, limits, {}};
  accounting.Begin(document, to.id);
  Output out;
  Writer writer(out, &document);
  Value root(document, 0);
  Status status;
  if (kind == MessageKind::kRequest) {
    ChatRequest request;
    status = from.decode_request(root, {}, context, request);
    if (status) {
      context.options.model = request.model.Decode(arena);
      // A model and a flag that the target has in the path are the exchange's business.
      if (to.model_member.empty()) document.Cover(request.model.node);
      if (to.stream_member.empty()) document.Cover(request.stream.node);
      status = to.encode_request(request, context, writer);
    }
  } else if (kind == MessageKind::kResponse) {
    ChatResponse response;
    status = from.decode_response(root, {}, context, response);
    if (status) status = to.encode_response(response, context, writer);
  } else {
    ApiError error;
    status = from.decode_error(root, {}, context, error);
    if (status) status = to.encode_error(error, context, writer);
  }
  if (!status) return;
  accounting.Settle();
  fuzz::CheckAccount(document, accounting);
}

void CheckTarget(const Protocol& from, const Protocol& to, MessageKind kind,
                 std::string_view input) {
  ExchangeOptions options = Options(from, to, kind);
  Translated there = Translate(options, input);
  CheckCodecs(there.ok ? *there.from : from, there.ok ? *there.to : to, kind, input);
  if (!there.ok) return;
  if (there.text.find('\n') != there.text.npos) Broken("a document is one line", there.text);
  CheckJson(there.text);
  if (fuzz::IsStyled(from, input)) return;
  const bool namesakes = fuzz::HasNamesakes(input);
  if (!namesakes && fuzz::HasNamesakes(there.text)) Broken("a member is said once", there.text);
  if (&from == &to && namesakes) return;
  Translated again = Translate(Options(*there.to, *there.to, kind), there.text);
  if (!again.ok) Broken("the output can be read: " + again.error, there.text);
}

/// Something was reported at that pointer, around it or below it.
bool IsReported(const std::vector<std::string>& losses, const std::string& pointer) {
  for (const std::string& loss : losses) {
    std::string_view at = loss;
    if (at.starts_with("/body")) at.remove_prefix(5);
    if (pointer == at || pointer.starts_with(std::string(at) + "/")) return true;
    if (loss.starts_with(pointer + "/")) return true;
  }
  return false;
}

void CheckSame(const std::string& law, const std::string& before, const std::string& after,
               const std::vector<std::string>& losses) {
  PaddedText before_text(before);
  PaddedText after_text(after);
  Document a;
  Document b;
  if (!a.Parse(before_text.view()) || !b.Parse(after_text.view())) Broken(law, after);
  for (const JsonDifference& one : DifferencesOf(Value(a, 0), Value(b, 0))) {
    // An index may be spelled -0.
    bool both = one.before.valid() && one.after.valid() && one.before.is_number();
    if (both && one.before.Int() && one.before.Int() == one.after.Int()) continue;
    if (!IsReported(losses, one.pointer)) Broken(law, one.pointer + "\n" + before + "\n" + after);
  }
}

/// To itself, and to itself through the neutral form.
void CheckOwn(const Protocol& own, MessageKind kind, std::string_view input) {
  ExchangeOptions options = Options(own, own, kind);
  options.through_codecs = false;
  Translated same = Translate(options, input);
  if (!same.ok) return;
  if (input.find(same.text) == input.npos) Broken("the very bytes come back", same.text);
  const Protocol& neutral = *FindProtocol("neutral");
  Translated codecs = Translate(Options(own, own, kind), input);
  if (!codecs.ok || fuzz::HasNamesakes(input)) return;
  if (&own == &neutral) {
    // It leaves out members that say no more than their absence.
    same = codecs;
    codecs = Translate(Options(own, own, kind), same.text);
  }
  CheckSame("decoded and encoded again it is the same", same.text, codecs.text, codecs.losses);

  Translated there = Translate(Options(own, neutral, kind), input);
  if (!there.ok) Broken("what can be read is neutral: " + there.error, codecs.text);
  ExchangeOptions back = Options(neutral, own, kind);
  back.kind = {};
  back.capability = codecs.to->capability;
  Translated again = Translate(back, there.text);
  if (!again.ok) Broken("back from neutral: " + again.error, there.text);
  CheckSame("through the neutral form it is the same", codecs.text, again.text, {});
}

void CheckEnvelope(const Protocol& from, const Protocol& to, MessageKind kind,
                   std::string_view input) {
  if (fuzz::IsStyled(from, input) || fuzz::HasNamesakes(input)) return;
  ExchangeOptions options = Options(from, to, kind);
  if (!Translate(options, input).ok) return;
  options.emit = Emit::kEnvelope;
  Translated envelope = Translate(options, input);
  if (!envelope.ok) Broken("what has a body has an envelope: " + envelope.error, "");
  Translated again = Translate(Options(*envelope.to, *envelope.to, kind), envelope.text);
  if (!again.ok) Broken("the envelope can be read: " + again.error, envelope.text);
}

/// Without being told what it is; in an envelope; and a response as a stream.
void CheckOthers(const Protocol& from, const Protocol& to, MessageKind kind,
                 std::string_view input) {
  CheckEnvelope(from, to, kind, input);
  ExchangeOptions options;
  options.to = &to;
  Translated guessed = Translate(options, input);
  if (guessed.ok) CheckJson(guessed.text);
  if (kind != MessageKind::kResponse || fuzz::IsStyled(from, input)) return;
  options = Options(from, to, kind);
  options.unroll = true;
  Translated unrolled = Translate(options, input);
  if (!unrolled.ok) return;
  ExchangeOptions rolled;
  rolled.from = rolled.to = &to;
  rolled.aggregate = true;
  StreamExchange exchange(rolled, nullptr);
  std::string bytes = unrolled.text + std::string(Document::kPadding, '\0');
  Output out;
  Status status = exchange.Feed(bytes.data(), unrolled.text.size(), out);
  if (status) status = exchange.Finish(out);
  if (!status) Broken("the stream can be read: " + status.error().message, unrolled.text);
  CheckJson(out.ToString());
}

MessageKind KindOf(std::uint8_t byte) {
  if (byte == 'r') return MessageKind::kResponse;
  return byte == 'e' ? MessageKind::kError : MessageKind::kRequest;
}

}  // namespace
}  // namespace aiproxy

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aiproxy;
  if (size < 1) return 0;
  std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Protocol& from = fuzz::FuzzedProtocol();
  MessageKind kind = KindOf(data[0]);
  std::vector<const Protocol*> targets = fuzz::Targets();
  for (const Protocol* to : targets) CheckTarget(from, *to, kind, input);
  CheckOwn(from, kind, input);
  CheckOthers(from, *targets[size % targets.size()], kind, input);
  return 0;
}
