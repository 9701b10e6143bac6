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

}  // namespace rampart::gateway
