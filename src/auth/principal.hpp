// Who asks, once a key was recognised.
#pragma once
#include <string>

#include "base/mcp_metrics.hpp"

namespace rampart::auth {

/// One key of the keys file, from the reading that brought it until its line is gone or has another
/// digest. Two of them are two principals even with one name: compare pointers.
struct Principal {
  std::string name;
  base::McpMetrics::ClientRow* metrics = nullptr;  ///< series of its client_id
};

}  // namespace rampart::auth
