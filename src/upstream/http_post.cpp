// One POST and what comes of it.
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "upstream/http_answer.hpp"
#include "upstream/http_core.hpp"
#include "upstream/http_headers.hpp"

namespace rampart::upstream {
namespace {
constexpr auto no_limit = base::Steady::time_point::max();
constexpr std::size_t max_refusal_bytes = 64 << 10;
constexpr std::chrono::seconds refusal_limit{2};
}  // namespace

Task<void> HttpCore::post(Self self, Outgoing message, FlightPtr flight) {
  // Not within send(): events come in turns of their own.
  co_await boost::asio::post(self->loop_.context(), boost::asio::use_awaitable);
  if (flight->stopped) co_return;
  bool const initialized = message.method == "notifications/initialized";
  auto const deadline =
      flight->request != 0 ? no_limit : self->loop_.now() + self->options_.accept_timeout;
  http_client::Request request = self->post_of(message);
  http_client::Answer answer =
      co_await self->client_->send(std::move(request), deadline, &flight->wait_end);
  if (flight->stopped) co_return;
  if (initialized) self->initialized_accepted();
  if (answer) {
    ResponsePtr const response = std::move(*answer);
    flight->wait_for(response);
    co_await read_answer(self, response, flight);
  } else {
    self->report_broken(*flight, Broken{std::move(answer.error().error), answer.error().sent, 0});
  }
  auto const it = self->requests_.find(flight->request);
  if (it != self->requests_.end() && it->second == flight) self->requests_.erase(it);
}

Task<void> HttpCore::read_answer(Self self, ResponsePtr response, FlightPtr flight) {
  auto const& head = response->head();
  if (head.status < 200 || head.status >= 300) {
    co_await read_refusal(self, response, flight);
    co_return;
  }
  if (flight->opens_session) {
    auto session = session_of(head);
    if (!session) {
      self->report_broken(*flight, Broken{session.error(), true, head.status});
      co_return;
    }
    self->session_ = std::move(*session);
  }
  BodyKind const kind = body_kind(head);
  if (flight->request == 0) {
    if (kind != BodyKind::events) co_await read_rest(self, response, flight);
  } else if (kind == BodyKind::events) {
    co_await read_stream(self, response, flight);
  } else if (kind == BodyKind::json) {
    co_await read_json(self, response, flight);
  } else {
    co_await read_refusal(self, response, flight);
  }
}

Task<void> HttpCore::read_json(Self self, ResponsePtr response, FlightPtr flight) {
  int const status = response->head().status;
  Result<std::string> body = co_await read_all(response, self->options_.max_message_bytes);
  if (flight->stopped) co_return;
  if (!body) {
    self->report_broken(*flight, Broken{std::move(body.error()), true, 0});
  } else if (body->empty()) {
    self->report_broken(*flight, refusal(response->head(), ""));
  } else {
    self->deliver(*flight, std::move(*body), status);
    Error none(Errc::unavailable, "the upstream's answer does not answer the request");
    if (!flight->answered) self->report_broken(*flight, Broken{std::move(none), true, status});
  }
}

// What is left of a body that matters little: empty if it is long or slow.
Task<std::string> HttpCore::read_rest(Self self, ResponsePtr response, FlightPtr flight) {
  self->loop_.arm(flight->lingering, self->loop_.now() + refusal_limit);
  Result<std::string> body = co_await read_all(response, max_refusal_bytes);
  flight->lingering.disarm();
  co_return std::move(body).value_or(std::string());
}

Task<void> HttpCore::read_refusal(Self self, ResponsePtr response, FlightPtr flight) {
  auto const& head = response->head();
  std::string body = co_await read_rest(self, response, flight);
  if (flight->stopped) co_return;
  Broken why = refusal(head, body);
  if (!self->session_.empty() && says_session_is_lost(head.status, body)) {
    why.sent = false;  // it was not looked at
    self->report_broken(*flight, std::move(why));
    self->lose_session();
    co_return;
  }
  // A server's words about our credentials are not for those who ask us.
  bool const about_credentials = head.status == 401 || head.status == 403;
  bool const relayed = flight->request != 0 && !about_credentials &&
                       body_kind(head) == BodyKind::json && answers_request(body, flight->request);
  if (relayed)
    self->deliver(*flight, std::move(body), head.status);
  else
    self->report_broken(*flight, std::move(why));
}

}  // namespace rampart::upstream
