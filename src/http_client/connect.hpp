// From a URL to a connection that is ready for requests: name, TCP to each address in turn, TLS.
#pragma once
#include <memory>

#include "http_client/client.hpp"
#include "http_client/waiter.hpp"
#include "http_client/wire.hpp"

namespace rampart::http_client {

/// What connecting needs; outlives it. `tls` may be null for plain URLs.
struct Route {
  async::Loop& loop;
  Resolver& resolver;
  TlsContext const* tls;
  Url const& url;
};

/// Until `by`, which the waiter's own limit may be beyond: each address gets an equal part of what
/// is left. Errors: unavailable, or what interrupted the waiter.
Task<Result<std::shared_ptr<Wire>>> connect(Route route, std::shared_ptr<Waiter> waiter,
                                            base::Steady::time_point by);

}  // namespace rampart::http_client
