// What an upstream says on the way to its answer, in the client's words.
#pragma once
#include <string_view>

#include "server/call.hpp"
#include "server/call_state.hpp"

namespace rampart::gateway {

/// `params` of a notifications/progress of the upstream's leg.
void forward_progress(std::string_view params, server::CallState& state);
/// `params` of a notifications/message.
void forward_log(std::string_view params, server::CallState& state);

/// Is the failure that of an upstream which could not answer? A withdrawn or wrong call is not.
bool stands_in_for(Error const& failure);
/// An operator's `text` in the place of the answer: a tool's failure, so that nobody takes it for
/// one or keeps it. `_meta` says what it is, and after how many milliseconds to try again.
server::Rendered fallback_result(std::string_view text, Error const& failure);

}  // namespace rampart::gateway
