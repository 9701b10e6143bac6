// Brings the sources together: defaults, file, environment, flags; the later ones win.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "config/config.hpp"
#include "config/file.hpp"

namespace rampart::config {

struct Sources {
  std::optional<FileText> file;
  std::map<std::string, std::string> environment;
  std::map<std::string, std::string> flags;  ///< "server-port" or "--server-port" to its value
};

/// The variables of `environ`, or of any array like it.
std::map<std::string, std::string> environment_of(char const* const* variables);

/// Names the file, for whoever starts the process; not a key itself.
inline constexpr std::string_view file_variable = "RAMPART_CONFIG";
/// A person's key, for `rampart call` and the like; a server takes no notice of it.
inline constexpr std::string_view token_variable = "RAMPART_TOKEN";

/// One broken rule: `server.port (config.yaml:3): must be between 0 and 65535, got "http"`.
struct Problem {
  std::string key;
  std::string source;
  std::string rule;
  std::string text() const;
};
using Problems = std::vector<Problem>;
/// One line each.
std::string text_of(Problems const& problems);

struct Loaded {
  Config config;
  /// By key: "default", "config.yaml:3", "env PORT", "flag --port".
  std::map<std::string, std::string> origins;
};

/// Everything that is wrong is reported at once.
tl::expected<Loaded, Problems> load(Sources const& sources);

/// Only the defaults of an environment; for tests and tools.
Config default_config(Environment environment = Environment::development);

/// What `rampart check` prints: each key, its value (secrets masked) and where it came from.
std::string check_text(Loaded const& loaded);
/// The text of docs/config.md.
std::string config_markdown();

}  // namespace rampart::config
