// Requests of a connection from their sending to their end.
#include "upstream/connection_core.hpp"

#include <utility>

#include "json/slice.hpp"
#include "json/write.hpp"
#include "protocol/error_codes.hpp"
#include "upstream/message_render.hpp"

namespace rampart::upstream {
namespace {
std::string implementation(ConnectionOptions const& options) {
  std::string out = R"({"name":)";
  json::append_string(out, options.client_name);
  out += R"(,"version":)";
  json::append_string(out, options.client_version);
  return out += '}';
}

Event broken(Error why, bool sent, int http_status) {
  Event event;
  event.failure = std::move(why);
  event.sent = sent;
  event.http_status = http_status;
  return event;
}
}  // namespace

ConnectionCore::ConnectionCore(async::Loop& loop, std::unique_ptr<Link> link,
                               ConnectionOptions options, ConnectionHooks hooks)
    : loop_(loop),
      link_(std::move(link)),
      options_(std::move(options)),
      hooks_(std::move(hooks)),
      client_info_(implementation(options_)),
      last_activity_(loop.now()) {
  link_->listen(*this);
}

std::shared_ptr<Exchange> ConnectionCore::send(Request request, Role role) {
  auto const version = greeting_ ? greeting_->version : protocol::latest_legacy;
  return send(std::move(request), role, version);
}

std::shared_ptr<Exchange> ConnectionCore::send(Request request, Role role,
                                               protocol::Version version) {
  auto const id = next_id_++;
  auto exchange = std::make_shared<Exchange>(loop_, id, role, request);
  bool const too_early = role != Role::internal && !greeting_;
  if (too_early || closing_ || closed_) {
    Error why(Errc::unavailable, too_early ? "the connection to the upstream is not open yet"
                                           : "the connection to the upstream is closed");
    exchange->push(broken(std::move(why), false, 0), Resume::later);
    return exchange;
  }
  exchange->connection_ = this;
  exchanges_.emplace(id, exchange);
  if (role == Role::ordinary) ++ordinary_;
  Outgoing message;
  message.json = render_request(id, request, version, client_info_);
  message.request = id;
  message.method = std::move(request.method);
  message.name = std::move(request.name);
  message.param_headers = std::move(request.param_headers);
  ask_kept(*exchange, message);
  if (!exchange->held_) transmit(std::move(message));
  return exchange;
}

void ConnectionCore::transmit(Outgoing message) {
  if (closed_) return;
  bool const outer = std::exchange(transmitting_, true);
  link_->send(std::move(message));
  transmitting_ = outer;
}

void ConnectionCore::notify(std::string_view method, std::string_view params_members) {
  Outgoing message;
  message.json = render_notification(method, params_members);
  message.method = method;
  transmit(std::move(message));
}

void ConnectionCore::set_log_level(LogLevel level) {
  if (!greeting_ || modern() || (log_level_ && *log_level_ <= level)) return;
  auto const capabilities = json::slice_valid_object(greeting_->capabilities);
  if (!capabilities || !capabilities->find("logging")) return;
  log_level_ = level;
  Request request;
  request.method = "logging/setLevel";
  request.params = R"("level":")" + std::string(name(level)) + '"';
  send(std::move(request), Role::internal);
}

void ConnectionCore::answer(std::string_view question, std::string_view json, bool is_error,
                            std::int64_t related) {
  Outgoing message;
  message.json = render_answer(question, json, is_error);
  message.related = related;
  transmit(std::move(message));
}

void ConnectionCore::refuse_questions(Exchange& exchange) {
  for (auto const& question : exchange.take_questions()) {
    if (question.roots && keep(question.id))
      exchange.kept_by_ = weak_from_this();
    else
      answer(
          question.id,
          render_error(protocol::code::internal_error, "the request that this belongs to is over"),
          true, exchange.id());
  }
}

void ConnectionCore::cancel(Exchange& exchange, std::string_view reason) {
  auto const keep = exchange.shared_from_this();
  refuse_questions(exchange);
  // Closing the stream is what cancels a modern request over HTTP, and nothing else is.
  if (!exchange.held_ && (!modern() || !link_->attributes_questions()))
    notify("notifications/cancelled", render_cancel(exchange.id(), reason));
  forget(exchange.id(), Error(Errc::cancelled, std::string(reason)));
}

void ConnectionCore::forget(std::int64_t id, Error why) {
  auto const exchange = find(id);
  if (!exchange) return;
  link_->abandon(id);
  finish_broken(*exchange, std::move(why));
}

std::shared_ptr<Exchange> ConnectionCore::find(std::int64_t id) const {
  auto const found = exchanges_.find(id);
  return found == exchanges_.end() ? nullptr : found->second;
}

void ConnectionCore::finish(Exchange& exchange, Event event, Resume how) {
  auto const keep = exchange.shared_from_this();
  exchange.connection_ = nullptr;
  exchange.take_questions();
  if (exchange.role_ == Role::ordinary) --ordinary_;
  exchanges_.erase(exchange.id());
  event.undeclared = std::move(exchange.undeclared_);
  if (exchange.held_) event.sent = false;
  exchange.held_.reset();
  exchange.release_.reset();
  exchange.push(std::move(event), how);
}

void ConnectionCore::finish_broken(Exchange& exchange, Error why, bool sent, int http_status) {
  finish(exchange, broken(std::move(why), sent, http_status), Resume::later);
}

void ConnectionCore::finish_all(Error const& why) {
  auto const lost = std::exchange(exchanges_, {});
  for (auto const& [id, exchange] : lost) finish_broken(*exchange, why);
}

void ConnectionCore::on_broken(std::int64_t request, Broken why) {
  auto const exchange = find(request);
  if (!exchange) return;
  refuse_questions(*exchange);
  if (!exchange->ended()) finish_broken(*exchange, std::move(why.error), why.sent, why.http_status);
}

void ConnectionCore::on_released(std::int64_t request) {
  auto const exchange = find(request);
  if (!exchange || exchange->role_ != Role::ordinary) return;
  Event event;
  event.kind = Event::Kind::released;
  exchange->push(std::move(event), Resume::later);
}

void ConnectionCore::on_closed(Error why) {
  if (closed_) return;
  closed_ = true;
  // One that starts slowly reads the probe when it is already asked to shake hands.
  died_of_probe_ = (probing_ || late_probe_ != 0) && !closing_ && find(handshake_);
  finish_all(why);
  // In a turn of its own, after those who wait have been told.
  loop_.post([weak = weak_from_this(), why = std::move(why)] {
    auto const self = weak.lock();
    if (self && !self->shut_ && self->hooks_.closed) self->hooks_.closed(why);
  });
}

void ConnectionCore::close() {
  if (closing_ || closed_) return;
  closing_ = true;
  link_->close();
}

void ConnectionCore::shut() {
  shut_ = closed_ = true;
  finish_all(Error(Errc::unavailable, "the connection to the upstream was closed"));
  if (calls_ == 0) return link_.reset();
  // The link is on the stack and may call again before it comes to its end.
  loop_.post([self = shared_from_this(), link = std::shared_ptr<Link>(std::move(link_))] {});
}

}  // namespace rampart::upstream
