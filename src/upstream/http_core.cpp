#include "upstream/http_core.hpp"

#include <utility>

#include "upstream/http_answer.hpp"
#include "upstream/http_headers.hpp"

namespace rampart::upstream {
namespace {
// How long a stream may go on after its answer, so that its connection can be used again.
constexpr std::chrono::seconds lingering_limit{2};

std::string both_kinds() { return "application/json, text/event-stream"; }
}  // namespace

HttpCore::HttpCore(async::Loop& loop, net::Resolver& resolver, net::TlsContext const* tls,
                   HttpLinkOptions options)
    : loop_(loop),
      options_(std::move(options)),
      client_(std::make_unique<http_client::Client>(loop, resolver, tls, options_.url,
                                                    options_.limits)),
      listen_deadline_([this] { session_ready(); }) {}

std::optional<protocol::Version> HttpCore::version_of(Outgoing const& message) const {
  if (message.method == "initialize") return std::nullopt;
  // The question for the era comes before the answer to it.
  if (!version_ && message.method == "server/discover") return protocol::latest_modern;
  return version_;
}

http_client::Request HttpCore::new_request(std::string method, std::string accept,
                                           std::optional<protocol::Version> version) const {
  http_client::Request request;
  request.method = std::move(method);
  request.target = options_.url.target;
  if (!accept.empty()) request.headers.emplace_back("Accept", std::move(accept));
  if (version && protocol::has_version_header(*version))
    request.headers.emplace_back("MCP-Protocol-Version", protocol::name(*version));
  bool const modern = version && protocol::is_modern(*version);
  if (!session_.empty() && !modern) request.headers.emplace_back("Mcp-Session-Id", session_);
  add_configured_headers(request.headers, options_.headers);
  return request;
}

http_client::Request HttpCore::post_of(Outgoing& message) const {
  auto const version = version_of(message);
  http_client::Request request = new_request("POST", both_kinds(), version);
  request.headers.emplace_back("Content-Type", "application/json");
  if (version && protocol::is_modern(*version)) add_mirrored_headers(request.headers, message);
  request.body = std::move(message.json);
  return request;
}

void HttpCore::start(std::string_view name, Task<void> task) {
  // This goes after the last of the coroutine, whose count is in it.
  async::spawn(loop_, tasks_, name, std::move(task), nullptr, [self = shared_from_this()] {});
}

HttpCore::FlightPtr HttpCore::new_flight(std::int64_t request) {
  auto flight = std::make_shared<Flight>(request);
  if (request != 0) {
    requests_[request] = flight;
  } else {
    std::erase_if(others_, [](auto const& other) { return other.expired(); });
    others_.push_back(flight);
  }
  return flight;
}

void HttpCore::send(Outgoing message) {
  if (over_) {
    if (message.request == 0) return;
    loop_.post([self = shared_from_this(), request = message.request] {
      Flight nowhere(request);
      Error error(Errc::unavailable, "the connection to the upstream is closed");
      self->report_broken(nowhere, Broken{std::move(error), false, 0});
    });
    return;
  }
  if (initializing_)
    waiting_.push_back(std::move(message));
  else
    launch(std::move(message));
}

void HttpCore::launch(Outgoing message) {
  auto const flight = new_flight(message.request);
  flight->opens_session = message.method == "initialize";
  if (message.method == "notifications/initialized") initializing_ = true;
  start("upstream post", post(shared_from_this(), std::move(message), flight));
}

// What a request makes the server ask or tell may come on the GET stream: it stands first.
void HttpCore::initialized_accepted() {
  initialized_ = true;
  listen_when_due();
  if (!listening_) return session_ready();
  loop_.arm(listen_deadline_, loop_.now() + options_.listen_timeout);
}

void HttpCore::session_ready() {
  listen_deadline_.disarm();
  initializing_ = false;
  while (!waiting_.empty() && !over_ && !initializing_) {
    Outgoing message = std::move(waiting_.front());
    waiting_.pop_front();
    launch(std::move(message));
  }
}

void HttpCore::negotiated(protocol::Version version) {
  version_ = version;
  listen_when_due();
}

void HttpCore::listen_when_due() {
  if (!legacy() || !initialized_ || listening_ || over_) return;
  listening_ = true;
  start("upstream stream", keep_listening(shared_from_this(), new_flight(0)));
}

void HttpCore::abandon(std::int64_t request) {
  std::erase_if(waiting_, [request](auto const& each) { return each.request == request; });
  auto const it = requests_.find(request);
  // What was answered ends by itself, and leaves a connection that can be used again.
  if (it == requests_.end() || it->second->answered) return;
  auto const flight = it->second;
  requests_.erase(it);
  flight->stop();
}

void HttpCore::deliver(Flight& flight, std::string json, int status) {
  if (!events_ || flight.stopped) return;
  if (flight.request != 0 && answers_request(json, flight.request)) {
    flight.answered = true;
    loop_.arm(flight.lingering, loop_.now() + lingering_limit);
  }
  Arrival arrival;
  arrival.json = std::move(json);
  arrival.request = flight.request;
  arrival.http_status = status;
  events_->on_message(std::move(arrival));
}

void HttpCore::report_broken(Flight& flight, Broken why) {
  if (!events_ || flight.request == 0 || flight.stopped) return;
  requests_.erase(flight.request);
  events_->on_broken(flight.request, std::move(why));
}

void HttpCore::report_released(Flight& flight) {
  if (events_ && flight.request != 0 && !flight.stopped) events_->on_released(flight.request);
}

void HttpCore::stop_flights() {
  over_ = true;
  for (auto const& [request, flight] : std::exchange(requests_, {})) flight->stop();
  for (auto const& weak : std::exchange(others_, {}))
    if (auto const flight = weak.lock()) flight->stop();
}

void HttpCore::lose_session() {
  if (over_) return;
  stop_flights();
  finish(Error(Errc::unavailable, "session lost: the upstream does not know it any more"));
}

void HttpCore::close() {
  if (over_) return;
  stop_flights();
  start("upstream goodbye", say_goodbye(shared_from_this()));
}

void HttpCore::finish(Error why) {
  for (auto const& message : std::exchange(waiting_, {}))
    if (events_ && message.request != 0) events_->on_broken(message.request, Broken{why, false, 0});
  if (auto* const events = std::exchange(events_, nullptr)) events->on_closed(std::move(why));
}

void HttpCore::shut() {
  events_ = nullptr;
  stop_flights();
  client_.reset();
}

}  // namespace rampart::upstream
