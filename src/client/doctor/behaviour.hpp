// How a server takes what it should refuse, and whether it lets go of what is taken back. Tools run
// only if they say that they are read-only.
#pragma once
#include "client/doctor/findings.hpp"
#include "client/doctor/subject.hpp"
#include "client/lists.hpp"

namespace rampart::client {

/// Adds `unknown-method`, `malformed-line`, and with tools `unknown-tool` and `wrong-arguments`.
/// Opens the session again after each that the server did not survive.
Task<void> examine_bad_input(Subject& subject, Lists const& lists, Findings& findings);

/// Adds `cancellation`: runs read-only tools that need no arguments, and takes the slowest back.
Task<void> examine_cancellation(Subject& subject, Lists const& lists, Findings& findings);

}  // namespace rampart::client
