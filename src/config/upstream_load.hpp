// The `mcpServers` section: from the file's entries to values.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "config/file.hpp"
#include "config/load.hpp"

namespace rampart::config {

/// Servers in one file.
inline constexpr std::size_t max_upstreams = 256;

/// Puts what `entries` (those below `mcpServers`, in the file's order) describe into
/// loaded.config.upstreams, and where each key came from into loaded.origins. What is wrong is
/// added to `problems`.
void load_upstreams(std::vector<Entry> const& entries, std::string const& file,
                    std::map<std::string, std::string> const& environment, Loaded& loaded,
                    Problems& problems);

/// Lines of `rampart check`: what was given for each upstream, in the columns of the rest. Values
/// of env and headers are masked, and what came out of variables wherever it stands.
struct CheckLine {
  std::string key;
  std::string value;
  std::string origin;
};
std::vector<CheckLine> upstream_lines(Loaded const& loaded);

/// The section of docs/config.md.
std::string upstream_markdown();

}  // namespace rampart::config
