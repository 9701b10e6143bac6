// The keys of one upstream besides those that every MCP client knows: the rows below
// `mcpServers.<name>`, described as those of the other sections are (row.hpp).
#pragma once
#include <vector>

#include "config/row.hpp"
#include "config/upstream.hpp"

namespace rampart::config {

struct UpstreamRow {
  Row row;  ///< its key is relative: "timeouts.call"; its slot is not used
  Slot (*slot)(Upstream&) = nullptr;
};

std::vector<UpstreamRow> upstream_rows();

/// The keys that clients write: command, args, env, cwd, url, headers, type.
struct ClientKey {
  std::string_view key;
  std::string_view values;
  std::string_view doc;
};
std::vector<ClientKey> client_keys();

}  // namespace rampart::config
