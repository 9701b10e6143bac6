// docs/metrics.md, made from the declarations so that it cannot go stale.
#pragma once
#include <string>

#include "base/metrics.hpp"

namespace rampart::base {

/// `with_upstreams`: the families that are there only where other servers are fronted.
std::string metrics_markdown(Metrics const& with_upstreams);

}  // namespace rampart::base
