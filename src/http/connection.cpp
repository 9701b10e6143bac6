#include "http/connection.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "http/read_buffer.hpp"

namespace rampart::http {
namespace asio = boost::asio;
using boost::system::error_code;

Connection::Connection(std::shared_ptr<Shard> shard, std::unique_ptr<Stream> stream,
                       std::string peer, SocketCount count)
    : shard_(std::move(shard)),
      stream_(std::move(stream)),
      peer_(std::move(peer)),
      count_(std::move(count)),
      resume_(shard_->loop()),
      deadline_([this] {
        timed_out_ = true;
        resume_.notify();
      }) {}

Task<void> Connection::run(Pointer self) {
  Connection& c = *self;
  while (!c.ending_) {
    Next const next = c.advance();
    if (next == Next::close) break;
    if (next == Next::wait) {
      co_await c.resume_.wait();
      continue;
    }
    if (next == Next::serve) {
      Handler& handler = c.shard_->shared().handler;
      LiveExchange& exchange = c.begin_exchange();
      std::exception_ptr error;
      try {
        co_await handler.handle(exchange);
      } catch (...) {
        error = std::current_exception();
      }
      if (c.cancelling_)
        co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
      c.finish_exchange(error);
    }
    c.send_now();
    if (!c.all_sent()) co_await c.send_rest(true);
    if (next == Next::serve) c.end_exchange();
  }
  if (c.polite_) co_await c.linger();
  c.close();
}

LiveExchange& Connection::begin_exchange() {
  phase_ = Phase::handling;
  had_request_ = true;  // the deadline stays as it is: moving it again is cheaper than unlinking it
  LiveExchange& exchange = work_->exchange.emplace(*this);
  if (gone()) exchange.peer_ended();
  return exchange;
}

void Connection::finish_exchange(std::exception_ptr const& error) {
  cancelling_ = false;
  LiveExchange& exchange = *work_->exchange;
  Shared const& shared = shard_->shared();
  if (error && shared.on_exception)
    shared.on_exception(error, work_->reader ? &exchange.head() : nullptr);
  exchange.finish(error != nullptr);
  ending_ = exchange.closes();
  polite_ = ending_ && (draining() || exchange.keep_alive() || !pending().empty());
}

void Connection::end_exchange() {
  if (every_sweep_) every_sweep_->disarm();
  work_->exchange.reset();
  work_->client_address.clear();
  client_.reset();
  timed_out_ = false;  // what was armed before the request means nothing after it
  if (work_->reader)
    work_->reader->next();
  else
    work_->reader = shard_->workspaces().take_reader();
  if (!all_sent()) broken_ = true;
}

void Connection::send_now() {
  if (!work_ || broken_) return;
  error_code ec;
  while (!work_->unsent().empty() && !ec) work_->sent += stream_->write_some(work_->unsent(), ec);
  if (ec && ec != asio::error::would_block) broken_ = true;
  if (!all_sent()) return;
  work_->out.clear();
  work_->sent = 0;
}

Task<bool> Connection::send_rest(bool also_to_the_gone) {
  Limits const& limits = shard_->shared().limits;
  arm(limits.write_timeout);
  while (!all_sent() && !broken_ && !cancelled_ && (also_to_the_gone || !gone())) {
    if (timed_out_) {
      broken_ = true;
      break;
    }
    if (!write_armed_) {
      std::size_t const before = work_->sent;
      send_now();
      if (all_sent() || broken_) break;
      if (work_->sent != before) arm(limits.write_timeout);
      write_armed_ = true;
      stream_->wait_write(*this);
    }
    co_await resume_.wait();
  }
  disarm();
  co_return all_sent();
}

Task<void> Connection::linger() {
  // Closing a socket with unread bytes resets it, and a reset takes back an answer that the peer
  // has not read yet.
  stream_->shutdown_send();
  phase_ = Phase::lingering;
  if (work_) shard_->workspaces().give_back(std::move(work_));
  arm(shard_->shared().limits.linger_timeout);
  while (!timed_out_ && !ended_ && !broken_ && !cancelled_) {
    if (!read_armed_) discard_input();
    if (ended_ || broken_) break;
    arm_read();
    co_await resume_.wait();
  }
}

void Connection::discard_input() {
  constexpr int reads_per_turn = 16;
  ReadLease lease;
  error_code ec;
  for (int i = 0; i < reads_per_turn && !ec; ++i)
    if (stream_->read_some(lease.data(), read_buffer_size, ec) < read_buffer_size) break;
  if (ec == asio::error::eof)
    ended_ = true;
  else if (ec && ec != asio::error::would_block)
    broken_ = true;
}

void Connection::close() {
  phase_ = Phase::closed;
  disarm();
  every_sweep_.reset();
  stream_->close();
  if (work_) shard_->workspaces().give_back(std::move(work_));
  unlink();
  count_.end();
}

void Connection::on_writable() {
  write_armed_ = false;
  if (phase_ != Phase::closed) resume_.notify_inline();
}

void Connection::close_if_idle() {
  if ((phase_ != Phase::fresh && phase_ != Phase::idle) || !pending().empty()) return;
  if (had_request_) {
    close_when_idle_ = true;
    resume_.notify();
  } else {
    arm(shard_->shared().limits.linger_timeout);  // its first request may be on the way
  }
}

void Connection::notice_drain() {
  if (phase_ == Phase::handling && work_->exchange) work_->exchange->notify();
}

void Connection::cancel_all() {
  cancelled_ = true;
  tell_gone();
  cancel_handler();
}

void Connection::cancel_of(ClientRef const& client) {
  if (client_ == client) cancel_all();
}

void Connection::cancel_handler() {
  if (phase_ != Phase::handling) return;
  cancelling_ = true;
  repeat_every_sweep();
  work_->exchange->notify();
  signal_.emit(asio::cancellation_type::terminal);
}

void Connection::repeat_every_sweep() {
  if (!every_sweep_) every_sweep_ = std::make_unique<async::Deadline>([this] { on_sweep(); });
  shard_->loop().arm(*every_sweep_, base::Steady::time_point::min());
}

void Connection::on_sweep() {
  Pointer const self(this);
  if (phase_ != Phase::handling) return;
  if (cancelling_) {
    // A cancel that falls between two awaits is lost, so it is said again until it is heard.
    if (cancelled_) work_->exchange->peer_ended();
    cancel_handler();
  }
  if (read_armed_ || gone()) return;
  if (stream_->peer_hung_up()) {
    hung_up_ = true;
    tell_gone();
  } else {
    repeat_every_sweep();
  }
}

void Connection::arm(base::Steady::time_point at) {
  timed_out_ = false;
  shard_->loop().arm(deadline_, at);
}

void Connection::arm(std::chrono::milliseconds after) { arm(shard_->loop().now() + after); }

void Connection::disarm() {
  timed_out_ = false;
  deadline_.disarm();
}

Workspace& Connection::work() {
  if (!work_) work_ = shard_->workspaces().take();
  return *work_;
}

std::string_view Connection::client_address() const {
  return work_ && !work_->client_address.empty() ? work_->client_address : peer_;
}

bool Connection::draining() const {
  return shard_->shared().draining.load(std::memory_order_relaxed);
}

}  // namespace rampart::http
