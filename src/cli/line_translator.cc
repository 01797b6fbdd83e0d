#include "cli/line_translator.h"

#include <string>
#include <utility>

#include "cli/translate.h"
#include "core/json/writer.h"

namespace aiproxy {

namespace {

bool IsBlank(std::string_view line) {
  // Nearly every line is told by its first byte.
  return line.empty() || line.find_first_not_of(" \t\r") == line.npos;
}

void AppendErrorLine(const LineProblem& problem, Output& out) {
  Writer writer(out);
  writer.BeginObject();
  writer.Key("error");
  writer.BeginObject();
  writer.Key("line");
  writer.Int(static_cast<std::int64_t>(problem.line));
  writer.Key("message");
  writer.String(problem.error.message);
  if (!problem.error.pointer.empty()) {
    writer.Key("pointer");
    writer.String(problem.error.pointer);
  }
  writer.EndObject();
  writer.EndObject();
  out.Append('\n');
}

}  // namespace

bool LineTranslator::Translate(LineBatch& batch, Output& out, std::vector<LineProblem>& problems) {
  if (batch.is_too_long()) {
    Error error{.kind = ErrorKind::kLimitExceeded, .message = {}, .pointer = {}};
    error.message = "the line is longer than " +
                    std::to_string(options_.exchange.limits.max_body_bytes >> 20) + " MiB";
    return TakeProblem(batch.first_line(), std::move(error), out, problems);
  }
  bool goes_on = true;
  batch.ForEachLine([&](std::uint64_t number, std::string_view line) {
    return goes_on = IsBlank(line) || TranslateLine(number, line, out, problems);
  });
  return goes_on;
}

bool LineTranslator::TranslateLine(std::uint64_t number, std::string_view line, Output& out,
                                   std::vector<LineProblem>& problems) {
  if (collector_ != nullptr) collector_->set_line(number);
  Status status = exchange_.Translate(line, out);
  if (!status) return TakeProblem(number, BetterSaid(status.error(), line), out, problems);
  out.Append('\n');
  return true;
}

bool LineTranslator::TakeProblem(std::uint64_t number, Error error, Output& out,
                                 std::vector<LineProblem>& problems) const {
  problems.push_back({number, std::move(error)});
  if (!options_.keep_going) return false;
  AppendErrorLine(problems.back(), out);
  return true;
}

}  // namespace aiproxy
