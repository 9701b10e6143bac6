// `rampart doctor`: is this server fit to be put in production? Looks at everything that can be
// seen from outside without running anything that changes the world.
#pragma once
#include <optional>

#include "client/console.hpp"
#include "client/doctor/lifecycle.hpp"
#include "client/session.hpp"

namespace rampart::client {

/// A handshake that takes longer is worth a remark.
inline constexpr std::chrono::milliseconds slow_handshake{5'000};
/// Of stderr, in the first conversation.
inline constexpr std::uint64_t much_stderr_bytes = 64 << 10;

/// Prints a report. `startable`: of a command; nullopt for an URL. Status::tool_failed: there are
/// problems; unreachable, timeout, protocol: there was no conversation.
Task<Status> examine(async::Loop& loop, upstream::LinkFactory& links, Target target,
                     std::optional<Startable> startable, Console const& console,
                     std::string client_version);

}  // namespace rampart::client
