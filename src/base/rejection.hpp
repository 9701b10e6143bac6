// Why a request was refused before its method was looked at.
#pragma once
#include <cstddef>
#include <functional>
#include <string_view>

namespace rampart::base {

/// Values of `reason` of mcp_rejected_total and of the access log's `rejected` lines.
enum class Rejection { origin, host, size, header, parse, rate, overload, auth };
inline constexpr std::size_t rejection_count = 8;

std::string_view to_string(Rejection reason);

/// Counts and logs what never reached the dispatcher. `status`: the answer's, of HTTP, or the
/// JSON-RPC code.
using Rejected = std::function<void(Rejection, int status, std::string_view request_id,
                                    std::string_view client_address)>;

}  // namespace rampart::base
