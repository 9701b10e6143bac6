#include "upstream/http_flight.hpp"

#include "async/wake.hpp"

namespace rampart::upstream {

void Flight::wait_for(std::shared_ptr<http_client::Response> const& response) {
  wait_end = [weak = std::weak_ptr(response)] {
    if (auto const waiting = weak.lock()) waiting->cancel();
  };
}

Task<void> pause(async::Loop& loop, std::shared_ptr<Flight> flight,
                 std::chrono::milliseconds delay) {
  if (flight->stopped) co_return;
  auto const wake = std::make_shared<async::Wake>(loop);
  async::Deadline deadline([&wake] { wake->notify(); });
  loop.arm(deadline, loop.now() + delay);
  flight->wait_end = [weak = std::weak_ptr(wake)] {
    if (auto const waiting = weak.lock()) waiting->notify();
  };
  co_await wake->wait();
}

Task<Result<std::string>> read_all(std::shared_ptr<http_client::Response> response,
                                   std::size_t at_most) {
  std::string body;
  for (;;) {
    Result<std::string> bytes = co_await response->read();
    if (!bytes) co_return bytes;
    if (bytes->empty()) co_return body;
    if (body.size() + bytes->size() > at_most)
      co_return fail(Errc::unavailable, "the upstream sent a message of more than " +
                                            std::to_string(at_most) + " bytes");
    if (body.empty())
      body = std::move(*bytes);
    else
      body += *bytes;
  }
}

}  // namespace rampart::upstream
