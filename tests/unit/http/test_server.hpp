// A server on its own threads and a handler that tests script, for tests that talk through real
// sockets.
#pragma once
#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "async/loop.hpp"
#include "http/server.hpp"

namespace rampart::http::test {

/// Routes by path. Unscripted paths answer 200 with "METHOD PATH BODY".
class ScriptedHandler : public Handler {
 public:
  using Script = std::function<Task<void>(Exchange&)>;

  std::optional<Response> admit(Head const& head, std::string_view peer,
                                ClientRef& client) override;
  std::size_t body_limit(Head const&) override { return limit; }
  Task<void> handle(Exchange& exchange) override;
  void refused(Refusal why, Head const*, Response& response, std::string_view peer) override;

  /// Before the server runs.
  void on(std::string path, Script script) { scripts_[std::move(path)] = std::move(script); }

  std::size_t limit = 1 << 20;  // bytes of a body
  std::function<std::optional<Response>(Head const&)> admitting;
  std::function<ClientRef(Head const&)> recognising;
  /// What refused() was told, in order.
  std::vector<Refusal> refusals() const;
  std::string last_peer() const;

 private:
  std::map<std::string, Script> scripts_;
  mutable std::mutex mutex_;
  std::vector<Refusal> refusals_;
  std::string last_peer_;
};

/// Something that happened on another thread. Waits up to 10 seconds.
class Signal {
 public:
  void set();
  bool wait();
  bool is_set() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

class TestServer {
 public:
  explicit TestServer(ScriptedHandler& handler, Limits limits = {}, unsigned loops = 1,
                      ExceptionHook hook = {}, std::string_view address = "127.0.0.1");
  ~TestServer();
  std::uint16_t port() const { return port_; }
  Server& operator*() { return *server_; }
  Server* operator->() { return server_.get(); }
  async::Loop& loop(std::size_t i = 0) { return *loops_[i]; }
  /// Set when nothing listens any more and the last connection has ended.
  Signal empty;
  /// Waits until the server counts so many connections; false after 10 seconds.
  bool wait_for_connections(std::size_t count);

 private:
  std::vector<std::unique_ptr<async::Loop>> loops_;
  std::unique_ptr<Server> server_;
  std::vector<std::thread> threads_;
  std::uint16_t port_ = 0;
};

}  // namespace rampart::http::test
