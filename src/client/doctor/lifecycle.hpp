// How a server ends: when nobody writes to it any more, and when it is told to.
#pragma once
#include "client/doctor/findings.hpp"
#include "process/child.hpp"
#include "process/spawner.hpp"
#include "protocol/version.hpp"
#include "rampart/task.hpp"

namespace rampart::client {

inline constexpr std::chrono::milliseconds end_of_input_limit{2'000};
inline constexpr std::chrono::milliseconds term_limit{5'000};
inline constexpr std::chrono::milliseconds straggler_limit{500};  ///< for children to follow

/// A command as it is started, and by what.
struct Startable {
  process::Spawner& spawner;
  process::Command command;
};

/// Adds `end-of-input`, `sigterm` and `children`; starts the server twice.
Task<void> examine_lifecycle(async::Loop& loop, Startable& startable, protocol::Version version,
                             std::chrono::milliseconds handshake_limit, Findings& findings);

}  // namespace rampart::client
