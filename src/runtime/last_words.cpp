#include "runtime/last_words.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/log.hpp"

namespace rampart::runtime {
namespace {

base::LogFormat format_of(config::Config const* config) {
  bool const terminal = ::isatty(STDERR_FILENO) == 1;
  if (config != nullptr) return config::log_format(*config, terminal);
  char const* const variable = std::getenv("LOG_FORMAT");
  std::string_view const asked = variable != nullptr ? variable : "";
  if (asked == "json") return base::LogFormat::json;
  return terminal || asked == "console" ? base::LogFormat::console : base::LogFormat::json;
}

}  // namespace

int cannot_start(config::Config const* config, std::string const& reason, int status) {
  std::string_view text = reason;
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (format_of(config) == base::LogFormat::console) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
    return status;
  }
  base::LogSink sink(STDERR_FILENO);
  base::Secrets const secrets;
  base::Logger(sink, secrets).error("cannot_start", {{"reason", text}});
  return status;
}

}  // namespace rampart::runtime
