// Questions of upstreams to the user, and the answers, between the eras: in 2026-07-28 they travel
// in results and retried requests (basic/patterns/mrtr), before as requests and responses of their
// own.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/version.hpp"
#include "rampart/client.hpp"
#include "rampart/error.hpp"

namespace rampart::protocol {

/// One question of an upstream.
struct InputRequest {
  std::string key;     ///< the upstream's
  std::string method;  ///< elicitation/create, sampling/createMessage or roots/list
  std::string params;  ///< JSON object, "{}" when the upstream gave none
};
struct InputRequired {
  std::vector<InputRequest> requests;
  std::optional<std::string> request_state;  ///< to be sent back as it is, and only if it came
};

/// Questions in one result, and the size of its state.
inline constexpr std::size_t max_input_requests = 64;
inline constexpr std::size_t max_request_state_bytes = 64 * 1024;

/// What a result asks, or nothing when it is a complete one. Errors: unavailable when it claims to
/// ask and is not of that shape.
Result<std::optional<InputRequired>> read_input_required(std::string_view result);

/// elicitation/create, sampling/createMessage or roots/list.
bool is_question(std::string_view method);

/// What a client has to have declared to be asked this; null when it has. An URL is asked for by
/// params.mode. The text is of ClientCapabilities' shape, as missing_capability() wants it.
std::optional<std::string> lacking_capability(InputRequest const& request,
                                              ClientCapabilities const& capabilities);

/// params of a question for a client of another revision: `mode` only where the revision has it, a
/// legacy URL elicitation gets `elicitation_id`, a modern one has none. The _meta of legacy
/// questions (progress tokens, tasks) belongs to their leg and is left out.
std::string translate_question(std::string_view method, std::string_view params, Version client,
                               std::string_view elicitation_id);

/// A client's answer, in either era an object: checked as far as the other side needs. Errors:
/// invalid_params naming the rule (an elicitation without a known action, a sampling result without
/// content, roots without a list).
Result<std::string> translate_answer(std::string_view method, std::string_view answer);

/// A legacy client answered a question with an error. A modern upstream has no word for that: an
/// elicitation counts as cancelled, `{"action":"cancel"}`. Errors: declined for the other
/// questions: the call cannot go on.
Result<std::string> answer_of_error(std::string_view method, std::string_view error);

}  // namespace rampart::protocol
