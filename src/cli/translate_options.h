// What `translate` is asked to do: the command line's words with their meanings, checked.
#pragma once

#include <optional>
#include <string>

#include "cli/options.h"
#include "cli/report.h"
#include "core/exchange/options.h"
#include "core/json/result.h"

namespace aiproxy {

struct TranslateOptions {
  ExchangeOptions exchange;
  std::string file;         // "" or "-" is standard input
  bool round_trip = false;  // to exchange.to and back
  bool lines = false;
  bool keep_going = false;
  unsigned jobs = 1;
  std::optional<unsigned> indent;  // 0 is compact
  ReportFormat report = ReportFormat::kText;
  std::string report_file;
  ColorMode color = ColorMode::kAuto;
};

/// Reads SOURCE_DATE_EPOCH as well. Errors are of kind kUnsupported.
Result<TranslateOptions> ReadTranslateOptions(const CommandLine& line);

}  // namespace aiproxy
