#include "net/waiter.hpp"

#include <boost/asio/this_coro.hpp>
#include <utility>

namespace rampart::net {
namespace asio = boost::asio;

Task<void> Waiter::wait() {
  if (interrupted_) co_return;
  co_await wake_.wait();
  auto const state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none)
    interrupt(Error(Errc::cancelled, "the request was cancelled"));
}

void Waiter::interrupt(Error why) {
  if (interrupted_) return;
  interrupted_ = std::move(why);
  deadline_.disarm();
  wake_.notify();
}

void Waiter::limit(base::Steady::time_point at, Error why) {
  too_late_ = std::move(why);
  if (at == base::Steady::time_point::max() || interrupted_)
    deadline_.disarm();
  else
    loop_.arm(deadline_, at);
}

}  // namespace rampart::net
