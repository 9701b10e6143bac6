#include "upstream/sse_core.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "upstream/http_answer.hpp"
#include "upstream/http_headers.hpp"

namespace rampart::upstream {
namespace {
constexpr std::size_t max_refusal_bytes = 64 << 10;
constexpr std::chrono::seconds refusal_limit{2};
}  // namespace

SseCore::SseCore(async::Loop& loop, net::Resolver& resolver, net::TlsContext const* tls,
                 SseLinkOptions options)
    : loop_(loop),
      options_(std::move(options)),
      client_(std::make_unique<http_client::Client>(loop, resolver, tls, options_.url,
                                                    options_.limits)) {}

http_client::Request SseCore::new_request(std::string method, std::string target) const {
  http_client::Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  add_configured_headers(request.headers, options_.headers);
  return request;
}

void SseCore::start(std::string_view name, Task<void> task) {
  // This goes after the last of the coroutine, whose count is in it.
  async::spawn(loop_, tasks_, name, std::move(task), nullptr, [self = shared_from_this()] {});
}

void SseCore::send(Outgoing message) {
  if (over_) {
    loop_.post([self = shared_from_this(), request = message.request] {
      Error error(Errc::unavailable, "the connection to the upstream is closed");
      if (self->events_ && request != 0)
        self->events_->on_broken(request, Broken{std::move(error), false, 0});
    });
    return;
  }
  waiting_.push_back(std::move(message));
  if (!stream_) {
    stream_ = std::make_shared<Flight>(0);
    start("upstream sse stream", read_stream(shared_from_this()));
  }
  launch_waiting();
}

void SseCore::launch_waiting() {
  while (!endpoint_.empty() && !waiting_.empty() && !initializing_ && !over_) {
    Outgoing message = std::move(waiting_.front());
    waiting_.pop_front();
    initializing_ = message.method == "notifications/initialized";
    auto const flight = std::make_shared<Flight>(message.request);
    posts_.insert(flight);
    start("upstream sse post", post(shared_from_this(), std::move(message), flight));
  }
}

void SseCore::abandon(std::int64_t request) {
  std::erase_if(waiting_, [request](auto const& each) { return each.request == request; });
}

Task<void> SseCore::read_stream(Self self) {
  // Not within send(): events come in turns of their own.
  co_await boost::asio::post(self->loop_.context(), boost::asio::use_awaitable);
  auto const flight = self->stream_;
  if (flight->stopped) co_return;
  self->loop_.arm(flight->lingering, self->loop_.now() + self->options_.open_timeout);
  http_client::Request request = self->new_request("GET", self->options_.url.target);
  request.headers.emplace_back("Accept", "text/event-stream");
  auto const no_limit = base::Steady::time_point::max();
  http_client::Answer answer =
      co_await self->client_->send(std::move(request), no_limit, &flight->wait_end);
  if (flight->stopped) co_return;
  Error why;
  int status = 0;
  if (answer) {
    ResponsePtr const response = std::move(*answer);
    flight->wait_for(response);
    status = response->head().status;
    why = co_await read_events(self, response);
  } else {
    why = std::move(answer.error().error);
  }
  // Nobody but the time limit ends the wait of a flight that was not stopped.
  if (why.code == Errc::cancelled)
    why = Error(Errc::unavailable, "the upstream did not name its endpoint in time");
  if (!flight->stopped) self->end(std::move(why), status == 200 ? 0 : status);
}

Task<Error> SseCore::read_events(Self self, ResponsePtr response) {
  auto const flight = self->stream_;
  if (response->head().status != 200 || body_kind(response->head()) != BodyKind::events) {
    Broken broken = refusal(response->head(), "");
    co_return std::move(broken.error);
  }
  EventReader reader(self->options_.max_message_bytes);
  for (;;) {
    Result<std::string> bytes = co_await response->read();
    if (!bytes) co_return bytes.error();
    if (bytes->empty()) co_return Error(Errc::unavailable, "the upstream ended its stream");
    auto const fed = reader.feed(*bytes);
    for (auto event = reader.next(); event && !flight->stopped; event = reader.next())
      self->on_event(std::move(*event));
    if (flight->stopped) co_return Error(Errc::cancelled, "closed");
    if (!self->refused_.message.empty()) co_return self->refused_;
    if (!fed) co_return fed.error();
  }
}

void SseCore::on_event(ServerEvent event) {
  if (event.type == "endpoint") {
    if (!endpoint_.empty()) return;
    auto target = resolve_endpoint(options_.url, event.data);
    if (!target) {
      refused_ = target.error();
      return;
    }
    endpoint_ = std::move(*target);
    stream_->lingering.disarm();
    launch_waiting();
  } else if ((event.type.empty() || event.type == "message") && !event.data.empty() && events_) {
    Arrival arrival;
    arrival.json = std::move(event.data);
    events_->on_message(std::move(arrival));
  }
}

Task<void> SseCore::post(Self self, Outgoing message, FlightPtr flight) {
  co_await boost::asio::post(self->loop_.context(), boost::asio::use_awaitable);
  if (flight->stopped) co_return;
  http_client::Request request = self->new_request("POST", self->endpoint_);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(message.json);
  auto const deadline = self->loop_.now() + self->options_.accept_timeout;
  http_client::Answer answer =
      co_await self->client_->send(std::move(request), deadline, &flight->wait_end);
  if (flight->stopped) co_return;
  if (message.method == "notifications/initialized") {
    self->initializing_ = false;
    self->launch_waiting();
  }
  std::optional<Broken> why;
  if (answer) {
    ResponsePtr const response = std::move(*answer);
    flight->wait_for(response);
    self->loop_.arm(flight->lingering, self->loop_.now() + refusal_limit);
    Result<std::string> const body = co_await read_all(response, max_refusal_bytes);
    int const status = response->head().status;
    if (status < 200 || status >= 300)
      why = refusal(response->head(), body ? std::string_view(*body) : std::string_view());
  } else {
    why = Broken{std::move(answer.error().error), answer.error().sent, 0};
  }
  self->posts_.erase(flight);
  if (why && !flight->stopped && self->events_ && flight->request != 0)
    self->events_->on_broken(flight->request, std::move(*why));
}

void SseCore::stop_all() {
  over_ = true;
  waiting_.clear();
  if (stream_) stream_->stop();
  for (auto const& flight : std::exchange(posts_, {})) flight->stop();
}

void SseCore::end(Error why, int http_status) {
  auto const unsent = std::exchange(waiting_, {});
  stop_all();
  for (auto const& message : unsent)
    if (events_ && message.request != 0)
      events_->on_broken(message.request, Broken{why, false, http_status});
  if (auto* const events = std::exchange(events_, nullptr)) events->on_closed(std::move(why));
}

void SseCore::close() {
  if (over_) return;
  over_ = true;
  loop_.post([self = shared_from_this()] {
    self->end(Error(Errc::unavailable, "the connection to the upstream was closed"), 0);
  });
}

void SseCore::shut() {
  events_ = nullptr;
  stop_all();
  client_.reset();
}

}  // namespace rampart::upstream
