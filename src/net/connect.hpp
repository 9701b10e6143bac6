// From a server's name to a connection that is ready for use: name, TCP to each address in turn,
// TLS; or a Unix socket.
#pragma once
#include <memory>

#include "net/resolver.hpp"
#include "net/waiter.hpp"
#include "net/wire.hpp"

namespace rampart::net {

class TlsContext;

/// Where to, and what connecting needs; what it refers to outlives it.
struct Route {
  async::Loop& loop;
  Resolver& resolver;
  TlsContext const* tls;  ///< null: plain
  std::string host;       ///< a name or an address, without brackets
  std::uint16_t port = 0;
  std::string socket_path;  ///< of a Unix socket, instead of host and port; never TLS

  std::string text() const;  ///< for messages
};

/// Until `by`, which the waiter's own limit may be beyond: each address gets an equal part of what
/// is left. Errors: unavailable, or what interrupted the waiter.
Task<Result<std::shared_ptr<Wire>>> connect(Route route, std::shared_ptr<Waiter> waiter,
                                            base::Steady::time_point by);

}  // namespace rampart::net
