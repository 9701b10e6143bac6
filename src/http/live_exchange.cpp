#include "http/live_exchange.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <iterator>
#include <utility>

#include "http/connection.hpp"

namespace rampart::http {
namespace asio = boost::asio;
namespace {
constexpr unsigned flushes_per_turn = 64;      // a busy stream lets other connections have a turn
constexpr std::size_t moved_from = 64 * 1024;  // bytes of a body that is not copied
}  // namespace

LiveExchange::LiveExchange(Connection& connection)
    : connection_(connection),
      bytes_in_(connection.work_->reader->bytes_read()),
      is_head_request_(connection.work_->reader->head().method() == "HEAD"),
      is_http_1_1_(connection.work_->reader->head().is_http_1_1()),
      keep_alive_(connection.work_->reader->keep_alive()) {}

LiveExchange::~LiveExchange() {
  if (waker_) waker_->end();
}

Head const& LiveExchange::head() const { return connection_.work_->reader->head(); }
std::string& LiveExchange::body() { return connection_.work_->reader->body(); }
std::string_view LiveExchange::client_address() const { return connection_.client_address(); }
ClientRef const& LiveExchange::client() const { return connection_.client_; }
async::Loop& LiveExchange::loop() { return connection_.shard_->loop(); }
bool LiveExchange::peer_gone() const { return connection_.gone(); }
bool LiveExchange::draining() const { return connection_.draining(); }
void LiveExchange::cancel() { connection_.cancel_handler(); }

void LiveExchange::add_headers(HeaderLines lines) {
  std::ranges::move(lines, std::back_inserter(added_));
}

void LiveExchange::respond(Response response) {
  assert(answer_ == Answer::none);
  if (answer_ != Answer::none) return;
  std::ranges::copy(added_, std::back_inserter(response.headers));
  answer_ = Answer::whole;
  closes_ = response.close || draining() || !keep_alive_;
  ResponseHead head;
  head.status = response.status;
  head.content_type = response.content_type;
  head.headers = &response.headers;
  head.length = response.body.size();
  head.close = closes_;
  if (response.body.size() >= moved_from && !is_head_request_ && connection_.work_->out.empty())
    return take_whole(head, std::move(response.body));
  append(head, is_head_request_ ? std::string_view() : response.body);
}

// The body stays where it is, and the head goes in front of it: fresh memory for a copy costs more
// than moving the bytes up.
void LiveExchange::take_whole(ResponseHead const& head, std::string body) {
  std::string text;
  append_head(text, head, loop().clock().wall());
  body.insert(0, text);
  bytes_out_ += body.size();
  connection_.work_->out = std::move(body);
}

void LiveExchange::begin_stream(int status, std::string_view content_type, HeaderLines headers) {
  assert(answer_ == Answer::none);
  if (answer_ != Answer::none) return;
  answer_ = Answer::stream;
  std::ranges::copy(added_, std::back_inserter(headers));
  framing_ = is_http_1_1_ ? Framing::chunked : Framing::until_close;
  closes_ = framing_ == Framing::until_close || draining() || !keep_alive_;
  ResponseHead head;
  head.status = status;
  head.content_type = content_type;
  head.headers = &headers;
  head.framing = framing_;
  head.close = closes_;
  append(head, {});
}

void LiveExchange::append(ResponseHead const& head, std::string_view body) {
  std::string& out = connection_.work_->out;
  std::size_t const before = out.size();
  append_head(out, head, loop().clock().wall());
  out += body;
  bytes_out_ += out.size() - before;
}

void LiveExchange::write(std::string_view bytes) {
  assert(answer_ == Answer::stream);
  if (answer_ != Answer::stream || is_head_request_) return;
  std::string& out = connection_.work_->out;
  std::size_t const before = out.size();
  if (framing_ == Framing::chunked)
    append_chunk(out, bytes);
  else
    out += bytes;
  bytes_out_ += out.size() - before;
}

Task<bool> LiveExchange::flush() {
  connection_.send_now();
  if (++flushes_ % flushes_per_turn == 0)
    co_await asio::post(loop().context(), asio::use_awaitable);
  if (!connection_.all_sent() && !connection_.gone()) co_await connection_.send_rest(false);
  co_return !connection_.gone();
}

Task<Exchange::Woken> LiveExchange::wait(base::Steady::time_point until) {
  std::string& out = connection_.work_->out;
  if (answer_ == Answer::stream && out.empty()) std::string().swap(out);  // it may wait for hours
  bool const limited = until != base::Steady::time_point::max();
  if (limited) connection_.arm(until);
  Woken woken = Woken::notified;
  for (;;) {
    if (std::exchange(gone_to_tell_, false)) {
      woken = Woken::peer_gone;
      break;
    }
    if (std::exchange(woken_, false)) break;
    if (limited && (connection_.timed_out_ || loop().now() >= until)) {
      woken = Woken::timeout;
      break;
    }
    co_await connection_.resume_.wait();
  }
  if (limited) connection_.disarm();
  co_return woken;
}

std::shared_ptr<Waker> LiveExchange::waker() {
  if (!waker_) waker_ = std::make_shared<ExchangeWaker>(loop(), *this);
  return waker_;
}

void LiveExchange::on_peer_gone(std::function<void()> told) {
  if (connection_.gone())
    told();
  else
    told_gone_ = std::move(told);
}

void LiveExchange::forget_request() {
  auto& work = *connection_.work_;
  if (work.reader) connection_.shard_->workspaces().give_back(std::move(work.reader));
}

void LiveExchange::notify() {
  woken_ = true;
  connection_.resume_.notify();
}

void LiveExchange::on_wake() {
  woken_ = true;
  connection_.resume_.notify_inline();  // which may end this exchange
}

void LiveExchange::peer_ended() {
  gone_to_tell_ = true;
  if (auto told = std::exchange(told_gone_, nullptr)) told();
  connection_.resume_.notify();
}

// Nothing of this answer is on its way yet.
bool LiveExchange::replaceable() const {
  return connection_.work_->sent == 0 && connection_.work_->out.size() == bytes_out_;
}

void LiveExchange::finish(bool failed) {
  if (answer_ == Answer::stream && !failed) {
    if (framing_ != Framing::chunked || is_head_request_) return;
    connection_.work_->out += last_chunk;
    bytes_out_ += last_chunk.size();
    return;
  }
  if (answer_ == Answer::whole && !failed) return;
  if (!replaceable()) {
    closes_ = true;  // the peer sees an answer that breaks off
    return;
  }
  connection_.work_->out.clear();
  bytes_out_ = 0;
  answer_ = Answer::none;
  Response response;
  response.status = 500;
  response.body = "{}";
  respond(std::move(response));
}

}  // namespace rampart::http
