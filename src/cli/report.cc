#include "cli/report.h"

#include <unistd.h>

#include <cstddef>
#include <utility>

#include "core/json/text.h"
#include "core/json/writer.h"

namespace aiproxy {

namespace {

constexpr std::size_t kWriteFrom = 64 * 1024;

/// A name of the file system as JSON can hold it: what is not UTF-8 becomes U+FFFD.
std::string AsUtf8(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    const auto first = static_cast<unsigned char>(name[i]);
    std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    bool valid = first < 0x80 || (first >= 0xc2 && first < 0xf5 && i + length <= name.size());
    for (std::size_t k = 1; valid && k < length; ++k) {
      valid = (static_cast<unsigned char>(name[i + k]) & 0xc0) == 0x80;
    }
    if (valid)
      out += name.substr(i, length);
    else
      out += "\xEF\xBF\xBD";
    i += valid ? length : 1;
  }
  return out;
}

void AppendWord(std::string_view word, Writer& writer) {
  if (word.empty())
    writer.Null();
  else
    writer.String(word);
}

/// "FILE:/pointer: warning: MESSAGE [CODE slug]", without the end of the line.
void AppendFinding(std::string_view input, const DiagnosticCode& code, std::string_view pointer,
                   std::string_view message, bool color, std::string& out) {
  AppendDiagnosticHead(std::string(input) + ":" + std::string(pointer), code.severity, color, out);
  AppendVisible(message, out);
  out += " [";
  out += code.id;
  out += ' ';
  out += code.slug;
  out += ']';
}

/// " (3 times, first in line 7)", " (line 7)", " (3 times)" or nothing.
void AppendCount(const FindingGroup& group, std::string_view unit, std::string& out) {
  const bool has_place = group.first != FindingGroup::kNowhere;
  if (!has_place && group.count == 1) return;
  out += " (";
  if (group.count > 1) out += std::to_string(group.count) + " times";
  if (group.count > 1 && has_place) out += ", first in ";
  if (has_place) out += std::string(unit) + std::to_string(group.first);
  out += ')';
}

}  // namespace

ReportCollector::ReportCollector(const Report& report, Report* relay)
    : format_(report.format()),
      scope_(report.scope()),
      color_(report.color()),
      input_(report.input()),
      relay_(relay) {}

void ReportCollector::Take(const Accounting& accounting, const ReportPlace& place) {
  cursor_.Begin(accounting.document());
  for (const Finding& finding : accounting.findings()) {
    std::string_view pointer = cursor_.To(finding.node);
    const std::int64_t event = place.Resolve(pointer, origin_);
    if (format_ != ReportFormat::kJson && scope_ != ReportScope::kDocument) {
      const std::uint64_t where = scope_ == ReportScope::kLines ? line_
                                  : event >= 0                  ? static_cast<std::uint64_t>(event)
                                                                : FindingGroup::kNowhere;
      TakeIntoGroup(accounting, finding, pointer, where);
      continue;
    }
    message_.clear();
    accounting.AppendMessage(finding, message_);
    if (format_ == ReportFormat::kJson) {
      TakeAsJson(finding, pointer, event);
    } else {
      AppendFinding(input_, *finding.code, pointer, message_, color_, text_);
      text_ += '\n';
    }
    if (relay_ != nullptr && json_.size() + text_.size() >= kWriteFrom) relay_->Relay(*this);
  }
}

void ReportCollector::TakeIntoGroup(const Accounting& accounting, const Finding& finding,
                                    std::string_view pointer, std::uint64_t where) {
  if (FindingGroup* group = groups_.Find(*finding.code, pointer)) {
    ++group->count;
  } else if (groups_.full()) {
    groups_.CountFurther();
  } else {
    groups_.Add({finding.code, std::string(pointer), accounting.Message(finding), where, 1});
  }
}

void ReportCollector::TakeAsJson(const Finding& finding, std::string_view pointer,
                                 std::int64_t event) {
  if (json_.size() != 0) json_.Append(",\n");
  Writer writer(json_);
  writer.BeginObject();
  writer.Key("code");
  writer.String(finding.code->id);
  writer.Key("slug");
  writer.String(finding.code->slug);
  writer.Key("severity");
  writer.String(Name(finding.code->severity));
  writer.Key("loss");
  AppendWord(Name(finding.code->loss), writer);
  writer.Key("pointer");
  writer.String(pointer);
  writer.Key("message");
  writer.String(message_);
  if (event >= 0) {
    writer.Key("event");
    writer.Int(event);
  }
  if (scope_ == ReportScope::kLines) {
    writer.Key("line");
    writer.Int(static_cast<std::int64_t>(line_));
  }
  writer.Key("file");
  writer.String(AsUtf8(input_));
  writer.EndObject();
}

Status Report::Open() {
  to_stderr_ = options_.file.empty();
  color_ =
      to_stderr_ ? UsesColor(options_.color, STDERR_FILENO) : options_.color == ColorMode::kAlways;
  return to_stderr_ ? Ok() : file_.Create(options_.file);
}

void Report::ShowProblems() {
  WriteToStderr(problems_);
  problems_.clear();
}

void Report::Relay(ReportCollector& collector) {
  text_ += collector.text_;
  collector.text_.clear();
  if (text_.size() >= kWriteFrom) FlushText();
  if (collector.json_.size() == 0) return;
  collector.json_.ForEachPiece([this](std::string_view piece) { AppendJson(piece); });
  collector.json_.Clear();
}

void Report::Absorb(ReportCollector& collector) {
  Relay(collector);
  groups_.Merge(collector.groups_);
  collector.groups_.Clear();
}

void Report::TakeProblem(const Error& error, std::uint64_t line) {
  if (is_json()) {
    AppendJson(ProblemAsJson(error, line));
    if (to_stderr_) return;
  }
  AppendDiagnosticHead(Place(options_.input, line != 0 ? line : error.line, error.column),
                       Severity::kError, UsesColor(options_.color, STDERR_FILENO), problems_);
  AppendVisible(error.message, problems_);
  if (!error.pointer.empty()) AppendVisible(" (at " + error.pointer + ")", problems_);
  problems_ += '\n';
}

std::string Report::ProblemAsJson(const Error& error, std::uint64_t line) const {
  Output out;
  Writer writer(out);
  writer.BeginObject();
  writer.Key("code");
  writer.Null();
  writer.Key("slug");
  writer.Null();
  writer.Key("severity");
  writer.String(Name(Severity::kError));
  writer.Key("loss");
  writer.Null();
  writer.Key("pointer");
  writer.String(error.pointer);
  writer.Key("message");
  writer.String(error.message);
  if (line != 0 || error.line != 0) {
    writer.Key("line");
    writer.Int(line != 0 ? static_cast<std::int64_t>(line) : error.line);
  }
  if (error.column != 0) {
    writer.Key("column");
    writer.Int(error.column);
  }
  writer.Key("file");
  writer.String(AsUtf8(options_.input));
  writer.EndObject();
  return out.ToString();
}

void Report::AppendGroups() {
  const std::string_view input = options_.input;
  for (const FindingGroup& group : groups_.groups()) {
    AppendFinding(input, *group.code, group.pointer, group.message, color_, text_);
    AppendCount(group, scope_ == ReportScope::kStream ? "event " : "line ", text_);
    text_ += '\n';
  }
  if (groups_.further() != 0) {
    AppendDiagnosticHead(input, Severity::kNote, color_, text_);
    text_ += std::to_string(groups_.further()) + " more findings of other kinds are not listed\n";
  }
}

void Report::AppendJson(std::string_view objects) {
  json_ += has_objects_ ? ",\n" : "[\n";
  has_objects_ = true;
  json_ += objects;
  if (json_.size() >= kWriteFrom) FlushJson();
}

void Report::FlushText() {
  Write(text_);
  text_.clear();
}

void Report::FlushJson() {
  Write(json_);
  json_.clear();
}

void Report::Write(std::string_view text) {
  if (to_stderr_)
    WriteToStderr(text);
  else if (failure_.has_value())
    failure_ = file_.Write(text);
}

Status Report::Finish() {
  if (options_.format == ReportFormat::kNone) {
    // Only the problems are told.
  } else if (is_json()) {
    json_ += has_objects_ ? "\n]\n" : "[]\n";
    FlushJson();
  } else {
    AppendGroups();
    FlushText();
  }
  ShowProblems();
  if (failure_.has_value() && !to_stderr_) failure_ = file_.Close();
  return std::move(failure_);
}

}  // namespace aiproxy
