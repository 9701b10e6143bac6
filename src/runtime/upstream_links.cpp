#include "runtime/upstream_links.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace rampart::runtime {
namespace {

constexpr std::array<std::string_view, 26> inherited_names{"PATH",
                                                           "HOME",
                                                           "USER",
                                                           "LOGNAME",
                                                           "SHELL",
                                                           "TERM",
                                                           "LANG",
                                                           "LANGUAGE",
                                                           "TZ",
                                                           "TMPDIR",
                                                           "HTTP_PROXY",
                                                           "HTTPS_PROXY",
                                                           "NO_PROXY",
                                                           "http_proxy",
                                                           "https_proxy",
                                                           "no_proxy",
                                                           "SSL_CERT_FILE",
                                                           "SSL_CERT_DIR",
                                                           "XDG_DATA_HOME",
                                                           "XDG_CACHE_HOME",
                                                           "XDG_CONFIG_HOME",
                                                           "XDG_RUNTIME_DIR",
                                                           "NODE_EXTRA_CA_CERTS",
                                                           "npm_config_cache",
                                                           "npm_config_registry",
                                                           "UV_CACHE_DIR"};

}  // namespace

std::map<std::string, std::string> inherited_environment(char const* const* environment) {
  std::map<std::string, std::string> out;
  for (; environment && *environment; ++environment) {
    std::string_view const entry = *environment;
    auto const equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    auto const name = entry.substr(0, equals);
    if (name.starts_with("LC_") ||
        std::ranges::find(inherited_names, name) != inherited_names.end())
      out.emplace(name, entry.substr(equals + 1));
  }
  return out;
}

Result<upstream::OpenedLink> UpstreamLinks::open(config::Upstream const& upstream, bool older,
                                                 std::function<void(std::string)> on_error_line) {
  upstream::OpenedLink out;
  if (upstream.kind != config::UpstreamKind::stdio) {
    (void)older;
    return fail(Errc::unavailable, "HTTP upstreams are not built yet");
  }
  process::Command command;
  command.argv.push_back(upstream.command);
  command.argv.insert(command.argv.end(), upstream.args.begin(), upstream.args.end());
  command.environment = inherited_;
  for (auto const& [name, value] : upstream.env) command.environment.insert_or_assign(name, value);
  command.directory = upstream.cwd;
  command.max_open_files = upstream.limits.open_files;
  command.nice = static_cast<int>(upstream.limits.nice);
  auto started = upstream::StdioLink::start(loop_, spawner_, command, {}, std::move(on_error_line));
  if (!started) return Failure(started.error());
  out.child = started->get();
  out.link = std::move(*started);
  return out;
}

}  // namespace rampart::runtime
