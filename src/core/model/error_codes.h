// The words that the kind of an error implies, for targets that say the kind otherwise.
#pragma once

#include "core/json/text.h"
#include "core/model/model.h"

namespace aiproxy {

/// Whether `code`, a word or an HTTP status of some protocol, says nothing beyond the kind.
bool CodeSaysKind(const Raw& code, ApiErrorKind kind);

}  // namespace aiproxy
