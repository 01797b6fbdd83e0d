// Translates batches of lines, each line a document: what one thread of `translate --lines` does.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "cli/exit_codes.h"
#include "cli/line_reader.h"
#include "cli/report.h"
#include "cli/translate_options.h"
#include "core/exchange/exchange.h"
#include "core/json/output.h"

namespace aiproxy {

/// A line that could not be translated.
struct LineProblem {
  std::uint64_t line = 0;
  Error error;
};

class LineTranslator {
 public:
  /// `collector` may be nullptr; it and the options must outlive this.
  LineTranslator(const TranslateOptions& options, ReportCollector* collector)
      : options_(options), collector_(collector), exchange_(options.exchange, collector) {}

  /// Appends a line for each line that is not empty; `out` may refer to the batch afterwards.
  /// Problems are appended to `problems`; false when one of them ends everything, which is when
  /// there is no --keep-going. With it, a bad line becomes {"error":...}.
  bool Translate(LineBatch& batch, Output& out, std::vector<LineProblem>& problems);

 private:
  bool TranslateLine(std::uint64_t number, std::string_view line, Output& out,
                     std::vector<LineProblem>& problems);
  bool TakeProblem(std::uint64_t number, Error error, Output& out,
                   std::vector<LineProblem>& problems) const;

  const TranslateOptions& options_;
  ReportCollector* collector_;
  DocumentExchange exchange_;
};

struct Translation;

/// Tells the problems of some lines; says how the command ends that would have ended as `before`.
ExitCode LineProblemsTold(const Translation& translation, const std::vector<LineProblem>& problems,
                          ExitCode before);

}  // namespace aiproxy
