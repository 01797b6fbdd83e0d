// An answer without any choice, where the target's answers are one message: it becomes an error.
#pragma once

#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy {

/// The error to write instead; reported.
inline ApiError ErrorOfEmpty(const ChatResponse& response, CodecContext& context) {
  context.accounting.Report(response.node, kErrorInSuccess,
                            "an answer without any choice is an error");
  ApiError error;
  error.message = Text::Plain("empty response");
  return error;
}

}  // namespace aiproxy
