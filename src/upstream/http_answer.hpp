// What an HTTP answer that is no success means for a request, in words for the operator.
#pragma once
#include <string>
#include <string_view>

#include "http_client/client.hpp"
#include "upstream/link.hpp"

namespace rampart::upstream {

/// True when `json` answers this request, alone or in a batch: then nothing more of the request
/// comes. An error without an id counts, since it came on the request's own stream.
bool answers_request(std::string_view json, std::int64_t request);

/// Why an answer with this status is none to a JSON-RPC request. Nothing of the answer gets into
/// the message; its beginning and the target of a redirect go to the detail, but never what a
/// refusal of credentials says.
Broken refusal(http_client::ResponseHead const& head, std::string_view body);

/// An answer that is how servers in the field say that they know the session no more: 404 as the
/// protocol has it, or 400 with the official SDK's error -32000 about a session.
bool says_session_is_lost(int status, std::string_view body);

}  // namespace rampart::upstream
