// What a client is given in the place of an answer that an upstream could not give.
#pragma once
#include <string_view>

#include "server/call.hpp"

namespace rampart::gateway {

/// An operator's `text`, as a tool's failure, so that nobody takes it for an answer or keeps it.
/// `_meta` says what it is, and after how many milliseconds to try again.
server::Rendered fallback_result(std::string_view text, Error failure);

}  // namespace rampart::gateway
