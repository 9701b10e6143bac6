// The process's view of Redis: a connection for each loop, and one answer to whether Redis is used.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/redis_metrics.hpp"
#include "net/resolver.hpp"
#include "net/tls_context.hpp"
#include "redis/connection.hpp"

namespace rampart::redis {

struct ClientOptions {
  Url url;
  std::string ca_file = {};  ///< PEM certificates trusted besides the system's; empty: none
  ConnectionOptions connection = {};
  /// Told of each change, and once at the start. Any loop's thread; holds nothing up.
  std::function<void(bool up)> on_state = {};
};

class Client {
 public:
  /// Loops, metrics and what on_state needs outlive this; it is destroyed while no loop runs.
  /// Throws std::runtime_error when ca_file cannot be read.
  Client(std::vector<async::Loop*> const& loops, ClientOptions options, base::RedisMetrics& metrics,
         base::Logger log);
  ~Client();
  Client(Client const&) = delete;
  Client& operator=(Client const&) = delete;

  /// Any thread, once, and the loops run or will.
  void start();
  /// Any thread; done() tells when nothing of it runs any more.
  void stop();
  bool done() const { return running_ == 0; }

  /// Up while every loop's connection is ready. Any thread.
  bool up() const { return up_; }
  /// On that loop.
  Connection& on(async::Loop& loop) const;

 private:
  struct Place {
    async::Loop* loop;
    std::unique_ptr<Connection> connection;
    bool ready = false;
    bool was_ready = false;
  };
  void changed(Place& place, Result<void> const& state);
  void await_end(Place& place);

  ClientOptions const options_;
  base::RedisMetrics& metrics_;
  base::Logger const log_;
  net::Resolver resolver_;
  std::unique_ptr<net::TlsContext> tls_;
  std::vector<std::unique_ptr<Place>> places_;
  std::atomic<std::size_t> running_ = 0;
  std::atomic<bool> up_ = false;
  std::mutex mutex_;  // guards what follows and each Place's ready
  bool told_ = false;
  std::string reason_;
};

}  // namespace rampart::redis
