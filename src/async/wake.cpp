#include "async/wake.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace rampart::async {
namespace asio = boost::asio;

Wake::Wake(Loop& loop) : timer_(loop.context(), asio::steady_timer::time_point::max()) {}

Task<void> Wake::wait() {
  if (!notified_) {
    waiting_ = true;
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    waiting_ = false;
  }
  notified_ = false;
}

void Wake::notify() {
  notified_ = true;
  if (waiting_) timer_.cancel();
}

}  // namespace rampart::async
