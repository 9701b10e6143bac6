#include "http/shard.hpp"

#include <boost/asio/post.hpp>
#include <functional>
#include <utility>
#include <vector>

#include "http/connection.hpp"
#include "http/plain_stream.hpp"

namespace rampart::http {
namespace asio = boost::asio;

SocketCount::SocketCount(std::shared_ptr<Shard> shard, Kind kind)
    : shard_(std::move(shard)), kind_(kind) {
  shard_->shared_->hold();
  if (kind_ == Kind::refusal) {
    shard_->shared_->refusing.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  shard_->size_.fetch_add(1, std::memory_order_relaxed);
  shard_->shared_->open.fetch_add(1, std::memory_order_relaxed);
}

void SocketCount::end() {
  auto const shard = std::exchange(shard_, nullptr);
  if (!shard) return;
  if (kind_ == Kind::refusal) {
    shard->shared_->refusing.fetch_sub(1, std::memory_order_relaxed);
  } else {
    shard->size_.fetch_sub(1, std::memory_order_relaxed);
    shard->shared_->open.fetch_sub(1, std::memory_order_relaxed);
  }
  shard->shared_->release();
}

Shard::Shard(async::Loop& loop, std::shared_ptr<Shared> shared)
    : loop_(loop),
      shared_(std::move(shared)),
      poller_(async::Poller::make(loop)),
      workspaces_(shared_->limits, shared_->budget) {}

Shard::~Shard() = default;

void Shard::take(Accepted accepted, SocketCount count) {
  if (loop_.on_thread()) {
    start(std::move(accepted), std::move(count));
    return;
  }
  asio::post(loop_.context(), [self = shared_from_this(), accepted = std::move(accepted),
                               count = std::move(count)]() mutable {
    self->start(std::move(accepted), std::move(count));
  });
}

void Shard::start(Accepted accepted, SocketCount count) {
  if (shared_->cancelled) return;
  Connection::Pointer const connection(new Connection(
      shared_from_this(), std::make_unique<PlainStream>(poller_, std::move(accepted.socket)),
      std::move(accepted.peer), std::move(count)));
  connections_.push_back(*connection);
  async::spawn(loop_, group_, "http connection", Connection::run(connection), &connection->signal(),
               [connection] {});
}

// What is done to one connection may end it or others.
template <class Act>
void Shard::for_each(Act act) {
  std::vector<boost::intrusive_ptr<Managed>> all;
  for (Managed& connection : connections_) all.emplace_back(&connection);
  for (auto const& connection : all) act(*connection);
}

void Shard::close_idle() {
  loop_.post([self = shared_from_this()] { self->for_each(std::mem_fn(&Managed::close_if_idle)); });
}

void Shard::notice_drain() {
  loop_.post([self = shared_from_this()] { self->for_each(std::mem_fn(&Managed::notice_drain)); });
}

void Shard::cancel_all() {
  loop_.post([self = shared_from_this()] { self->for_each(std::mem_fn(&Managed::cancel_all)); });
}

void Shard::cancel_of(ClientRef client) {
  loop_.post([self = shared_from_this(), client = std::move(client)] {
    self->for_each([&client](Managed& connection) { connection.cancel_of(client); });
  });
}

void Shard::abandon() { for_each(std::mem_fn(&Managed::abandon)); }

}  // namespace rampart::http
