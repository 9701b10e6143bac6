#include "redis/client.hpp"

#include <algorithm>
#include <stdexcept>

namespace rampart::redis {

Client::Client(std::vector<async::Loop*> const& loops, ClientOptions options,
               base::RedisMetrics& metrics, base::Logger log)
    : options_(std::move(options)), metrics_(metrics), log_(std::move(log)) {
  auto const& url = options_.url;
  if (url.tls) {
    auto tls = net::TlsContext::make({options_.ca_file, {}});
    if (!tls) throw std::runtime_error(tls.error().message + " (RAMPART_REDIS_CA_FILE)");
    tls_ = std::move(*tls);
  }
  for (auto* const loop : loops) {
    auto& place = *places_.emplace_back(std::make_unique<Place>(Place{loop, nullptr}));
    net::Route route{*loop, resolver_, tls_.get(), url.host, url.port, url.socket_path};
    place.connection = std::make_unique<Connection>(
        std::move(route), url, options_.connection,
        [this, &place](Result<void> const& state) { changed(place, state); });
  }
}

Client::~Client() = default;

void Client::start() {
  running_ = places_.size();
  for (auto& place : places_)
    place->loop->post([&connection = *place->connection] { connection.start(); });
}

void Client::stop() {
  for (auto& place : places_)
    place->loop->post([this, &place = *place] {
      place.connection->stop();
      await_end(place);
    });
}

// A coroutine that was told to stop ends within a few turns.
void Client::await_end(Place& place) {
  if (place.connection->stopped())
    --running_;
  else
    place.loop->post([this, &place] { await_end(place); });
}

Connection& Client::on(async::Loop& loop) const {
  return *(*std::ranges::find(places_, &loop, &Place::loop))->connection;
}

void Client::changed(Place& place, Result<void> const& state) {
  std::lock_guard const lock(mutex_);
  if (state && std::exchange(place.was_ready, true)) metrics_.reconnects.add();
  place.ready = state.has_value();
  bool const up = std::ranges::all_of(places_, &Place::ready);
  // At the start the other loops' connections are still to come.
  if (!told_ && !up && state) return;
  bool const news = !told_ || up != up_;
  told_ = true;
  up_ = up;
  metrics_.up.set(up ? 1 : 0);
  auto const where = options_.url.text();
  if (up && news) log_.info("redis_up", {{"redis", where}});
  if (!up && news)
    log_.warning("redis_down",
                 {{"redis", where},
                  {"reason", state.error().message},
                  {"mode", "the cache is local to this process until Redis is back"}});
  // The one line stays one; whoever looks closer sees why it lasts.
  if (!up && !news && !state && state.error().message != reason_)
    log_.debug("redis_still_down", {{"redis", where}, {"reason", state.error().message}});
  if (!state) reason_ = state.error().message;
  if (news && options_.on_state) options_.on_state(up);
}

}  // namespace rampart::redis
