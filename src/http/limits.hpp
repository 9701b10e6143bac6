// Every bound of the HTTP server that a peer can push against, with its unit and default.
#pragma once
#include <chrono>
#include <cstddef>

namespace rampart::http {

struct Limits {
  /// Bytes of a request head, from the request line through the blank line. One more: 431.
  std::size_t header_bytes = 32 * 1024;
  /// Header lines of a request. One more: 431.
  std::size_t header_count = 100;
  /// How long a connection may stay open between requests. Then it is closed without a word.
  std::chrono::milliseconds idle_timeout{75'000};
  /// From the first byte of a head to its last. Then 408.
  std::chrono::milliseconds head_timeout{10'000};
  /// How long a body may take to bring its next body_progress_bytes, or its end. Then 408.
  std::chrono::milliseconds body_timeout{30'000};
  /// Bytes of a body that must arrive within each body_timeout.
  std::size_t body_progress_bytes = 64 * 1024;
  /// How long the peer may leave its receive window full. Then the connection is closed.
  std::chrono::milliseconds write_timeout{30'000};
  /// How long a refused peer may take to read the refusal before the connection is closed.
  std::chrono::milliseconds linger_timeout{2'000};
  /// Bytes read ahead while a request is being answered; more stay in the kernel.
  std::size_t pipeline_bytes = 64 * 1024;
  /// Open connections, over all loops. Further ones: 503 and close.
  std::size_t max_connections = 10'000;
  /// Refused connections that may be open at once to read their 503. Further ones are closed at
  /// once.
  std::size_t max_refusals = 256;
  /// Bytes of request bodies held at once by the whole process. A request that would pass it: 503.
  std::size_t body_budget_bytes = 256 * 1024 * 1024;
};

}  // namespace rampart::http
