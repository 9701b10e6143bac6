// Runs coroutines on a loop in the test's thread until they end; a hang fails the test after 20
// seconds.
#pragma once
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "async/loop.hpp"
#include "async/spawn.hpp"
#include "http_client/client.hpp"
#include "net/resolver.hpp"
#include "net/tls_context.hpp"

namespace rampart::http_client::test {

using namespace net;

inline constexpr std::chrono::seconds hang_limit{20};

class LoopRunner {
 public:
  /// Turns the loop until `done` says so.
  void run_until(std::function<bool()> done) {
    auto const end = std::chrono::steady_clock::now() + hang_limit;
    while (!done() && std::chrono::steady_clock::now() < end) {
      loop.context().restart();
      loop.context().run_one_for(std::chrono::milliseconds(20));
      loop.sweep();
    }
    EXPECT_TRUE(done()) << "nothing happened in time";
  }
  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    async::spawn(loop, tasks, "test", store<T>(std::move(task), &result));
    run_until([&] { return result.has_value(); });
    return std::move(*result);
  }
  /// The result appears in `*to` when the task ends.
  template <class T>
  void start(Task<T> task, std::optional<T>* to) {
    async::spawn(loop, tasks, "test", store<T>(std::move(task), to));
  }
  base::Steady::time_point soon() const { return loop.now() + hang_limit; }

  async::Loop loop;
  async::TaskGroup tasks;

 private:
  template <class T>
  static Task<void> store(Task<T> task, std::optional<T>* to) {
    T value = co_await std::move(task);
    to->emplace(std::move(value));
  }
};

/// A whole response, read to its end.
struct Whole {
  int status = 0;
  ResponseHead head;
  std::string body;
  std::optional<Error> error;  ///< of the request or the body
  bool sent = true;
  bool got_head = false;
};

inline Task<Whole> fetch(Client* client, Request request, base::Steady::time_point deadline) {
  Whole whole;
  Answer answer = co_await client->send(std::move(request), deadline);
  if (!answer) {
    whole.error = answer.error().error;
    whole.sent = answer.error().sent;
    co_return whole;
  }
  whole.got_head = true;
  whole.head = (*answer)->head();
  whole.status = whole.head.status;
  for (;;) {
    Result<std::string> const bytes = co_await (*answer)->read();
    if (!bytes) whole.error = bytes.error();
    if (!bytes || bytes->empty()) co_return whole;
    whole.body += *bytes;
  }
}

inline Request get(std::string target = "/mcp") {
  Request request;
  request.method = "GET";
  request.target = std::move(target);
  return request;
}

inline Request post(std::string body, std::string target = "/mcp") {
  Request request;
  request.target = std::move(target);
  request.body = std::move(body);
  return request;
}

}  // namespace rampart::http_client::test
