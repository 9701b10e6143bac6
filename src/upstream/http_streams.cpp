// Streams of events: a POST's own, taken up again where it was cut, and the one that a session
// listens on.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "base/random.hpp"
#include "upstream/event_reader.hpp"
#include "upstream/http_answer.hpp"
#include "upstream/http_core.hpp"
#include "upstream/http_headers.hpp"

namespace rampart::upstream {
namespace {
using std::chrono::milliseconds;
constexpr auto no_limit = base::Steady::time_point::max();
constexpr std::chrono::seconds goodbye_limit{5};
constexpr milliseconds shortest_delay{100};  // whatever a server asks for
constexpr int max_failed_resumptions = 5;    // one after the other
constexpr int max_doublings = 10;

bool may_pass(int status) { return status == 429 || status >= 500; }
}  // namespace

milliseconds HttpCore::delay(Flight const& flight, int failures) const {
  milliseconds const longest = std::max(options_.max_retry_delay, shortest_delay);
  milliseconds wait =
      std::clamp(flight.retry.value_or(options_.retry_delay), shortest_delay, longest);
  if (failures == 0) return wait;
  wait = std::min(wait * (1 << std::min(failures, max_doublings)), longest);
  // Those who lost the same server do not come back all at once.
  return wait + wait * static_cast<int>(base::random_u64() % 256) / 1024;
}

Task<HttpCore::StreamEnd> HttpCore::read_events(Self self, ResponsePtr response, FlightPtr flight) {
  StreamEnd end;
  EventReader reader(self->options_.max_message_bytes);
  int const status = response->head().status;
  for (;;) {
    Result<std::string> bytes = co_await response->read();
    if (flight->stopped) co_return end;
    if (!bytes) end.error = std::move(bytes.error());
    if (end.error || bytes->empty()) co_return end;
    auto const fed = reader.feed(*bytes);
    while (auto event = reader.next()) {
      end.brought_events = true;
      // Empty data is how a server makes an id known before it has something to say.
      bool const message = event->type.empty() || event->type == "message";
      if (message && !event->data.empty()) self->deliver(*flight, std::move(event->data), status);
      if (flight->stopped) co_return end;
    }
    if (!reader.last_id().empty()) flight->last_id = reader.last_id();
    if (reader.retry()) flight->retry = reader.retry();
    if (!fed) end.error = fed.error();
    if (end.error) co_return end;
  }
}

Task<http_client::Answer> HttpCore::ask_for_stream(Self self, FlightPtr flight) {
  http_client::Request request = self->new_request("GET", "text/event-stream", self->version_);
  if (!flight->last_id.empty()) request.headers.emplace_back("Last-Event-ID", flight->last_id);
  co_return co_await self->client_->send(std::move(request), no_limit, &flight->wait_end);
}

// A legacy server may end the stream of a request before its response, and expects us back
// (Last-Event-ID).
Task<void> HttpCore::read_stream(Self self, ResponsePtr response, FlightPtr flight) {
  int failures = 0;
  for (;;) {
    StreamEnd end = co_await read_events(self, response, flight);
    response.reset();
    if (flight->stopped || flight->answered) co_return;
    failures = end.brought_events || !end.error ? 0 : failures + 1;
    bool told = false;
    while (!response) {
      Error why(Errc::unavailable, "the upstream ended the stream before its answer");
      if (end.error) why = *end.error;
      if (!self->legacy() || flight->last_id.empty() || failures > max_failed_resumptions) {
        self->report_broken(*flight, Broken{std::move(why), true, 0});
        co_return;
      }
      if (!end.error && !std::exchange(told, true)) self->report_released(*flight);
      if (flight->stopped) co_return;
      co_await pause(self->loop_, flight, self->delay(*flight, failures));
      if (flight->stopped) co_return;
      http_client::Answer answer = co_await ask_for_stream(self, flight);
      if (flight->stopped) co_return;
      if (answer && !may_pass((*answer)->head().status)) {
        response = std::move(*answer);
      } else {
        ++failures;
        if (!answer) end.error = answer.error().error;
      }
    }
    flight->wait_for(response);
    if (response->head().status != 200 || body_kind(response->head()) != BodyKind::events) {
      co_await read_refusal(self, response, flight);
      co_return;
    }
  }
}

Task<HttpCore::Again> HttpCore::listen_once(Self self, FlightPtr flight) {
  http_client::Answer answer = co_await ask_for_stream(self, flight);
  if (flight->stopped) co_return Again::never;
  self->session_ready();
  if (!answer) co_return Again::later;
  ResponsePtr const response = std::move(*answer);
  flight->wait_for(response);
  auto const& head = response->head();
  if (head.status == 200 && body_kind(head) == BodyKind::events) {
    StreamEnd const end = co_await read_events(self, response, flight);
    co_return end.error && !end.brought_events ? Again::later : Again::soon;
  }
  if (may_pass(head.status)) co_return Again::later;
  // 405 says that there is no such stream; the rest says so in effect.
  std::string const body = co_await read_rest(self, response, flight);
  if (!flight->stopped && !self->session_.empty() && says_session_is_lost(head.status, body))
    self->lose_session();
  co_return Again::never;
}

Task<void> HttpCore::keep_listening(Self self, FlightPtr flight) {
  int failures = 0;
  for (;;) {
    Again const again = co_await listen_once(self, flight);
    if (again == Again::never || flight->stopped) co_return;
    failures = again == Again::later ? failures + 1 : 0;
    co_await pause(self->loop_, flight, self->delay(*flight, failures));
    if (flight->stopped) co_return;
  }
}

Task<void> HttpCore::say_goodbye(Self self) {
  // Also when there is no session: on_closed comes in a turn of its own.
  co_await boost::asio::post(self->loop_.context(), boost::asio::use_awaitable);
  if (!self->session_.empty() && self->client_) {
    http_client::Request request = self->new_request("DELETE", "", self->version_);
    auto const deadline = self->loop_.now() + goodbye_limit;
    http_client::Answer const answer =
        co_await self->client_->send(std::move(request), deadline, nullptr);
    static_cast<void>(answer);
  }
  self->finish(Error(Errc::unavailable, "the connection to the upstream was closed"));
}

}  // namespace rampart::upstream
