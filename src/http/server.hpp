// The HTTP/1.1 server: listens, spreads connections over loops, and lets them end well.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "async/loop.hpp"
#include "http/exchange.hpp"
#include "http/limits.hpp"
#include "http/shared.hpp"
#include "rampart/error.hpp"

namespace rampart::http {

class Listener;
class Shard;

/// Every function may be called from any thread. Lives until its loops have stopped running, and is
/// destroyed before them; the handler lives until the loops are destroyed.
///
/// To end well: drain(); some time later, so that balancers notice, stop_listening() and
/// close_idle(); wait for on_empty; if that takes too long, cancel_all().
class Server {
 public:
  /// loops[0] accepts; each connection goes to the loop that has the fewest.
  Server(std::vector<async::Loop*> loops, Handler& handler, Limits limits,
         ExceptionHook on_exception = {});
  ~Server();
  Server(Server const&) = delete;
  Server& operator=(Server const&) = delete;

  /// Listens on an IPv4 or IPv6 literal or `localhost` (both loopbacks); port 0 = any. May be
  /// called more than once. Returns the port; the error names address, port and the system's
  /// reason.
  Result<std::uint16_t> listen(std::string_view address, std::uint16_t port);

  /// From now on answers carry `Connection: close` and handlers see draining(); waiting ones are
  /// woken to look.
  void drain();
  /// Serves what the kernel has already accepted, then closes the listening sockets.
  void stop_listening();
  /// Closes the connections that are between two requests. One that has not sent anything yet may
  /// have its first request on the way: it is closed if nothing comes within linger_timeout.
  void close_idle();
  /// Ends every connection and serves no further one: handlers are told that the peer is gone, and
  /// cancelled until they return.
  void cancel_all();
  /// Ends the connections whose request is this client's in the same way; others are served on.
  void cancel_of(ClientRef const& client);

  /// Open connections, those over the limit not counted.
  std::size_t connections() const;
  /// Open connections of one loop, by its place in the list.
  std::size_t connections(std::size_t loop) const;
  /// Connections refused since the start because max_connections were open.
  std::uint64_t refused_connections() const;
  /// Bytes of request bodies held right now.
  std::size_t body_bytes() const;

  /// `told` is called once, on a loop, when nothing listens any more and the last connection has
  /// ended. Set it before listen().
  void on_empty(std::function<void()> told);

 private:
  void give_to_a_loop(struct Accepted accepted);

  std::shared_ptr<Shared> shared_;
  std::vector<std::shared_ptr<Shard>> shards_;
  std::vector<async::Loop*> loops_;
  std::vector<std::shared_ptr<Listener>> listeners_;
};

}  // namespace rampart::http
