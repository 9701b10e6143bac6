// What a link over HTTP+SSE is inside: the state that its coroutines share.
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "async/spawn.hpp"
#include "upstream/event_reader.hpp"
#include "upstream/http_flight.hpp"
#include "upstream/sse_link.hpp"

namespace rampart::upstream {

class SseCore : public std::enable_shared_from_this<SseCore> {
 public:
  SseCore(async::Loop& loop, net::Resolver& resolver, net::TlsContext const* tls,
          SseLinkOptions options);
  SseCore(SseCore const&) = delete;
  SseCore& operator=(SseCore const&) = delete;

  void listen(LinkEvents& events) { events_ = &events; }
  void send(Outgoing message);
  void abandon(std::int64_t request);
  void close();
  /// The link is gone: no more events.
  void shut();

 private:
  using Self = std::shared_ptr<SseCore>;
  using FlightPtr = std::shared_ptr<Flight>;
  using ResponsePtr = std::shared_ptr<http_client::Response>;

  static Task<void> read_stream(Self self);
  static Task<Error> read_events(Self self, ResponsePtr response);
  static Task<void> post(Self self, Outgoing message, FlightPtr flight);
  void on_event(ServerEvent event);
  void start(std::string_view name, Task<void> task);
  void launch_waiting();
  void end(Error why, int http_status);
  void stop_all();
  http_client::Request new_request(std::string method, std::string target) const;

  async::Loop& loop_;
  SseLinkOptions const options_;
  std::unique_ptr<http_client::Client> client_;
  LinkEvents* events_ = nullptr;
  FlightPtr stream_;      // from the first message on
  std::string endpoint_;  // target of posts; empty: not known yet
  Error refused_;         // the endpoint, when it is not acceptable
  std::deque<Outgoing> waiting_;
  std::unordered_set<FlightPtr> posts_;
  bool initializing_ = false;  // that notification is on its way
  bool over_ = false;
  async::TaskGroup tasks_;
};

}  // namespace rampart::upstream
