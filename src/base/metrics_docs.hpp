// docs/metrics.md, made from the declarations so that it cannot go stale.
#pragma once
#include <string>

namespace rampart::base {

std::string metrics_markdown();

}  // namespace rampart::base
