// Asking the client, in a result (2026-07-28) with the state sealed, or by requests (older
// revisions).
#pragma once
#include <string>
#include <vector>

#include "crypto/sealer.hpp"
#include "server/call_state.hpp"

namespace rampart::server {

/// What a sealed state belongs to: it opens only for the same principal, method, name and
/// arguments. `arguments_digest` is SHA-256 over their canonical text.
std::string state_binding(std::string_view principal, std::string_view method,
                          std::string_view name, std::string_view arguments_digest);

/// Members of an InputRequiredResult.
std::string input_required_members(std::vector<Ask> const& asks, std::string const& sealed_state);

/// Errors: invalid_params when it would pass `max_bytes`.
Result<std::string> seal_state(crypto::Sealer const& sealer, std::string_view binding,
                               CallState::Kept const& kept,
                               std::chrono::system_clock::time_point expires,
                               std::size_t max_bytes);
/// Errors: state_rejected, whatever is wrong with it.
Result<CallState::Kept> open_state(crypto::Sealer const& sealer, std::string_view binding,
                                   std::string_view sealed,
                                   std::chrono::system_clock::time_point now);

/// Puts params.inputResponses into the state. Errors: invalid_params.
Result<void> take_input_responses(Node params, CallState& state);

}  // namespace rampart::server
