#include "cli/translate_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

#include "cli/protocol_facts.h"
#include "cli/protocol_names.h"
#include "cli/suggest.h"

namespace aiproxy {

namespace {

constexpr unsigned kMostJobs = 256;
constexpr unsigned kWidestIndent = 16;

/// The index of an option's value among the words that it may have; `words[0]` is the default.
Result<std::size_t> ReadWord(const CommandLine& line, std::string_view option,
                             std::span<const std::string_view> words) {
  const std::string* value = line.Find(option);
  if (value == nullptr) return std::size_t{0};
  const auto found = std::find(words.begin(), words.end(), *value);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  return UsageError("unknown value '" + *value + "' of " + std::string(option) +
                    DidYouMean(*value, words) + " (expected " + OneOf(words) + ")");
}

Result<unsigned> ReadNumber(const std::string& text, std::string_view option, unsigned least,
                            unsigned most) {
  unsigned number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && stop == end && number >= least && number <= most) return number;
  return UsageError("expected a number from " + std::to_string(least) + " to " +
                    std::to_string(most) + " for " + std::string(option) + ", got '" + text + "'");
}

Status ReadProtocols(const CommandLine& line, ExchangeOptions& options) {
  const std::string* to = line.Find("--round-trip");
  if (to == nullptr) to = line.Find("--to");
  if (to == nullptr) return UsageError("--to PROTOCOL is missing (known: " + ProtocolList() + ")");
  auto target = ProtocolNamed(*to);
  if (!target) return target.error();
  options.to = *target;
  const std::string* from = line.Find("--from");
  if (from == nullptr || *from == "auto") return Ok();
  auto source = ProtocolNamed(*from);
  if (!source) return source.error();
  options.from = *source;
  return Ok();
}

Status ReadKind(const CommandLine& line, ExchangeOptions& options) {
  static constexpr std::array<std::string_view, 5> kKinds = {"auto", "request", "response",
                                                             "stream", "error"};
  static constexpr std::array<MessageKind, 5> kMeanings = {
      MessageKind::kRequest, MessageKind::kRequest, MessageKind::kResponse, MessageKind::kStream,
      MessageKind::kError};
  auto kind = ReadWord(line, "--kind", kKinds);
  if (!kind) return kind.error();
  if (*kind != 0) options.kind = kMeanings.at(*kind);
  return Ok();
}

Status ReadCapability(const CommandLine& line, ExchangeOptions& options) {
  static constexpr std::array<std::string_view, 9> kWords = {
      "auto",   "chat",   "count-tokens", "completions",  "embeddings",
      "rerank", "images", "speech",       "transcription"};
  static constexpr std::array<Capability, 4> kMeanings = {
      Capability::kChat, Capability::kChat, Capability::kCountTokens, Capability::kCompletions};
  auto word = ReadWord(line, "--capability", kWords);
  if (!word) return word.error();
  if (*word >= kMeanings.size()) {
    return UsageError("--capability " + std::string(kWords.at(*word)) + " is not there yet (" +
                      OneOf(std::span(kWords).first(kMeanings.size())) + " are)");
  }
  if (*word != 0) options.capability = kMeanings.at(*word);
  return Ok();
}

/// One of those that the target's streams are sent in.
Status ReadFraming(const CommandLine& line, ExchangeOptions& options) {
  const std::string* value = line.Find("--framing");
  if (value == nullptr) return Ok();
  std::vector<std::string_view> names;
  for (const Framing framing : FramingsOf(*options.to)) {
    names.push_back(FramingId(framing));
    if (names.back() == *value) options.framing = framing;
  }
  if (options.framing) return Ok();
  return UsageError("streams of " + std::string(options.to->id) + " are not written as '" + *value +
                    "'" + DidYouMean(*value, names) + " (expected " + OneOf(names) + ")");
}

/// Requests of its vendor, or the flavour of a cloud that the target has.
Status ReadPlatform(const CommandLine& line, ExchangeOptions& options) {
  const std::string* value = line.Find("--platform");
  if (value == nullptr) return Ok();
  std::vector<std::string_view> names;
  for (const Platform platform : PlatformsOf(*options.to)) {
    names.push_back(PlatformId(platform));
    if (names.back() == *value) options.platform = platform;
  }
  if (options.platform) return Ok();
  return UsageError("requests of " + std::string(options.to->id) + " are not written for '" +
                    *value + "'" + DidYouMean(*value, names) + " (expected " + OneOf(names) + ")");
}

Status ReadLossPolicy(const CommandLine& line, LossPolicy& policy) {
  static constexpr std::array<std::string_view, 2> kWords = {"allow", "refuse"};
  static constexpr std::array<std::string_view, 3> kKinds = {"dropped", "degraded", "invented"};
  static constexpr std::string_view kRefuse = "refuse=";
  const std::string* value = line.Find("--on-loss");
  if (value == nullptr || !value->starts_with(kRefuse)) {
    auto word = ReadWord(line, "--on-loss", kWords);
    if (!word) return word.error();
    if (*word == 1)
      policy = {.refuse_dropped = true, .refuse_degraded = true, .refuse_invented = true};
    return Ok();
  }
  const std::array<bool*, 3> meanings = {&policy.refuse_dropped, &policy.refuse_degraded,
                                         &policy.refuse_invented};
  std::string_view rest = std::string_view(*value).substr(kRefuse.size());
  for (bool more = true; more;) {
    const std::size_t comma = rest.find(',');
    const std::string_view word = rest.substr(0, comma);
    const auto* const found = std::find(kKinds.begin(), kKinds.end(), word);
    if (found == kKinds.end()) {
      return UsageError("unknown kind of loss '" + std::string(word) + "' in --on-loss" +
                        DidYouMean(word, kKinds) + " (expected " + OneOf(kKinds) + ")");
    }
    *meanings.at(static_cast<std::size_t>(found - kKinds.begin())) = true;
    more = comma != rest.npos;
    if (more) rest.remove_prefix(comma + 1);
  }
  return Ok();
}

Status ReadMessageOptions(const CommandLine& line, ExchangeOptions& options) {
  AIPROXY_RETURN_IF_ERROR(ReadProtocols(line, options));
  AIPROXY_RETURN_IF_ERROR(ReadKind(line, options));
  AIPROXY_RETURN_IF_ERROR(ReadCapability(line, options));
  AIPROXY_RETURN_IF_ERROR(ReadFraming(line, options));
  AIPROXY_RETURN_IF_ERROR(ReadPlatform(line, options));
  AIPROXY_RETURN_IF_ERROR(ReadLossPolicy(line, options.on_loss));
  static constexpr std::array<std::string_view, 3> kEmits = {"body", "envelope", "http"};
  auto emit = ReadWord(line, "--emit", kEmits);
  if (!emit) return emit.error();
  options.emit = static_cast<Emit>(*emit);
  if (const std::string* model = line.Find("--model")) {
    if (model->empty()) return UsageError("expected the name of a model for --model, got ''");
    options.model = *model;
  }
  if (line.Has("--stream")) options.stream = true;
  if (line.Has("--no-stream")) options.stream = false;
  if (const std::string* path = line.Find("--path")) options.path = *path;
  options.aggregate = line.Has("--aggregate");
  options.unroll = line.Has("--unroll");
  return Ok();
}

/// Times are written as this says, so that builds and tests repeat themselves.
Status ReadTime(std::int64_t& unix_time) {
  const char* epoch = std::getenv("SOURCE_DATE_EPOCH");
  if (epoch == nullptr || *epoch == '\0') return Ok();
  const std::string_view text(epoch);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, unix_time);
  if (error == std::errc() && stop == end && unix_time >= 0) return Ok();
  return UsageError("expected seconds since 1970 in SOURCE_DATE_EPOCH, got '" + std::string(text) +
                    "'");
}

Status ReadOutputOptions(const CommandLine& line, TranslateOptions& options) {
  options.round_trip = line.Has("--round-trip");
  options.lines = line.Has("--lines");
  options.keep_going = line.Has("--keep-going");
  if (const std::string* jobs = line.Find("--jobs")) {
    auto number = ReadNumber(*jobs, "--jobs", 1, kMostJobs);
    if (!number) return number.error();
    options.jobs = *number;
  }
  if (const std::string* indent = line.Find("--indent")) {
    auto number = ReadNumber(*indent, "--indent", 0, kWidestIndent);
    if (!number) return number.error();
    options.indent = *number;
  }
  static constexpr std::array<std::string_view, 3> kFormats = {"text", "json", "none"};
  auto format = ReadWord(line, "--report", kFormats);
  if (!format) return format.error();
  options.report = static_cast<ReportFormat>(*format);
  if (const std::string* file = line.Find("--report-file")) options.report_file = *file;
  return Ok();
}

/// Things that cannot be meant together: `when` one holds, the other must not.
struct Clash {
  bool when;
  std::string_view one;
  std::string_view other;
};

Status CheckTogether(const CommandLine& line, const TranslateOptions& options) {
  const ExchangeOptions& exchange = options.exchange;
  const bool is_kind = exchange.kind.has_value();
  const bool is_stream = exchange.kind == MessageKind::kStream;
  const bool is_request = exchange.kind == MessageKind::kRequest;
  const bool is_error = exchange.kind == MessageKind::kError;
  const bool is_answer = is_kind && !is_request;
  const std::string kind = is_kind ? "--kind " + std::string(Name(*exchange.kind)) : std::string();
  const bool sets_stream = exchange.stream.has_value();
  const bool is_framed = exchange.emit != Emit::kBody;
  const std::string emit = exchange.emit == Emit::kHttp ? "--emit http" : "--emit envelope";
  const bool round_trip = options.round_trip;
  const std::string_view trip = "--round-trip";
  const bool counts = exchange.capability == Capability::kCountTokens;
  const std::string_view count = "--capability count-tokens (where nothing is streamed)";
  const std::array<Clash, 32> clashes = {{
      {counts && is_stream, count, kind},
      {counts && exchange.aggregate, count, "--aggregate"},
      {counts && exchange.unroll, count, "--unroll"},
      {counts && exchange.framing, count, "--framing"},
      {counts && sets_stream, count, "--stream and --no-stream"},
      {counts && exchange.platform, "--capability count-tokens", "--platform"},
      {round_trip && line.Has("--to"), trip, "--to"},
      {round_trip && options.lines, trip, "--lines"},
      {round_trip && exchange.aggregate, trip, "--aggregate"},
      {round_trip && exchange.unroll, trip, "--unroll"},
      {round_trip && exchange.framing, trip, "--framing"},
      {exchange.platform && is_error, "--platform (which no error has)", kind},
      {round_trip && is_framed, trip, emit},
      {round_trip && options.indent, trip, "--indent"},
      {line.Has("--stream") && line.Has("--no-stream"), "--stream", "--no-stream"},
      {exchange.aggregate && exchange.unroll, "--aggregate", "--unroll"},
      {exchange.aggregate && is_kind && !is_stream, "--aggregate (which reads a stream)", kind},
      {exchange.unroll && is_kind && (is_stream || is_request), "--unroll (which reads a response)",
       kind},
      {exchange.model && is_error, "--model (which no error has)", kind},
      {sets_stream && is_answer, "--stream and --no-stream (which are for requests)", kind},
      {exchange.framing && exchange.aggregate, "--framing (which is for streams)", "--aggregate"},
      {exchange.framing && options.lines, "--framing (which is for streams)", "--lines"},
      {options.lines && is_stream, "--lines (a document a line)", kind},
      {options.lines && exchange.aggregate, "--lines", "--aggregate"},
      {options.lines && exchange.unroll, "--lines", "--unroll"},
      {options.lines && exchange.emit == Emit::kHttp, "--lines", "--emit http"},
      {options.lines && options.indent.value_or(0) != 0, "--lines", "--indent"},
      {exchange.emit == Emit::kHttp && options.indent.has_value(), "--emit http", "--indent"},
      {exchange.unroll && options.indent.has_value(), "--unroll", "--indent"},
      {exchange.unroll && is_framed, "--unroll (which writes a stream)", emit},
      {is_stream && !exchange.aggregate && is_framed, "--kind stream (without --aggregate)", emit},
      {options.report == ReportFormat::kNone && line.Has("--report-file"), "--report none",
       "--report-file"},
  }};
  for (const Clash& clash : clashes) {
    if (!clash.when) continue;
    return UsageError(std::string(clash.one) + " does not go with " + std::string(clash.other));
  }
  if (!options.lines && options.keep_going) return UsageError("--keep-going is for --lines");
  if (!options.lines && options.jobs > 1) return UsageError("--jobs is for --lines");
  return Ok();
}

}  // namespace

Result<TranslateOptions> ReadTranslateOptions(const CommandLine& line) {
  TranslateOptions options;
  options.color = line.color;
  options.file = line.argument.value_or("");
  Status status = ReadMessageOptions(line, options.exchange);
  if (status) status = ReadOutputOptions(line, options);
  if (status) status = CheckTogether(line, options);
  if (status) status = ReadTime(options.exchange.unix_time);
  // What streams from there is framed as Amazon does.
  const bool is_invoke = options.exchange.to != nullptr && !options.exchange.framing &&
                         options.exchange.platform == Platform::kBedrock;
  if (is_invoke) options.exchange.framing = Framing::kAwsInvokeStream;
  if (!status) return std::move(status.error());
  return options;
}

}  // namespace aiproxy
