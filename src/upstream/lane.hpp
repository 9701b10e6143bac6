// What bounds calls: all of an upstream's, or those of one tool that the configuration overrides.
// Loop thread only.
#pragma once
#include <memory>
#include <string>

#include "upstream/bulkhead.hpp"
#include "upstream/circuit.hpp"

namespace rampart::upstream {

struct Lane {
  std::string what;  ///< "upstream files", "tool search of upstream files"
  config::Upstream::Timeouts timeouts;
  config::Upstream::Retry retry;
  config::Upstream::Stale stale;
  std::shared_ptr<Circuit> circuit;  ///< shared where a tool has none of its own
  std::unique_ptr<Bulkhead> places;  ///< of the tool, within the upstream's; null: no bound
};

}  // namespace rampart::upstream
