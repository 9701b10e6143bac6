// Opens the way to each kind of upstream. Loop thread only.
#pragma once
#include "http_client/client.hpp"
#include "process/spawner.hpp"
#include "upstream/link_factory.hpp"

namespace rampart::runtime {

/// The variables of our environment that every child sees: where programs and homes are, languages,
/// proxies and certificates. Anything else is named by the upstream's `env`.
std::map<std::string, std::string> inherited_environment(char const* const* environment);

class UpstreamLinks final : public upstream::LinkFactory {
 public:
  UpstreamLinks(async::Loop& loop, process::Spawner& spawner,
                std::map<std::string, std::string> inherited)
      : loop_(loop), spawner_(spawner), inherited_(std::move(inherited)) {}

  Result<upstream::OpenedLink> open(config::Upstream const& upstream, bool older,
                                    std::function<void(std::string)> on_error_line) override;

 private:
  async::Loop& loop_;
  process::Spawner& spawner_;
  std::map<std::string, std::string> const inherited_;
};

}  // namespace rampart::runtime
