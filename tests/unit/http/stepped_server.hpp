// A server on the test's own thread and clock: nothing happens unless the test says so.
#pragma once
#include <chrono>
#include <functional>
#include <memory>

#include "test_server.hpp"

namespace rampart::http::test {

class ManualClock : public base::Clock {
 public:
  base::Steady::time_point now() const override { return now_; }
  base::Wall::time_point wall() const override {
    return base::Wall::time_point(now_.time_since_epoch());
  }
  void advance(std::chrono::milliseconds by) { now_ += by; }

 private:
  base::Steady::time_point now_{std::chrono::hours(1)};
};

class SteppedServer {
 public:
  explicit SteppedServer(ScriptedHandler& handler, Limits limits = {})
      : loop(clock),
        server(std::make_unique<Server>(std::vector<async::Loop*>{&loop}, handler, limits)) {
    auto const bound = server->listen("127.0.0.1", 0);
    EXPECT_TRUE(bound);
    port = bound.value_or(0);
  }
  ~SteppedServer() {
    server.reset();
    loop.poll();
  }

  /// Runs the loop until `done`; false after 10 seconds.
  bool run_until(std::function<bool()> const& done) {
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!done()) {
      loop.poll();
      if (std::chrono::steady_clock::now() > end) return false;
    }
    return true;
  }
  bool run_until_connections(std::size_t count) {
    return run_until([&] { return server->connections() == count; });
  }
  /// Runs what is ready; what a client on this machine has sent is ready.
  void settle() {
    for (int i = 0; i < 10; ++i) loop.poll();
  }
  void advance(std::chrono::milliseconds by) {
    clock.advance(by);
    loop.sweep();
    settle();
  }

  ManualClock clock;
  async::Loop loop;
  std::unique_ptr<Server> server;
  std::uint16_t port = 0;
};

}  // namespace rampart::http::test
