// The reading half of a connection: from bytes to the next thing to do.
#include <algorithm>
#include <boost/asio/error.hpp>
#include <utility>

#include "http/connection.hpp"
#include "http/read_buffer.hpp"

namespace rampart::http {
namespace asio = boost::asio;
using boost::system::error_code;

Connection::Next Connection::advance() {
  if (broken_ || cancelled_) return Next::close;
  if (timed_out_) return on_timeout();
  if (phase_ == Phase::fresh && count_.kind() == SocketCount::Kind::refusal)
    return refuse({Refusal::overload, 503});
  Next next = Next::wait;
  if (pending_fresh_) next = parse_pending();
  if (next == Next::wait && !ended_) next = read_socket();
  if (next == Next::wait) next = settle();
  return next;
}

// Reads until a request is complete or nothing is there; then the wait is armed, whatever comes
// next.
Connection::Next Connection::read_socket() {
  if (read_armed_ && !close_when_idle_) return Next::wait;
  ReadLease lease;
  for (;;) {
    error_code ec;
    std::size_t const got = stream_->read_some(lease.data(), read_buffer_size, ec);
    if (ec == asio::error::would_block) break;
    if (ec == asio::error::eof) {
      ended_ = true;
      return Next::wait;
    }
    if (ec) return Next::close;
    Next const next = take_in({lease.data(), got});
    if (next != Next::wait) {
      arm_read();
      return next;
    }
    if (got < read_buffer_size) break;
  }
  arm_read();
  return Next::wait;
}

Connection::Next Connection::take_in(std::string_view bytes) {
  if (!pending().empty()) {
    pending_.erase(0, std::exchange(pending_at_, 0));
    pending_ += bytes;
    return parse_pending();
  }
  std::size_t used = 0;
  Next const next = parse(bytes, used);
  pending_.assign(bytes.substr(used));
  pending_at_ = 0;
  pending_fresh_ = next == Next::serve && !pending_.empty();
  return next;
}

Connection::Next Connection::parse_pending() {
  std::size_t used = 0;
  Next const next = parse(pending(), used);
  pending_at_ += used;
  if (pending_at_ == pending_.size()) {
    pending_.clear();
    pending_at_ = 0;
  }
  pending_fresh_ = next == Next::serve && !pending_.empty();
  return next;
}

Connection::Next Connection::parse(std::string_view bytes, std::size_t& used) {
  RequestReader& reader = *work().reader;
  used = 0;
  for (;;) {
    std::size_t taken = 0;
    RequestReader::Step const step = reader.feed(bytes.substr(used), taken);
    used += taken;
    switch (step) {
      case RequestReader::Step::need_more:
        if (!std::exchange(owes_continue_, false)) return Next::wait;
        work().out += continue_100;
        return Next::send;
      case RequestReader::Step::head:
        if (auto const ends = on_head()) return *ends;
        break;
      case RequestReader::Step::complete:
        owes_continue_ = false;
        return Next::serve;
      case RequestReader::Step::refused:
        return refuse(reader.refusal());
    }
  }
}

// Nothing, if the body may come.
std::optional<Connection::Next> Connection::on_head() {
  RequestReader& reader = *work_->reader;
  Handler& handler = shard_->shared().handler;
  work_->client_address = handler.client_address(reader.head(), peer_);
  if (auto const refusal = handler.admit(reader.head(), client_address(), client_))
    return answer_and_end(*refusal);
  if (!reader.allow_body(handler.body_limit(reader.head()))) return refuse(reader.refusal());
  Expectation const expected = expectation(reader.head());
  if (expected == Expectation::unknown) return refuse({Refusal::malformed, 417});
  owes_continue_ = expected == Expectation::continue_100;
  return std::nullopt;
}

Connection::Next Connection::refuse(Refused refused) {
  auto response = empty_response(refused.status);
  RequestReader const& reader = *work().reader;
  Head const* const head = reader.in_body() ? &reader.head() : nullptr;
  shard_->shared().handler.refused(refused.why, head, response, client_address());
  return answer_and_end(response);
}

Connection::Next Connection::answer_and_end(Response const& response) {
  RequestReader const& reader = *work().reader;
  ResponseHead head;
  head.status = response.status;
  head.content_type = response.content_type;
  head.headers = &response.headers;
  head.length = response.body.size();
  head.close = true;
  append_head(work_->out, head, shard_->loop().clock().wall());
  if (!reader.in_body() || reader.head().method() != "HEAD") work_->out += response.body;
  ending_ = polite_ = true;
  return Next::end;
}

Connection::Next Connection::on_timeout() {
  if (phase_ == Phase::head || phase_ == Phase::body) return refuse({Refusal::timeout, 408});
  return Next::close;
}

// There is nothing to do but wait: for what, and how long?
Connection::Next Connection::settle() {
  if (ended_) return Next::close;
  Limits const& limits = shard_->shared().limits;
  if (!work_ || work_->reader->at_start()) {
    if (close_when_idle_) return Next::close;
    if (work_) shard_->workspaces().give_back(std::move(work_));
    if (pending_.empty()) std::string().swap(pending_);
    if (phase_ != Phase::idle) arm(idle_time());
    phase_ = Phase::idle;
  } else if (!work_->reader->in_body()) {
    if (phase_ != Phase::head) arm(limits.head_timeout);
    phase_ = Phase::head;
  } else {
    std::size_t const read = work_->reader->bytes_read();
    if (phase_ != Phase::body || read - body_mark_ >= limits.body_progress_bytes) {
      body_mark_ = read;
      arm(limits.body_timeout);
    }
    phase_ = Phase::body;
  }
  return Next::wait;
}

std::chrono::milliseconds Connection::idle_time() const {
  Shared const& shared = shard_->shared();
  return shared.closing_idle ? shared.limits.linger_timeout : shared.limits.idle_timeout;
}

void Connection::arm_read() {
  if (read_armed_) return;
  read_armed_ = true;
  stream_->wait_read(*this);
}

void Connection::on_readable() {
  read_armed_ = false;
  if (phase_ == Phase::closed) return;
  if (phase_ == Phase::handling)
    read_ahead();
  else
    resume_.notify_inline();
}

// A handler is at work: what comes in waits here, within bounds, and the peer's end is seen when it
// comes.
void Connection::read_ahead() {
  std::size_t const limit = shard_->shared().limits.pipeline_bytes;
  pending_.erase(0, std::exchange(pending_at_, 0));
  ReadLease lease;
  for (;;) {
    std::size_t const room = limit - std::min(limit, pending_.size());
    if (room == 0) {
      repeat_every_sweep();  // looks for the peer's end behind the bytes that stay in the kernel
      return;
    }
    std::size_t const asked = std::min(room, read_buffer_size);
    error_code ec;
    std::size_t const got = stream_->read_some(lease.data(), asked, ec);
    if (ec == asio::error::would_block) break;
    if (ec) {
      (ec == asio::error::eof ? ended_ : broken_) = true;
      tell_gone();
      return;
    }
    pending_.append(lease.data(), got);
    pending_fresh_ = true;
    if (got < asked) break;
  }
  arm_read();
}

void Connection::tell_gone() {
  if (phase_ == Phase::handling && work_->exchange) work_->exchange->peer_ended();
  resume_.notify();
}

}  // namespace rampart::http
