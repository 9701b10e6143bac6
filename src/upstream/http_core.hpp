// What a link over Streamable HTTP is inside: the state that its coroutines share, and which
// outlives it by as long as they need to notice.
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "async/spawn.hpp"
#include "upstream/http_flight.hpp"
#include "upstream/http_link.hpp"

namespace rampart::upstream {

class HttpCore : public std::enable_shared_from_this<HttpCore> {
 public:
  HttpCore(async::Loop& loop, net::Resolver& resolver, net::TlsContext const* tls,
           HttpLinkOptions options);
  HttpCore(HttpCore const&) = delete;
  HttpCore& operator=(HttpCore const&) = delete;

  void listen(LinkEvents& events) { events_ = &events; }
  void send(Outgoing message);
  void abandon(std::int64_t request);
  void negotiated(protocol::Version version);
  void close();
  /// The link is gone: no more events.
  void shut();

 private:
  using Self = std::shared_ptr<HttpCore>;
  using FlightPtr = std::shared_ptr<Flight>;
  using ResponsePtr = std::shared_ptr<http_client::Response>;
  /// How a stream of events came to its end.
  struct StreamEnd {
    std::optional<Error> error;
    bool brought_events = false;
  };
  enum class Again { soon, later, never };

  // http_core.cpp
  bool legacy() const { return version_ && !protocol::is_modern(*version_); }
  std::optional<protocol::Version> version_of(Outgoing const& message) const;
  http_client::Request new_request(std::string method, std::string accept,
                                   std::optional<protocol::Version> version) const;
  http_client::Request post_of(Outgoing& message) const;
  void start(std::string_view name, Task<void> task);
  FlightPtr new_flight(std::int64_t request);
  void launch(Outgoing message);
  void initialized_accepted();
  void listen_when_due();
  /// Sends what waited for the session to be ready.
  void session_ready();
  void lose_session();
  void finish(Error why);
  void stop_flights();
  // What the link's owner is told. Afterwards the link may be gone, and all flights stopped.
  void deliver(Flight& flight, std::string json, int status);
  void report_broken(Flight& flight, Broken why);
  void report_released(Flight& flight);

  // http_post.cpp
  static Task<void> post(Self self, Outgoing message, FlightPtr flight);
  static Task<void> read_answer(Self self, ResponsePtr response, FlightPtr flight);
  static Task<void> read_refusal(Self self, ResponsePtr response, FlightPtr flight);
  static Task<void> read_json(Self self, ResponsePtr response, FlightPtr flight);
  static Task<std::string> read_rest(Self self, ResponsePtr response, FlightPtr flight);

  // http_streams.cpp
  static Task<StreamEnd> read_events(Self self, ResponsePtr response, FlightPtr flight);
  static Task<http_client::Answer> ask_for_stream(Self self, FlightPtr flight);
  static Task<void> read_stream(Self self, ResponsePtr response, FlightPtr flight);
  static Task<void> keep_listening(Self self, FlightPtr flight);
  static Task<Again> listen_once(Self self, FlightPtr flight);
  static Task<void> say_goodbye(Self self);
  std::chrono::milliseconds delay(Flight const& flight, int failures) const;

  async::Loop& loop_;
  HttpLinkOptions const options_;
  std::unique_ptr<http_client::Client> client_;
  LinkEvents* events_ = nullptr;
  std::optional<protocol::Version> version_;
  std::string session_;
  std::unordered_map<std::int64_t, FlightPtr> requests_;
  std::vector<std::weak_ptr<Flight>> others_;  // notifications, answers, the GET stream
  std::deque<Outgoing> waiting_;               // for the session to be ready
  bool initializing_ = false;  // from notifications/initialized to the first answer to our GET
  bool initialized_ = false;
  bool listening_ = false;
  bool over_ = false;                // closed, closing or lost
  async::Deadline listen_deadline_;  // of that answer: some servers send no head before an event
  async::TaskGroup tasks_;
};

}  // namespace rampart::upstream
