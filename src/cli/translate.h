// `aiproxy translate`: what its ways through documents, lines and streams share.
#pragma once

#include "cli/exit_codes.h"
#include "cli/input.h"
#include "cli/options.h"
#include "cli/output_file.h"
#include "cli/report.h"
#include "cli/translate_options.h"

namespace aiproxy {

/// One run of the command: everything is open. Results go to `output`, losses and problems to
/// `report`.
struct Translation {
  const TranslateOptions& options;
  InputFile& input;
  OutputFile& output;
  Report& report;

  /// nullptr when nobody wants to know.
  ReportSink* SinkFor(ReportCollector& collector) const {
    return options.report == ReportFormat::kNone ? nullptr : &collector;
  }
  /// Tells the problem; says how the command ends.
  ExitCode Fail(const Error& error, std::uint64_t line = 0) const {
    report.TakeProblem(error, line);
    return ExitCodeOf(error.kind);
  }
  /// The same for what the file system did.
  ExitCode FailIo(const Error& error) const {
    report.TakeProblem(error);
    return ExitCode::kFailed;
  }
};

ExitCode TranslateDocument(const Translation& translation);
ExitCode TranslateStream(const Translation& translation);
/// There and back; prints what changed. `is_stream`: of the response that the stream amounts to.
ExitCode TranslateRoundTrip(const Translation& translation, bool is_stream);
ExitCode TranslateLines(const Translation& translation);
/// The same with options.jobs threads.
ExitCode TranslateLinesInParallel(const Translation& translation);

/// Writes one JSON document, indented as the options and the terminal want it, and the end of the
/// line, which is added to `document` so that one call writes both. `same_protocol`: what was read
/// comes out as it came, `ended_line` says with or without.
Status WriteDocument(const Translation& translation, Output& document, bool same_protocol,
                     bool ended_line);

/// What is said in the place of a JSON parser's error when the input is something else altogether.
Error BetterSaid(const Error& error, std::string_view input_begin);

ExitCode RunTranslate(const CommandLine& line);

}  // namespace aiproxy
