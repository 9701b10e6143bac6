// What an upstream sends, brought to whom it concerns.
#include <algorithm>
#include <array>

#include "protocol/request_meta.hpp"
#include "upstream/connection_core.hpp"

namespace rampart::upstream {
namespace {
// Of a line that is no message, in reports (bytes).
constexpr std::size_t longest_excerpt = 120;

std::string excerpt(std::string_view line) {
  if (line.size() <= longest_excerpt) return std::string(line);
  line = line.substr(0, longest_excerpt);
  // Not through the middle of a character.
  while (!line.empty() && (line.back() & 0x80)) line.remove_suffix(1);
  return std::string(line) + "…";
}

constexpr std::array<std::string_view, 3> list_changes{"notifications/tools/list_changed",
                                                       "notifications/prompts/list_changed",
                                                       "notifications/resources/list_changed"};
constexpr std::string_view resource_updated = "notifications/resources/updated";
constexpr std::string_view acknowledged = "notifications/subscriptions/acknowledged";

bool is_list_change(std::string_view method) {
  return std::ranges::find(list_changes, method) != list_changes.end();
}

/// The id that a message of subscriptions/listen carries; nullopt when it has none at all.
std::optional<std::string> subscription_of(json::Slices const& params) {
  auto const meta = json::slice_valid_object(params.find("_meta").value_or("{}"));
  auto const id = meta ? meta->find(protocol::meta_key::subscription_id) : std::nullopt;
  return id ? std::optional(std::string(*id)) : std::nullopt;
}
}  // namespace

/// While the link's call is on the stack.
class ConnectionCore::Inside {
 public:
  explicit Inside(ConnectionCore& core) : core_(core.shared_from_this()) { ++core_->calls_; }
  Inside(Inside const&) = delete;
  Inside& operator=(Inside const&) = delete;
  ~Inside() { --core_->calls_; }

 private:
  std::shared_ptr<ConnectionCore> core_;
};

void ConnectionCore::on_message(Arrival arrival) {
  if (closed_) return;
  Inside const inside(*this);
  last_activity_ = loop_.now();
  message(std::move(arrival));
}

void ConnectionCore::message(Arrival&& arrival) {
  auto const read = read_message(arrival.json);
  if (read) {
    switch (read->kind) {
      case Message::Kind::response:
        return response(*read, std::move(arrival));
      case Message::Kind::notification:
        return notification(*read, std::move(arrival));
      case Message::Kind::request:
        return question(*read, std::move(arrival));
    }
  }
  if (batch(arrival)) return;
  auto const waiting = arrival.http_status >= 400 ? find(arrival.request) : nullptr;
  if (!waiting) return noise(read.error().message + ": " + excerpt(arrival.json));
  Error why(Errc::unavailable,
            "the upstream answered with HTTP status " + std::to_string(arrival.http_status));
  finish_broken(*waiting, std::move(why), true, arrival.http_status);
}

bool ConnectionCore::batch(Arrival const& arrival) {
  if (!greeting_ || !protocol::has_batches(greeting_->version)) return false;
  auto const items = batch_items(arrival.json);
  if (!items) return false;
  for (auto const item : *items) {
    if (closed_) break;
    message(Arrival{std::string(item), arrival.request, arrival.http_status});
  }
  return true;
}

std::shared_ptr<Exchange> ConnectionCore::answered(Message const& message,
                                                   Arrival const& arrival) const {
  if (auto const id = integer_of(message.id)) return find(*id);
  // An error may leave the id out when the request could not be read.
  bool const anonymous = message.id.empty() || message.id == "null";
  if (!anonymous || message.error.empty()) return nullptr;
  if (arrival.request != 0) return find(arrival.request);
  return greeting_ ? nullptr : find(handshake_);
}

void ConnectionCore::response(Message const& message, Arrival&& arrival) {
  auto const exchange = answered(message, arrival);
  if (!exchange) {
    if (answers_late_probe(message)) return;
    auto const id = integer_of(message.id);
    bool const late = id && *id > 0 && *id < next_id_;
    return noise((late ? "an answer too late or twice: id " : "an answer to no request: id ") +
                 excerpt(message.id.empty() ? "missing" : message.id));
  }
  refuse_questions(*exchange);
  if (exchange->ended()) return;
  bool const result = message.error.empty() && is_object(message.result);
  bool const error = message.result.empty() && read_error(message.error);
  if (!result && !error) {
    Error why(Errc::unavailable,
              "the upstream's answer holds neither a result object nor an error object");
    return finish_broken(*exchange, std::move(why), true, arrival.http_status);
  }
  Event event;
  event.kind = result ? Event::Kind::result : Event::Kind::error;
  event.json = take_slice(std::move(arrival.json), result ? message.result : message.error);
  event.http_status = arrival.http_status;
  finish(*exchange, std::move(event), resume());
}

void ConnectionCore::notification(Message const& message, Arrival&& arrival) {
  auto const params = params_of(message);
  if (!params) return noise(message.method + ": " + params.error().message);
  if (message.method == "notifications/progress")
    return progress(*params, message, std::move(arrival));
  if (message.method == "notifications/message") return log(*params, message, std::move(arrival));
  if (message.method == "notifications/cancelled") return withdrawn(*params);
  if (is_list_change(message.method) || message.method == resource_updated ||
      message.method == acknowledged)
    return reported(*params, message, std::move(arrival));
  // The rest says nothing that a client could not do without.
}

void ConnectionCore::progress(json::Slices const& params, Message const& message,
                              Arrival&& arrival) {
  auto const token = integer_of(params.find("progressToken").value_or(""));
  auto const total = params.find("total");
  if (!token || !is_number(params.find("progress").value_or("")) || (total && !is_number(*total)))
    return noise("progress without the token or the numbers it must have");
  auto const exchange = find(*token);
  if (!exchange || !exchange->wants_progress_) return;
  Event event;
  event.kind = Event::Kind::progress;
  event.json = take_slice(std::move(arrival.json), message.params);
  exchange->push(std::move(event), resume());
}

void ConnectionCore::log(json::Slices const& params, Message const& message, Arrival&& arrival) {
  std::shared_ptr<Exchange> exchange = find(arrival.request);
  if (arrival.request == 0) {
    if (ordinary_ != 1) return;  // nobody knows whose it is: it may tell of another client's call
    for (auto const& [id, candidate] : exchanges_)
      if (candidate->role_ == Role::ordinary) exchange = candidate;
  }
  if (!exchange || !exchange->log_level_) return;
  auto const text = json::string_of(params.find("level").value_or(""));
  auto const level = parse_log_level(text.value_or(""));
  if (level && *level < *exchange->log_level_) return;
  Event event;
  event.kind = Event::Kind::log;
  event.json = take_slice(std::move(arrival.json), message.params);
  exchange->push(std::move(event), resume());
}

void ConnectionCore::reported(json::Slices const& params, Message const& message,
                              Arrival&& arrival) {
  auto const subscription = subscription_of(params);
  auto const stream = find(integer_of(subscription.value_or("")).value_or(0));
  if (subscription && (!stream || stream->role_ != Role::listen))
    return noise(message.method + " for a subscription that is not open");
  if (message.method == acknowledged) {
    if (!stream) return noise("an acknowledgement without a subscription");
    Event event;
    event.kind = Event::Kind::acknowledged;
    event.json = take_slice(std::move(arrival.json), message.params);
    return stream->push(std::move(event), resume());
  }
  if (message.method != resource_updated) {
    if (hooks_.list_changed) hooks_.list_changed(message.method);
    return;
  }
  auto uri = json::string_of(params.find("uri").value_or(""));
  if (!uri) return noise("notifications/resources/updated without a uri");
  if (hooks_.resource_updated) hooks_.resource_updated(std::move(*uri));
}

// A legacy upstream takes a question back; a modern one ends a subscription.
void ConnectionCore::withdrawn(json::Slices const& params) {
  auto const id = params.find("requestId").value_or("");
  auto const stream = find(integer_of(id).value_or(0));
  if (modern()) {
    if (stream && stream->role_ == Role::listen)
      finish_broken(*stream, Error(Errc::unavailable, "the upstream ended the subscription"));
    return;
  }
  if (drop_kept(id)) return;
  for (auto const& [key, exchange] : exchanges_)
    if (auto const dropped = exchange->drop_question(id)) {
      ask_again_ |= dropped->roots;
      return release(*exchange);
    }
}

void ConnectionCore::noise(std::string_view what) const {
  if (hooks_.noise) hooks_.noise(what);
}

}  // namespace rampart::upstream
