// Opens the way to each kind of upstream. Loop thread only.
#pragma once
#include "net/resolver.hpp"
#include "net/tls_context.hpp"
#include "process/spawner.hpp"
#include "upstream/link_factory.hpp"

namespace rampart::runtime {

/// The variables of our environment that every child sees: where programs and homes are, languages,
/// proxies and certificates. Anything else is named by the upstream's `env`.
std::map<std::string, std::string> inherited_environment(char const* const* environment);

/// What is executed for an upstream that is a command.
process::Command command_of(config::Upstream const& upstream,
                            std::map<std::string, std::string> const& inherited);

class UpstreamLinks final : public upstream::LinkFactory {
 public:
  /// Throws std::runtime_error when the system's certificates cannot be used.
  UpstreamLinks(async::Loop& loop, process::Spawner& spawner,
                std::map<std::string, std::string> inherited);

  Result<upstream::OpenedLink> open(config::Upstream const& upstream, bool older,
                                    std::function<void(std::string)> on_error_line) override;

 private:
  Result<upstream::OpenedLink> open_http(config::Upstream const& upstream, bool older);
  Result<upstream::OpenedLink> open_child(config::Upstream const& upstream,
                                          std::function<void(std::string)> on_error_line);

  async::Loop& loop_;
  process::Spawner& spawner_;
  std::map<std::string, std::string> const inherited_;
  net::Resolver resolver_;
  std::unique_ptr<net::TlsContext> tls_;
};

}  // namespace rampart::runtime
