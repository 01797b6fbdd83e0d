// The end of a translation: findings go to the report, and a refused loss becomes an error.
#pragma once

#include "core/exchange/exchange.h"

namespace aiproxy {

/// Reports the findings of a settled account. kLossRefused, naming the first refused loss, when
/// the policy refuses one; the findings are reported all the same.
Status SettleReport(const Accounting& accounting, const ReportPlace& place,
                    const LossPolicy& policy, ReportSink* report);

}  // namespace aiproxy
