// What surrounds every request, whatever its method and transport.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "server/call.hpp"

namespace rampart::server {

struct Refusal {
  Error error;
  std::optional<std::chrono::milliseconds> retry_after = {};
};

/// A synchronous step around a request. leave runs exactly once for every stage that was entered,
/// in reverse order, on every path: result, error, refusal by a later stage, cancel, exception. Any
/// loop's thread.
class Stage {
 public:
  virtual ~Stage() = default;
  /// A Refusal ends the request here.
  virtual std::optional<Refusal> enter(Call& call) = 0;
  virtual void leave(Call const& call, Reply const& reply) = 0;
};

/// First listed: outermost.
using Pipeline = std::vector<std::unique_ptr<Stage>>;

}  // namespace rampart::server
