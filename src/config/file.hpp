// A configuration file as a flat list of entries, whether it is YAML or JSON.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rampart/error.hpp"

namespace rampart::config {

/// Bounds of a file; it may come from a place that others can write to.
inline constexpr std::size_t max_file_bytes = 1024 * 1024;
inline constexpr std::size_t max_file_depth = 16;
/// Entries, the items of lists included: YAML's aliases can repeat what stands in the file once.
inline constexpr std::size_t max_file_values = 100'000;

/// The section whose keys stand deeper than the others': `mcpServers`.
inline constexpr std::string_view upstream_section = "mcpServers";

/// How deep below it keys are told apart: server, group, key; server, overrides, tool, group, key.
inline std::size_t upstream_levels(std::vector<std::string> const& path) {
  return path.size() > 1 && path[1] == "overrides" ? 5 : 3;
}

struct Entry {
  enum class Kind { scalar, list, nothing, nested };
  /// "server.port": at most two levels; deeper ones are of kind nested. Below `mcpServers` more
  /// (upstream_levels): "mcpServers.github.env.TOKEN", where each map is an entry of kind nested
  /// before its members.
  std::string key;
  std::vector<std::string> path;  ///< below `mcpServers` only: {"github", "env", "TOKEN"}
  int line = 0;                   ///< 1 is the first; 0 = not known
  Kind kind = Kind::nothing;
  std::string text;                ///< of a scalar
  std::vector<std::string> items;  ///< of a list
  bool again = false;              ///< the same key stands above
};

struct FileText {
  std::string name;  ///< for messages
  std::string text;
};

/// Errors: the file is missing, unreadable, no file or longer than max_file_bytes.
Result<FileText> read_file(std::string const& path);

/// JSON if the text begins with `{` (comments and trailing commas allowed), else YAML. The error's
/// message names the line.
Result<std::vector<Entry>> parse_file(std::string_view text);
Result<std::vector<Entry>> parse_yaml(std::string_view text);
Result<std::vector<Entry>> parse_json(std::string_view text);

}  // namespace rampart::config
