#include "cli/translate.h"

#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>

#include "cli/sniff.h"

namespace aiproxy {

namespace {

/// Looks at no more of the input than it takes to know.
Result<Shape> ShapeOfInput(const TranslateOptions& options, InputFile& input) {
  const ExchangeOptions& exchange = options.exchange;
  if (exchange.aggregate || exchange.kind == MessageKind::kStream) return Shape::kStream;
  if (exchange.unroll || exchange.kind) return Shape::kDocument;
  std::size_t seen = 0;
  for (bool whole = false;;) {
    auto begin = input.Peek(!whole);
    if (!begin) return begin.error();
    whole = begin->size() == seen;
    seen = begin->size();
    const Shape shape = ShapeOf(*begin, whole);
    if (shape != Shape::kUndecided || whole) return shape;
  }
}

ExitCode TranslateInput(const Translation& translation) {
  if (translation.options.lines) {
    translation.report.set_scope(ReportScope::kLines);
    return translation.options.jobs > 1 ? TranslateLinesInParallel(translation)
                                        : TranslateLines(translation);
  }
  auto shape = ShapeOfInput(translation.options, translation.input);
  if (!shape) return translation.FailIo(shape.error());
  const bool is_stream = *shape == Shape::kStream;
  if (is_stream) translation.report.set_scope(ReportScope::kStream);
  if (translation.options.round_trip) return TranslateRoundTrip(translation, is_stream);
  if (!is_stream) return TranslateDocument(translation);
  const ExchangeOptions& exchange = translation.options.exchange;
  if (exchange.emit != Emit::kBody && !exchange.aggregate) {
    return translation.Fail({.kind = ErrorKind::kUnsupported,
                             .message = "--emit is for documents, and this is a stream; "
                                        "--aggregate makes it one",
                             .pointer = {}});
  }
  return TranslateStream(translation);
}

bool EndsLine(const Output& output) {
  bool ends = false;
  output.ForEachPiece([&ends](std::string_view piece) { ends = piece.ends_with('\n'); });
  return ends;
}

}  // namespace

Status WriteDocument(const Translation& translation, Output& document, bool same_protocol,
                     bool ended_line) {
  const TranslateOptions& options = translation.options;
  const bool is_json = options.exchange.emit != Emit::kHttp && !options.exchange.unroll;
  std::optional<unsigned> indent = options.indent;
  constexpr unsigned kTerminalIndent = 2;
  if (!indent && !same_protocol && isatty(translation.output.descriptor()) != 0)
    indent = kTerminalIndent;
  if (is_json && indent) {
    Output shaped;
    if (*indent == 0)
      AppendSqueezed(document.ToString(), shaped);
    else
      AppendIndented(document.ToString(), *indent, shaped);
    shaped.Append('\n');
    return translation.output.Write(shaped);
  }
  const bool wants_end = is_json && (!same_protocol || ended_line);
  if (wants_end && !EndsLine(document)) document.Append('\n');
  return translation.output.Write(document);
}

Error BetterSaid(const Error& error, std::string_view input_begin) {
  if (error.kind != ErrorKind::kInvalidInput || !error.pointer.empty()) return error;
  Error better = error;
  const std::string_view looks = LooksLike(input_begin);
  if (!looks.empty()) {
    better.message = "this looks like " + std::string(looks) + ", not JSON";
  } else if (input_begin.find_first_not_of(" \t\r\n") == input_begin.npos) {
    better.message = "the input is empty";
    better.line = better.column = 1;
  }
  return better;
}

ExitCode RunTranslate(const CommandLine& line) {
  auto options = ReadTranslateOptions(line);
  if (!options) {
    ShowUsageError(line.command->name, options.error(), line.color);
    return ExitCode::kUsage;
  }
  InputFile input;
  if (Status status = input.Open(options->file); !status)
    return ShowFailure(status.error(), line.color);
  Report report({options->report, line.color, options->report_file, input.name()});
  if (Status status = report.Open(); !status) return ShowFailure(status.error(), line.color);
  OutputFile output;
  output.Use(STDOUT_FILENO, "<stdout>");
  ExitCode code = TranslateInput({*options, input, output, report});
  if (Status status = report.Finish(); !status) code = ShowFailure(status.error(), line.color);
  return code;
}

}  // namespace aiproxy
