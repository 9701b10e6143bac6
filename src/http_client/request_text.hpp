// A request as bytes (RFC 9112 section 3).
#pragma once
#include <string>

#include "http_client/client.hpp"

namespace rampart::http_client {

/// Errors: invalid_params for a method, target or header that would not be one line of its kind, or
/// that is ours.
Result<std::string> request_text(Request const& request, Url const& url);

}  // namespace rampart::http_client
