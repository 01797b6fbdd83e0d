#include "cli/version.h"

namespace aiproxy {

std::string_view Version() { return AIPROXY_VERSION; }

}  // namespace aiproxy
