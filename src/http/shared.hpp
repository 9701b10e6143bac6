// What all loops of one server share: the handler, the limits and a few counters.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>

#include "http/body.hpp"
#include "http/exchange.hpp"
#include "http/limits.hpp"

namespace rampart::http {

/// Told of every exception that leaves Handler::handle, on the connection's loop. `head` is null if
/// the handler had forgotten its request.
using ExceptionHook = std::function<void(std::exception_ptr error, Head const* head)>;

/// Any thread, except where said.
struct Shared {
  Shared(Handler& h, Limits const& l, ExceptionHook hook)
      : handler(h), limits(l), budget(l.body_budget_bytes), on_exception(std::move(hook)) {}

  /// Listeners and sockets that keep the server from being empty.
  void hold() { holders.fetch_add(1, std::memory_order_relaxed); }
  void release() {
    if (holders.fetch_sub(1, std::memory_order_acq_rel) == 1 && on_empty) on_empty();
  }

  Handler& handler;
  Limits const limits;
  BodyBudget budget;
  ExceptionHook const on_exception;
  std::function<void()> on_empty;  ///< set before the first listener
  std::atomic<std::size_t> holders{0};
  std::atomic<std::size_t> open{0};      ///< connections
  std::atomic<std::size_t> refusing{0};  ///< sockets over the limit that are being told so
  std::atomic<std::uint64_t> refused_connections{0};
  std::atomic<bool> draining{false};
  std::atomic<bool> closing_idle{false};  ///< close_idle was called while draining
  std::atomic<bool> cancelled{false};     ///< cancel_all was called
};

}  // namespace rampart::http
