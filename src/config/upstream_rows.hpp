// The keys of one upstream besides those that every MCP client knows: the rows below
// `mcpServers.<name>` and `mcpServers.<name>.overrides.<tool>`, described as those of the other
// sections are (row.hpp).
#pragma once
#include <vector>

#include "config/row.hpp"
#include "config/upstream.hpp"

namespace rampart::config {

/// A key of T.
template <class T>
struct KeyOf {
  Row row;  ///< its key is relative: "timeouts.call"; its slot is not used
  Slot (*slot)(T&) = nullptr;
};
using UpstreamRow = KeyOf<Upstream>;
using OverrideRow = KeyOf<Upstream::Override>;

std::vector<UpstreamRow> upstream_rows();
/// Below `overrides.<tool>`; their defaults are what holds for the upstream.
std::vector<OverrideRow> override_rows();

/// The keys that clients write: command, args, env, cwd, url, headers, type.
struct ClientKey {
  std::string_view key;
  std::string_view values;
  std::string_view doc;
};
std::vector<ClientKey> client_keys();

}  // namespace rampart::config
