#include "runtime/upstream_links.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include "upstream/http_link.hpp"
#include "upstream/sse_link.hpp"

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

UpstreamLinks::UpstreamLinks(async::Loop& loop, process::Spawner& spawner,
                             std::map<std::string, std::string> inherited)
    : loop_(loop), spawner_(spawner), inherited_(std::move(inherited)) {
  auto tls = net::TlsContext::make({{}, "http/1.1"});
  if (!tls) throw std::runtime_error(tls.error().message);
  tls_ = std::move(*tls);
}

Result<upstream::OpenedLink> UpstreamLinks::open(config::Upstream const& upstream, bool older,
                                                 std::function<void(std::string)> on_error_line) {
  if (upstream.kind == config::UpstreamKind::stdio)
    return open_child(upstream, std::move(on_error_line));
  return open_http(upstream, older);
}

Result<upstream::OpenedLink> UpstreamLinks::open_http(config::Upstream const& upstream,
                                                      bool older) {
  auto url = http_client::parse_url(upstream.url);
  if (!url) return Failure(url.error());
  http_client::Headers headers(upstream.headers.begin(), upstream.headers.end());
  upstream::OpenedLink out;
  if (older) {
    upstream::SseLinkOptions options;
    options.url = std::move(*url);
    options.headers = std::move(headers);
    out.link =
        std::make_unique<upstream::SseLink>(loop_, resolver_, tls_.get(), std::move(options));
  } else {
    upstream::HttpLinkOptions options;
    options.url = std::move(*url);
    options.headers = std::move(headers);
    out.link =
        std::make_unique<upstream::HttpLink>(loop_, resolver_, tls_.get(), std::move(options));
  }
  return out;
}

process::Command command_of(config::Upstream const& upstream,
                            std::map<std::string, std::string> const& inherited) {
  process::Command command;
  command.argv.push_back(upstream.command);
  command.argv.insert(command.argv.end(), upstream.args.begin(), upstream.args.end());
  command.environment = inherited;
  for (auto const& [name, value] : upstream.env) command.environment.insert_or_assign(name, value);
  command.directory = upstream.cwd;
  command.max_open_files = upstream.limits.open_files;
  command.nice = static_cast<int>(upstream.limits.nice);
  return command;
}

Result<upstream::OpenedLink> UpstreamLinks::open_child(
    config::Upstream const& upstream, std::function<void(std::string)> on_error_line) {
  auto const command = command_of(upstream, inherited_);
  auto started = upstream::StdioLink::start(loop_, spawner_, command, {}, std::move(on_error_line));
  if (!started) return Failure(started.error());
  upstream::OpenedLink out;
  out.child = started->get();
  out.link = std::move(*started);
  return out;
}

}  // namespace rampart::runtime
