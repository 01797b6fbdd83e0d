// `aiproxy translate --lines` with one thread.
#include <cstddef>
#include <vector>

#include "cli/line_reader.h"
#include "cli/line_translator.h"
#include "cli/translate.h"

namespace aiproxy {

namespace {

constexpr std::size_t kWriteFrom = 256 * 1024;
constexpr std::size_t kWidenFrom = 32 * 1024;

}  // namespace

ExitCode LineProblemsTold(const Translation& translation, const std::vector<LineProblem>& problems,
                          ExitCode before) {
  ExitCode code = before;
  for (const LineProblem& problem : problems) {
    const ExitCode own = translation.Fail(problem.error, problem.line);
    // What was gone on after: an unreadable line weighs more than a refused one.
    if (translation.options.keep_going && own != ExitCode::kRefused)
      code = ExitCode::kUnreadable;
    else if (!translation.options.keep_going || code == ExitCode::kDone)
      code = own;
  }
  if (translation.options.keep_going) translation.report.ShowProblems();
  return code;
}

ExitCode TranslateLines(const Translation& translation) {
  ReportCollector collector(translation.report, &translation.report);
  LineTranslator translator(translation.options, translation.options.report == ReportFormat::kNone
                                                     ? nullptr
                                                     : &collector);
  LineReader reader(translation.input, translation.options.exchange.limits.max_body_bytes);
  LineBatch batch;
  Output out;
  std::vector<LineProblem> problems;
  ExitCode code = ExitCode::kDone;
  bool widened = false;
  for (bool goes_on = true; goes_on;) {
    auto more = reader.Next(batch);
    if (!more) {
      code = translation.FailIo(more.error());
      break;
    }
    goes_on = *more && translator.Translate(batch, out, problems);
    if (!widened && out.size() >= kWidenFrom) {
      widened = true;
      translation.output.WidenPipe();
    }
    // References are to the batch, which is filled anew.
    if (!goes_on || out.has_references() || out.size() >= kWriteFrom || !reader.ready()) {
      if (Status status = translation.output.Write(out); !status)
        return translation.FailIo(status.error());
      out.Clear();
    }
    translation.report.Relay(collector);
    code = LineProblemsTold(translation, problems, code);
    problems.clear();
  }
  translation.report.Absorb(collector);
  return code;
}

}  // namespace aiproxy
