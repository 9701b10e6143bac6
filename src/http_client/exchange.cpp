#include "http_client/exchange.hpp"

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace rampart::http_client {
namespace {
constexpr std::size_t read_bytes = 16 << 10;
constexpr int steps_per_turn = 16;  // then the loop's others get a turn

Failure broke(std::string const& why) {
  return fail(Errc::unavailable, "the connection to the server broke: " + why);
}

// Reads what is there. Nothing is kept between turns, so a quiet stream costs no buffer.
Result<Step::Kind> pull(Exchange& exchange) {
  std::array<char, read_bytes> bytes;
  Step const step = exchange.wire->read(bytes.data(), bytes.size());
  Result<void> fed;
  if (step.kind == Step::Kind::progress) fed = exchange.reader.feed({bytes.data(), step.bytes});
  if (step.kind == Step::Kind::end) fed = exchange.reader.feed_end();
  if (step.kind == Step::Kind::failed) return broke(step.why);
  if (!fed) return fail(fed.error());
  return step.kind;
}

Task<Result<void>> write(std::shared_ptr<Exchange> exchange,
                         std::shared_ptr<std::string const> request) {
  std::string_view left = *request;
  Waiter& waiter = *exchange->waiter;
  while (!left.empty()) {
    if (waiter.interrupted()) co_return fail(*waiter.interrupted());
    Step const step = exchange->wire->write(left);
    if (step.kind == Step::Kind::failed) co_return broke(step.why);
    left.remove_prefix(step.bytes);
    if (step.kind == Step::Kind::progress) continue;
    // While the server does not read, it may be answering already.
    auto const pulled = pull(*exchange);
    if (!pulled) co_return fail(pulled.error());
    if (exchange->reader.has_head()) co_return Result<void>();
    exchange->wire->await(Step::Kind::wants_read);
    exchange->wire->await(Step::Kind::wants_write);
    co_await waiter.wait();
  }
  exchange->written = true;
  co_return Result<void>();
}

// One step towards more of the response: some bytes, the end, or a wait.
Task<Result<void>> advance(std::shared_ptr<Exchange> exchange) {
  Waiter& waiter = *exchange->waiter;
  if (waiter.interrupted()) co_return fail(*waiter.interrupted());
  auto const pulled = pull(*exchange);
  if (!pulled) co_return fail(pulled.error());
  if (*pulled == Step::Kind::wants_read || *pulled == Step::Kind::wants_write) {
    exchange->steps = 0;
    exchange->wire->await(*pulled);
    co_await waiter.wait();
  } else if (++exchange->steps >= steps_per_turn) {
    exchange->steps = 0;
    co_await boost::asio::post(exchange->loop.context(), boost::asio::use_awaitable);
  }
  co_return Result<void>();
}
}  // namespace

Exchange::Exchange(async::Loop& l, std::shared_ptr<Wire> w, std::shared_ptr<Waiter> wait,
                   std::size_t max_header_bytes)
    : loop(l),
      wire(std::move(w)),
      waiter(std::move(wait)),
      reader(max_header_bytes),
      handed_before(wire->handed()) {
  wire->on_ready([weak = std::weak_ptr(waiter)] {
    if (auto const waiting = weak.lock()) waiting->notify();
  });
}

Exchange::~Exchange() = default;

Task<Result<void>> converse(std::shared_ptr<Exchange> exchange,
                            std::shared_ptr<std::string const> request) {
  Result<void> const written = co_await write(exchange, request);
  if (!written && exchange->waiter->interrupted()) co_return written;
  while (!exchange->reader.has_head()) {
    // A server that refuses a large request may answer, close, and so break the writing.
    Result<void> const read = co_await advance(exchange);
    if (!read && !written) co_return written;
    if (!read) co_return read;
  }
  co_return Result<void>();
}

Task<Result<std::string>> read_body(std::shared_ptr<Exchange> exchange) {
  for (;;) {
    if (exchange->waiter->interrupted()) co_return fail(*exchange->waiter->interrupted());
    std::string bytes = exchange->reader.take_body();
    if (!bytes.empty() || exchange->reader.done()) co_return bytes;
    Result<void> const read = co_await advance(exchange);
    if (!read) co_return fail(read.error());
  }
}

}  // namespace rampart::http_client
