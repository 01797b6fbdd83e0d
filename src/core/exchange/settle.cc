#include "core/exchange/settle.h"

namespace aiproxy {

Status SettleReport(const Accounting& accounting, const ReportPlace& place,
                    const LossPolicy& policy, ReportSink* report) {
  if (accounting.findings().empty()) return Ok();
  if (report != nullptr) report->Take(accounting, place);
  for (const Finding& finding : accounting.findings()) {
    if (!policy.Refuses(finding.code->loss)) continue;
    Error error = accounting.document().ErrorAt(
        finding.node, "refused, because of a loss: " + accounting.Message(finding) + " [" +
                          std::string(finding.code->id) + " " + std::string(finding.code->slug) +
                          "]");
    error.kind = ErrorKind::kLossRefused;
    return error;
  }
  return Ok();
}

}  // namespace aiproxy
