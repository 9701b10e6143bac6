// A JSON-RPC client of one live upstream server: finds out its era, shakes hands, multiplexes
// requests under ids of its own, and hands questions, progress and log messages to the request they
// belong to. Loop thread only.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "upstream/exchange.hpp"
#include "upstream/link.hpp"
#include "upstream/negotiate.hpp"

namespace rampart::upstream {

struct ConnectionOptions {
  ClientCapabilities capabilities = {};  ///< declared in a legacy handshake; modern requests carry
                                         ///< their own
  std::string client_name = "rampart";
  std::string client_version = {};
  Probe probe = Probe::automatic;
  std::chrono::milliseconds handshake_timeout{60'000};  ///< for all of open()
  std::chrono::milliseconds probe_timeout{5'000};       ///< for the answer to server/discover, then
                                                        ///< legacy
};

/// What concerns no single request. All may be empty. They are called at the top of a turn of the
/// loop and may destroy the connection.
struct ConnectionHooks {
  std::function<void(std::string_view method)>
      list_changed;  ///< notifications/tools/list_changed …
  std::function<void(std::string uri)> resource_updated;
  /// Once, unless the connection is destroyed before; requests have got Kind::broken already.
  std::function<void(Error why)> closed;
  /// What breaks the protocol or comes too late, and was dropped: a line that is no message, an
  /// answer nobody waits for.
  std::function<void(std::string_view what)> noise;
};

/// May be destroyed at any time, also by what it calls: requests in flight then get Kind::broken,
/// open() and check() give unavailable, and no hook is called any more.
class Connection {
 public:
  using Hooks = ConnectionHooks;

  Connection(async::Loop& loop, std::unique_ptr<Link> link, ConnectionOptions options, Hooks hooks);
  ~Connection();
  Connection(Connection const&) = delete;
  Connection& operator=(Connection const&) = delete;

  /// Finds the era and shakes hands. Errors: unavailable, deadline, unsupported_version, cancelled,
  /// or the link's. None of them is a verdict about the era but these three:
  Task<Result<Greeting>> open();
  /// The server ended at the first question: open another link with Probe::legacy.
  bool died_of_probe() const;
  /// Over pipes: the server answered the first question as one of 2026-07-28, but only after it was
  /// taken for a legacy one and asked to shake hands, which binds it. Open another link with
  /// Probe::modern.
  bool slow_to_start() const;
  /// HTTP: initialize was answered by 400, 404 or 405; 2024-11-05's HTTP+SSE is worth a try.
  bool not_streamable() const;
  std::optional<Greeting> const& greeting() const;

  /// Sends a request; after open(). A closed connection gives an exchange that is broken with
  /// sent = false.
  std::shared_ptr<Exchange> request(Request request);
  /// subscriptions/listen of a modern upstream: Kind::acknowledged first; what it reports goes to
  /// the hooks; stays open until it is cancelled or the upstream ends it.
  std::shared_ptr<Exchange> listen(bool tools, bool prompts, bool resources,
                                   std::vector<std::string> const& uris);
  void notify(std::string_view method, std::string_view params_members);
  /// Legacy upstreams that log: asks for messages from `level` on, unless it was already asked for
  /// as much. Modern ones are told with each request.
  void set_log_level(LogLevel level);
  /// The client's roots are others now. Nothing happens unless the upstream was told in the
  /// handshake that it would hear of it.
  void roots_changed();
  /// A legacy upstream may want to ask for roots before the next call of a client that has some:
  /// it was just told that there are roots, or that they changed, or its question came to nothing.
  bool unheard() const;
  /// Waits until it has asked, a second at most.
  Task<void> hear_out();
  /// Asks for a sign of life: any JSON-RPC answer is one. Errors: deadline, or why there is none.
  Task<Result<void>> check(base::Steady::time_point deadline);

  /// Requests of the owner without an end yet; streams of listen() do not count.
  std::size_t in_flight() const;
  /// When anything last arrived, or the connection was made.
  base::Steady::time_point last_activity() const;
  bool closed() const;
  /// Closed, or about to be: takes no further request.
  bool ending() const;
  Link& link();
  /// Ends politely; hooks.closed follows. Requests in flight may still get their answer before.
  void close();

 private:
  std::shared_ptr<ConnectionCore> core_;
};

}  // namespace rampart::upstream
