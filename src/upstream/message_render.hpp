// Messages to an upstream as JSON text.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/version.hpp"
#include "upstream/exchange.hpp"

namespace rampart::upstream {

/// A request with the _meta of the revision: modern ones say who asks and what it can do.
/// `client_info` is an Implementation object.
std::string render_request(std::int64_t id, Request const& request, protocol::Version version,
                           std::string_view client_info);
/// `members` of params, without braces; params are left out when there are none.
std::string render_notification(std::string_view method, std::string_view members);
/// `id` is JSON text; `json` a result object or an error object.
std::string render_answer(std::string_view id, std::string_view json, bool is_error);
/// A JSON-RPC error object.
std::string render_error(int code, std::string_view message);
/// ClientCapabilities of the revision.
std::string render_capabilities(ClientCapabilities const& capabilities, protocol::Version version);
/// Members of params of notifications/cancelled.
std::string render_cancel(std::int64_t request, std::string_view reason);

}  // namespace rampart::upstream
