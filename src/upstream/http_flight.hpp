// One message or stream that is under way over HTTP, whatever it waits for, and how it is stopped.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "async/loop.hpp"
#include "http_client/client.hpp"
#include "rampart/task.hpp"

namespace rampart::upstream {

/// Shared by the coroutine that runs it and the link that may stop it. Loop thread only.
struct Flight {
  explicit Flight(std::int64_t id) : request(id), lingering([this] { halt(); }) {}
  /// What it waits for ends; its coroutine looks at `stopped` and says no more.
  void stop() {
    stopped = true;
    halt();
  }
  void halt() {
    if (auto const end = wait_end) end();
  }

  /// From now on this response is what is waited for.
  void wait_for(std::shared_ptr<http_client::Response> const& response);

  std::int64_t const request;      ///< 0: no request
  std::function<void()> wait_end;  ///< ends what is being waited for
  bool stopped = false;
  bool answered = false;
  bool opens_session = false;  ///< it is initialize
  std::string last_id;         ///< of its stream's events
  std::optional<std::chrono::milliseconds> retry;
  async::Deadline lingering;  ///< of a stream that goes on after its answer
};

/// Until `delay` has passed, or the flight is stopped.
Task<void> pause(async::Loop& loop, std::shared_ptr<Flight> flight,
                 std::chrono::milliseconds delay);

/// The rest of a body. Errors: unavailable, also for more than `at_most` bytes; cancelled.
Task<Result<std::string>> read_all(std::shared_ptr<http_client::Response> response,
                                   std::size_t at_most);

}  // namespace rampart::upstream
