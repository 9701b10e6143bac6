// The public and the private port of a serving process.
#pragma once
#include <string_view>

#include "http/server.hpp"
#include "runtime/loop_threads.hpp"
#include "runtime/observability.hpp"
#include "runtime/sites.hpp"

namespace rampart::runtime {

http::Limits http_limits(config::Config::Server const& server);

/// The port that was bound. Throws std::runtime_error naming `key`, which chooses another one.
std::uint16_t listen(http::Server& server, std::string const& address, std::uint64_t port,
                     std::string_view key);

/// Probes and metrics on a loop of their own, so that a busy or stuck server still answers them.
class Admin {
 public:
  Admin(config::Config::Server const& config, Observability& observability,
        Readiness const& readiness);
  ~Admin();
  /// Throws as listen().
  std::uint16_t open();

 private:
  config::Config::Server const& config_;
  PrivateSite site_;
  LoopThreads threads_;
  http::Server server_;
};

/// Counts and logs what is refused before its method is looked at.
base::Rejected refusal_reporter(Observability& observability);

}  // namespace rampart::runtime
