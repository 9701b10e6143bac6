#include "http_client/connect.hpp"

#include <utility>

#include "http_client/resolver.hpp"
#include "http_client/tls_context.hpp"

namespace rampart::http_client {
namespace {
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
  route.resolver.resolve(route.loop, route.url.host, [found, weak](Result<Addresses> addresses) {
    *found = std::move(addresses);
    if (auto const waiting = weak.lock()) waiting->notify();
  });
  AttemptLimit const limit(route.loop, *waiter, by);
  while (!*found && !waiter->interrupted() && !limit.passed) co_await waiter->wait();
  if (waiter->interrupted()) co_return fail(*waiter->interrupted());
  if (!*found)
    co_return fail(Errc::unavailable, "the name " + route.url.host + " was not resolved in time");
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

Task<Connected> attempt(Route route, boost::asio::ip::tcp::endpoint to,
                        std::shared_ptr<Waiter> waiter, base::Steady::time_point by) {
  auto const wire = std::make_shared<Wire>(route.loop);
  std::weak_ptr<Waiter> const weak = waiter;
  wire->on_ready([weak] {
    if (auto const waiting = weak.lock()) waiting->notify();
  });
  AttemptLimit const limit(route.loop, *waiter, by);
  Step const begun = wire->open(to);
  if (begun.kind == Step::Kind::failed) co_return fail(Errc::unavailable, begun.why);
  Result<void> done = co_await finish(wire, &Wire::opened, waiter, limit);
  if (done && route.url.tls) {
    wire->secure(*route.tls, route.url.host);
    done = co_await finish(wire, &Wire::handshake, waiter, limit);
  }
  if (!done) co_return fail(done.error());
  co_return wire;
}
}  // namespace

Task<Connected> connect(Route route, std::shared_ptr<Waiter> waiter, base::Steady::time_point by) {
  std::string const where = route.url.authority();
  if (route.url.tls && !route.tls) co_return fail(Errc::internal, "no TLS context for " + where);
  Result<Addresses> const addresses = co_await look_up(route, waiter, by);
  if (!addresses) co_return fail(addresses.error());
  Error last(Errc::unavailable, "it has no address");
  std::size_t left = addresses->size();
  for (auto const& address : *addresses) {
    auto const now = route.loop.now();
    auto const until = now + (by - now) / static_cast<int>(left--);
    boost::asio::ip::tcp::endpoint const to(address, route.url.port);
    Connected made = co_await attempt(route, to, waiter, until);
    if (made) co_return made;
    if (waiter->interrupted()) co_return made;
    last = std::move(made.error());
    last.detail = address.to_string();
  }
  co_return fail(Errc::unavailable, "cannot connect to " + where + ": " + last.message,
                 last.detail);
}

}  // namespace rampart::http_client
