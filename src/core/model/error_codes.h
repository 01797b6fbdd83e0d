// The words that the kind of an error implies, for targets that say the kind otherwise.
#pragma once

#include "core/json/text.h"
#include "core/model/model.h"

namespace aiproxy {

/// Whether `code`, a word or an HTTP status of some protocol, says nothing beyond the kind.
bool CodeSaysKind(const Raw& code, ApiErrorKind kind);

/// The HTTP status of an error that another vendor wrote: as it came where it says the kind,
/// because clients choose their class of error by it. Spent money is a 429 as well.
int StatusThatSaysKind(const ApiError& error);

}  // namespace aiproxy
