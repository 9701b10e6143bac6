#include "http/server.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "http/endpoint.hpp"
#include "http/listener.hpp"
#include "http/shard.hpp"

namespace rampart::http {

Server::Server(std::vector<async::Loop*> loops, Handler& handler, Limits limits,
               ExceptionHook on_exception)
    : shared_(std::make_shared<Shared>(handler, limits, std::move(on_exception))),
      loops_(std::move(loops)) {
  assert(!loops_.empty());
  for (async::Loop* loop : loops_) shards_.push_back(std::make_shared<Shard>(*loop, shared_));
}

Server::~Server() {
  shared_->on_empty = nullptr;
  shared_->cancelled = true;  // sockets that are on their way to a loop
  for (auto const& listener : listeners_) listener->abandon();
  for (auto const& shard : shards_) shard->abandon();
}

Result<std::uint16_t> Server::listen(std::string_view address, std::uint16_t port) {
  auto sockets = listen_on(address, port);
  if (!sockets) return Failure(std::move(sockets.error()));
  std::uint16_t const bound = sockets->front().endpoint.port();
  for (ListeningSocket& socket : *sockets) {
    auto listener = std::make_shared<Listener>(
        *loops_[0], shared_, [this](Accepted accepted) { give_to_a_loop(std::move(accepted)); });
    listener->start(std::move(socket));
    listeners_.push_back(std::move(listener));
  }
  return bound;
}

void Server::give_to_a_loop(Accepted accepted) {
  auto const fewest =
      std::min_element(shards_.begin(), shards_.end(),
                       [](auto const& a, auto const& b) { return a->size() < b->size(); });
  auto kind = SocketCount::Kind::connection;
  if (shared_->open.load(std::memory_order_relaxed) >= shared_->limits.max_connections) {
    shared_->refused_connections.fetch_add(1, std::memory_order_relaxed);
    if (shared_->refusing.load(std::memory_order_relaxed) >= shared_->limits.max_refusals) return;
    kind = SocketCount::Kind::refusal;
  }
  (*fewest)->take(std::move(accepted), SocketCount(*fewest, kind));
}

void Server::drain() {
  shared_->draining = true;
  for (auto const& shard : shards_) shard->notice_drain();
}

void Server::stop_listening() {
  for (auto const& listener : listeners_) listener->stop();
}

void Server::close_idle() {
  shared_->closing_idle = shared_->draining.load();
  for (auto const& shard : shards_) shard->close_idle();
}

void Server::cancel_all() {
  shared_->cancelled = true;
  for (auto const& shard : shards_) shard->cancel_all();
}

void Server::cancel_of(ClientRef const& client) {
  for (auto const& shard : shards_) shard->cancel_of(client);
}

std::size_t Server::connections() const { return shared_->open.load(std::memory_order_relaxed); }

std::size_t Server::connections(std::size_t loop) const { return shards_.at(loop)->size(); }

std::uint64_t Server::refused_connections() const {
  return shared_->refused_connections.load(std::memory_order_relaxed);
}

std::size_t Server::body_bytes() const { return shared_->budget.held(); }

void Server::on_empty(std::function<void()> told) { shared_->on_empty = std::move(told); }

}  // namespace rampart::http
