#include "net/connect.hpp"

#include <sys/un.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <utility>
#include <vector>

#include "net/tls_context.hpp"

namespace rampart::net {
namespace asio = boost::asio;
namespace {
struct Place {
  Wire::Endpoint endpoint;
  std::string text;  // of the address
};

constexpr std::size_t max_socket_path = sizeof(sockaddr_un::sun_path) - 1;
using Connected = Result<std::shared_ptr<Wire>>;

// Lets one attempt end before the request does: flags and wakes.
struct AttemptLimit {
  AttemptLimit(async::Loop& loop, Waiter& waiter, base::Steady::time_point by)
      : deadline([this, &waiter] {
          passed = true;
          waiter.notify();
        }) {
    loop.arm(deadline, by);
  }
  bool passed = false;
  async::Deadline deadline;
};

Task<Result<Addresses>> look_up(Route route, std::shared_ptr<Waiter> waiter,
                                base::Steady::time_point by) {
  auto const found = std::make_shared<std::optional<Result<Addresses>>>();
  std::weak_ptr<Waiter> const weak = waiter;
  route.resolver.resolve(route.loop, route.host, [found, weak](Result<Addresses> addresses) {
    *found = std::move(addresses);
    if (auto const waiting = weak.lock()) waiting->notify();
  });
  AttemptLimit const limit(route.loop, *waiter, by);
  while (!*found && !waiter->interrupted() && !limit.passed) co_await waiter->wait();
  if (waiter->interrupted()) co_return fail(*waiter->interrupted());
  if (!*found)
    co_return fail(Errc::unavailable, "the name " + route.host + " was not resolved in time");
  co_return std::move(**found);
}

// Repeats a step of the wire until it succeeds.
Task<Result<void>> finish(std::shared_ptr<Wire> wire, Step (Wire::*step)(),
                          std::shared_ptr<Waiter> waiter, AttemptLimit const& limit) {
  for (;;) {
    if (waiter->interrupted()) co_return fail(*waiter->interrupted());
    if (limit.passed) co_return fail(Errc::unavailable, "no connection in time");
    Step const made = ((*wire).*step)();
    if (made.kind == Step::Kind::progress) co_return Result<void>();
    if (made.kind == Step::Kind::failed) co_return fail(Errc::unavailable, made.why);
    if (made.kind == Step::Kind::end) co_return fail(Errc::unavailable, "it was closed");
    wire->await(made.kind);
    co_await waiter->wait();
  }
}

Task<Connected> attempt(Route route, Wire::Endpoint to, std::shared_ptr<Waiter> waiter,
                        base::Steady::time_point by) {
  auto const wire = std::make_shared<Wire>(route.loop);
  std::weak_ptr<Waiter> const weak = waiter;
  wire->on_ready([weak] {
    if (auto const waiting = weak.lock()) waiting->notify();
  });
  AttemptLimit const limit(route.loop, *waiter, by);
  Step const begun = wire->open(to);
  if (begun.kind == Step::Kind::failed) co_return fail(Errc::unavailable, begun.why);
  Result<void> done = co_await finish(wire, &Wire::opened, waiter, limit);
  if (done && route.tls) {
    wire->secure(*route.tls, route.host);
    done = co_await finish(wire, &Wire::handshake, waiter, limit);
  }
  if (!done) co_return fail(done.error());
  co_return wire;
}
}  // namespace

std::string Route::text() const {
  if (!socket_path.empty()) return socket_path;
  bool const brackets = host.find(':') != std::string::npos;
  return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Task<Connected> connect(Route route, std::shared_ptr<Waiter> waiter, base::Steady::time_point by) {
  std::vector<Place> places;
  if (!route.socket_path.empty()) {
    if (route.socket_path.size() > max_socket_path)
      co_return fail(Errc::unavailable, "the Unix socket's path is too long");
    places.push_back({asio::local::stream_protocol::endpoint(route.socket_path), {}});
    route.tls = nullptr;
  } else {
    Result<Addresses> const addresses = co_await look_up(route, waiter, by);
    if (!addresses) co_return fail(addresses.error());
    for (auto const& address : *addresses)
      places.push_back({asio::ip::tcp::endpoint(address, route.port), address.to_string()});
  }
  Error last(Errc::unavailable, "it has no address");
  auto left = static_cast<int>(places.size());
  for (auto const& place : places) {
    auto const now = route.loop.now();
    auto const until = now + (by - now) / left--;
    Connected made = co_await attempt(route, place.endpoint, waiter, until);
    if (made) co_return made;
    if (waiter->interrupted()) co_return made;
    last = std::move(made.error());
    last.detail = place.text;
  }
  co_return fail(Errc::unavailable, "cannot connect to " + route.text() + ": " + last.message,
                 last.detail);
}

}  // namespace rampart::net
