// Any bytes as a stream of one protocol, to every other: no crash, no hang, the same output for any
// split, an output that its own decoder reads and that ends in its end or in an error, every leaf
// of every frame marked or reported. To itself the very bytes come back, and decoded and encoded,
// or through the neutral form, it says the same. The first byte is the framing of the input (see
// Framed), the second the size of the pieces.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "account.h"
#include "core/exchange/exchange.h"
#include "core/fixture/laws.h"
#include "core/stream/grammar_checker.h"
#include "framed.h"
#include "protocol.h"

namespace aiproxy {
namespace {

using fuzz::Broken;

struct Translated {
  bool ok = false;
  std::string text;
  std::string error;
  bool has_loss = false;
};

/// Whether anything was lost.
class Losses : public ReportSink {
 public:
  void Take(const Accounting& accounting, const ReportPlace&) override {
    for (const Finding& finding : accounting.findings()) {
      Loss loss = finding.code->loss;
      found = found || loss == Loss::kDropped || loss == Loss::kDegraded;
    }
  }
  bool found = false;
};

Translated Translate(const ExchangeOptions& options, std::string_view input, std::size_t piece) {
  Losses losses;
  StreamExchange exchange(options, &losses);
  Output out;
  Status status;
  for (std::size_t at = 0; status && at < input.size(); at += piece) {
    std::string bytes(input.substr(at, piece));
    std::size_t size = bytes.size();
    bytes.append(Document::kPadding, '\0');
    status = exchange.Feed(bytes.data(), size, out);
  }
  if (status) status = exchange.Finish(out);
  return {status.has_value(), out.ToString(), status ? "" : status.error().message, losses.found};
}

Translated Translate(const ExchangeOptions& options, std::string_view input) {
  return Translate(options, input, input.size() + 1);
}

ExchangeOptions Options(const Protocol& from, const Protocol& to) {
  ExchangeOptions options;
  options.from = &from;
  options.to = &to;
  options.capability = Capability::kChat;  // that is, as the two have it
  options.through_codecs = true;
  return options;
}

/// The bytes themselves, or what they describe in another framing.
std::string Framed(std::string_view bytes, char how) {
  switch (how) {
    case 'm':
      return fuzz::Messages(bytes, false);
    case 'i':
      return fuzz::Messages(bytes, true);
    case 's':
      return fuzz::Sealed(bytes);
    case '[':
      return "[" + std::string(bytes);
    default:
      return std::string(bytes);
  }
}

/// Decodes and encodes frame by frame, so that each one's account can be looked at.
class AccountedStream : public FrameSink, private EventSink {
 public:
  AccountedStream(const Protocol& from, const Protocol& to)
      : to_(to),
        frames_(to.framing, out_),
        decoder_(from.new_stream_decoder(limits_)),
        encoder_(to.new_stream_encoder(frames_)) {
    context_.options.extras_come_out = &to == FindProtocol("neutral") || &to == &from;
  }

  Status OnFrame(const Frame& frame) override {
    if (decoder_->done()) return Ok();
    document_.Clear();
    arena_.Reset();
    accounting_.Begin(document_, to_.id);
    Status status = decoder_->Push(frame, context_, checker_);
    if (!status) return status;
    accounting_.Settle();
    fuzz::CheckAccount(document_, accounting_);
    return Ok();
  }

 private:
  Status OnEvent(const StreamEvent& event) override { return encoder_->Push(event, context_); }

  const Protocol& to_;
  Limits limits_;
  Document document_;
  Document scratch_;
  Arena arena_;
  Accounting accounting_;
  std::string buffer_;
  CodecContext context_{accounting_, arena_, scratch_, buffer_, limits_, {}};
  Output out_;
  FrameWriter frames_;
  GrammarChecker checker_{*this};
  std::unique_ptr<StreamDecoder> decoder_;
  std::unique_ptr<StreamEncoder> encoder_;
};

void CheckAccounts(const Protocol& from, const Protocol& to, std::string_view input) {
  AccountedStream stream(from, to);
  std::optional<Framing> framing;
  if (from.framing != Framing::kSse) framing = from.framing;
  std::unique_ptr<FrameParser> parser = NewFrameParser(framing, Limits{});
  auto buffer = fuzz::Padded(input);
  if (parser->Feed(buffer.get(), input.size(), stream)) (void)parser->Finish(stream);
}

/// The name of the last event of a neutral stream.
std::string LastEvent(const std::string& stream) {
  const std::string lines = "\n" + stream;
  std::size_t at = lines.rfind("\nevent: ");
  return at == lines.npos ? "" : lines.substr(at + 8, lines.find('\n', at + 1) - at - 8);
}

/// Whether there was a whole stream before what is wrong in the input: it stays whole.
bool FailsBehindItsEnd(const Protocol& from, std::string_view input) {
  const std::string events = "\n" + Translate(Options(from, *FindProtocol("neutral")), input).text;
  const std::size_t end = events.rfind("\nevent: end\n");
  const std::size_t start = events.rfind("\nevent: start\n");
  return end != events.npos && start < end;
}

void CheckTarget(const Protocol& from, const Protocol& to, std::optional<Framing> framing,
                 std::string_view input, std::size_t piece) {
  const Protocol& neutral = *FindProtocol("neutral");
  ExchangeOptions options = Options(from, to);
  options.framing = framing;
  Translated whole = Translate(options, input);
  Translated split = Translate(options, input, piece);
  if (whole.text != split.text || whole.error != split.error)
    Broken("any split gives the same output", whole.text + "\n---\n" + split.text);
  CheckAccounts(from, to, input);
  if (whole.text.empty() || fuzz::IsStyled(from, input)) return;
  Translated read = &to == &neutral ? whole : Translate(Options(to, neutral), whole.text);
  if (&to != &neutral && !read.ok)
    Broken("the output can be read: " + read.error, whole.text + "\n---\n" + read.text);
  std::string last = LastEvent(read.text);
  const bool may_end = whole.ok || FailsBehindItsEnd(from, input);
  if (last != "error" && (last != "end" || !may_end))
    Broken("a stream ends, and a failure in an error", whole.text + "\n---\n" + read.text);
}

bool HasNamesakes(const Protocol& from, std::string_view input) {
  class Looker : public FrameSink {
   public:
    Status OnFrame(const Frame& frame) override {
      found = found || fuzz::HasNamesakes(frame.data);
      return Ok();
    }
    bool found = false;
  } looker;
  std::optional<Framing> framing;
  if (from.framing != Framing::kSse) framing = from.framing;
  std::unique_ptr<FrameParser> parser = NewFrameParser(framing, Limits{});
  auto buffer = fuzz::Padded(input);
  if (parser->Feed(buffer.get(), input.size(), looker)) (void)parser->Finish(looker);
  return looker.found;
}

/// Aggregated, it can be read as an answer of the target.
void CheckAggregate(const Protocol& from, const Protocol& to, std::string_view input) {
  ExchangeOptions options = Options(from, to);
  options.aggregate = true;
  Translated answer = Translate(options, input);
  if (!answer.ok || fuzz::IsStyled(from, input)) return;
  const bool failed =
      LastEvent(Translate(Options(from, *FindProtocol("neutral")), input).text) == "error";
  // A stream may stand behind another: an answer a line.
  std::string_view lines = answer.text;
  while (!lines.empty()) {
    std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    ExchangeOptions again = Options(to, to);
    again.kind = failed && lines.empty() ? MessageKind::kError : MessageKind::kResponse;
    DocumentExchange exchange(again, nullptr);
    PaddedText text(line);
    Output out;
    if (fuzz::HasNamesakes(line) && !HasNamesakes(from, input))
      Broken("a member is said once", std::string(line));
    if (Status status = exchange.Translate(text.view(), out); !status)
      Broken("the answer can be read: " + status.error().message, std::string(line));
  }
}

/// The texts and numbers of an answer, but for its id, which may be made up.
std::vector<std::string> LeavesOf(const std::string& json) {
  std::vector<std::string> leaves;
  PaddedText text(json);
  Document document;
  if (!document.Parse(text.view())) return leaves;
  const Value id = Value(document, 0).is_object() ? Value(document, 0).Find("id") : Value();
  for (NodeId node = 0; node < document.size(); ++node) {
    Value value(document, node);
    if (id.valid() && node == id.id()) continue;
    if (value.is_string()) leaves.push_back(value.Decoded());
    if (value.is_number()) leaves.push_back(std::string(value.raw()));
  }
  return leaves;
}

/// What one answer says, the other says too, maybe in other pieces.
void CheckSays(const std::string& before, const std::string& after) {
  std::string all;
  for (const std::string& leaf : LeavesOf(WithoutMadeUpIds(after))) all += leaf + "\n";
  for (const std::string& leaf : LeavesOf(WithoutMadeUpIds(before))) {
    // A format of reasoning that has no name here is told as that, and found out anew.
    if (leaf != "unknown" && all.find(leaf) == all.npos)
      Broken("decoded and encoded again it says the same", leaf + "\n" + before + "\n" + after);
  }
}

/// To itself, and to itself through the neutral form.
void CheckOwn(const Protocol& own, std::string_view input, std::size_t piece) {
  ExchangeOptions options = Options(own, own);
  options.through_codecs = false;
  Translated same = Translate(options, input);
  Translated split = Translate(options, input, piece);
  if (same.text != split.text || same.error != split.error)
    Broken("any split gives the same bytes", same.text + "\n---\n" + split.text);
  if (same.ok && same.text != input) Broken("the very bytes come back", same.text);
  Translated codecs = Translate(Options(own, own), input);
  if (!codecs.ok || fuzz::IsStyled(own, input) || HasNamesakes(own, input)) return;

  ExchangeOptions aggregate = Options(own, own);
  aggregate.aggregate = true;
  Translated before = Translate(aggregate, input);
  Translated after = Translate(aggregate, codecs.text);
  if (before.ok && !after.ok)
    Broken("decoded and encoded again it is an answer",
           codecs.text + "\n---\n" + before.text + "\n" + after.error);
  const bool has_loss = codecs.has_loss || before.has_loss || after.has_loss;
  if (before.ok && !has_loss) CheckSays(before.text, after.text);

  const Protocol& neutral = *FindProtocol("neutral");
  Translated there = Translate(Options(own, neutral), input);
  Translated back = Translate(Options(neutral, own), there.text);
  if (!there.ok || !back.ok || WithoutMadeUpIds(back.text) != WithoutMadeUpIds(codecs.text))
    Broken("through the neutral form it is the same",
           codecs.text + "\n---\n" + there.text + there.error + "\n---\n" + back.text + back.error);
}

}  // namespace
}  // namespace aiproxy

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aiproxy;
  if (size < 2) return 0;
  const Protocol& from = fuzz::FuzzedProtocol();
  std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  std::string input = Framed(bytes, static_cast<char>(data[0]));
  std::size_t piece = 1 + data[1] % 64;
  std::vector<const Protocol*> targets = fuzz::Targets();
  for (const Protocol* to : targets) {
    CheckTarget(from, *to, {}, input, piece);
    for (Framing framing : to->other_framings) CheckTarget(from, *to, framing, input, piece);
  }
  CheckOwn(from, input, piece);
  CheckAggregate(from, *targets[size % targets.size()], input);
  return 0;
}
