// One loop's connection to Redis: opened, greeted, watched and opened again after a pause by one
// coroutine. Commands are pipelined; one that is not answered in time ends the connection, and
// until Redis answers a new one promptly every command is refused at once.
#pragma once
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "async/spawn.hpp"
#include "net/connect.hpp"
#include "redis/pipeline.hpp"
#include "redis/url.hpp"

namespace rampart::redis {

struct ConnectionOptions {
  std::chrono::milliseconds command_timeout{50};     ///< from the command to its answer
  std::chrono::milliseconds connect_timeout{1'000};  ///< name, TCP and TLS
  std::chrono::milliseconds retry_min{100};          ///< longest pause before the first new attempt
  std::chrono::milliseconds retry_max{5'000};
  std::chrono::milliseconds sustained{10'000};  ///< up for so long: the next pause is short again
  std::chrono::milliseconds probe_interval{1'000};  ///< of PING
  PipelineLimits limits = {};
};

/// Loop thread only, except its making and its end, while the loop does not run.
class Connection {
 public:
  /// Told when it is ready, and with the reason when it is not: after each failed attempt too.
  using Changed = std::function<void(Result<void> const&)>;

  Connection(net::Route route, Url url, ConnectionOptions options, Changed changed);
  Connection(Connection const&) = delete;
  Connection& operator=(Connection const&) = delete;

  void start();
  /// Whoever waits gets Errc::unavailable; stopped() is true when nothing of it runs any more.
  void stop();
  bool stopped() const { return tasks_.running() == 0; }

  bool ready() const { return ready_; }
  /// Ready, and its queue can take so much more.
  bool has_room(std::size_t commands, std::size_t bytes) const;
  /// has_room() said so. `done` is called in a later turn or in flush(). Errors: unavailable,
  /// deadline.
  void push(std::string_view command, Pipeline::Done done);
  /// Sends what was pushed.
  void flush();

 private:
  Task<void> run();
  Task<Result<void>> open();
  Task<void> pause(base::Steady::duration length);
  void greet();
  Pipeline::Done greeting(std::string refused);
  void on_ready();
  void write();
  void read();
  void look_at_deadlines();
  void arm_timer();
  void probe();
  void lose(Error why);

  net::Route const route_;
  Url const url_;
  ConnectionOptions const options_;
  Changed const changed_;
  async::TaskGroup tasks_;
  std::shared_ptr<net::Waiter> const waiter_;
  boost::asio::steady_timer timer_;  // finer than the loop's sweep: the deadline is of its length
  bool timer_armed_ = false;
  async::Deadline probe_;
  std::shared_ptr<net::Wire> wire_;
  std::optional<Pipeline> pipeline_;
  std::optional<Error> lost_;
  bool greeted_ = false;
  bool ready_ = false;
  std::uint32_t failures_ = 0;  // attempts and connections in a row that did not last
};

}  // namespace rampart::redis
