// The loss report: findings collected while translating, and their way out as text or JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "cli/finding_groups.h"
#include "cli/output_file.h"
#include "cli/terminal.h"
#include "core/exchange/exchange.h"
#include "core/json/output.h"
#include "core/json/pointer.h"
#include "core/json/result.h"

namespace aiproxy {

enum class ReportFormat : std::uint8_t { kText, kJson, kNone };

/// What a report is about: one document, a document a line, or a stream of events.
enum class ReportScope : std::uint8_t { kDocument, kLines, kStream };

class Report;

/// Collects the findings of some documents, lines or events, until a Report absorbs them. Several
/// threads have one each.
class ReportCollector : public ReportSink {
 public:
  /// `relay`: the report that takes what is ready before it grows large; nullptr where that is
  /// for another thread to do.
  explicit ReportCollector(const Report& report, Report* relay = nullptr);

  /// The line (from 1) that is translated next; the findings are told with it.
  void set_line(std::uint64_t line) { line_ = line; }
  void Take(const Accounting& accounting, const ReportPlace& place) override;

 private:
  friend class Report;

  void TakeIntoGroup(const Accounting& accounting, const Finding& finding, std::string_view pointer,
                     std::uint64_t where);
  void TakeAsJson(const Finding& finding, std::string_view pointer, std::int64_t event);

  ReportFormat format_;
  ReportScope scope_;
  bool color_;
  std::string_view input_;
  Report* relay_;
  std::uint64_t line_ = 0;
  PointerCursor cursor_;
  std::string origin_;    // pointer into a frame; kept for its memory
  std::string message_;   // of the finding at hand; kept for its memory
  std::string text_;      // lines about one document
  Output json_;           // objects with commas between them
  FindingGroups groups_;  // text about lines and streams
};

/// The report of one command.
class Report {
 public:
  struct Options {
    ReportFormat format = ReportFormat::kText;
    ColorMode color = ColorMode::kAuto;
    std::string file;   // "" is stderr
    std::string input;  // as the user knows it
  };

  explicit Report(Options options) : options_(std::move(options)) {}
  /// Creates the report's file, if it has one.
  Status Open();

  /// Set once it is known, before the first findings come.
  void set_scope(ReportScope scope) { scope_ = scope; }
  ReportScope scope() const { return scope_; }
  ReportFormat format() const { return options_.format; }
  /// As the user knows it.
  const std::string& input() const { return options_.input; }
  bool color() const { return color_; }

  /// Lets out what need not wait for the end: JSON objects, and many lines about one document.
  void Relay(ReportCollector& collector);
  /// Takes over all that a collector has, and empties it.
  void Absorb(ReportCollector& collector);
  /// Tells why something was not translated: on stderr after the report, and in a report that is
  /// JSON (on stderr: only there).
  /// `line` counts from 1, under --lines.
  void TakeProblem(const Error& error, std::uint64_t line = 0);
  /// Writes to stderr what was told so far, without waiting for the report.
  void ShowProblems();
  /// Writes what is left. An error when the report's file cannot be written.
  Status Finish();

 private:
  bool is_json() const { return options_.format == ReportFormat::kJson; }
  std::string ProblemAsJson(const Error& error, std::uint64_t line) const;
  void AppendGroups();
  void AppendJson(std::string_view objects);
  void FlushText();
  void FlushJson();
  void Write(std::string_view text);

  Options options_;
  ReportScope scope_ = ReportScope::kDocument;
  OutputFile file_;
  bool to_stderr_ = true;
  bool color_ = false;
  FindingGroups groups_;
  std::string problems_;      // text, not written yet
  std::string text_;          // not written yet
  std::string json_;          // not written yet
  bool has_objects_ = false;  // one was written or is in json_
  Status failure_;            // the first one of writing the file
};

}  // namespace aiproxy
