#include "protocol/error_table.hpp"

#include "json/write.hpp"

namespace rampart::protocol {

std::string_view name(Status status) {
  switch (status) {
    case Status::success:
      return "success";
    case Status::tool_error:
      return "tool_error";
    case Status::error:
      return "error";
    case Status::rejected:
      return "rejected";
    case Status::cancelled:
      return "cancelled";
  }
  return "error";
}

// Codes of our own are positive and read like HTTP's; the specification reserves -32768…-32000.
ErrorRow const& row(Errc code) {
  using S = Status;
  // clang-format off
  static constexpr ErrorRow
    parse_error        {-32700, -32700, 400, S::rejected,  "parse_error"},
    invalid_request    {-32600, -32600, 400, S::rejected,  "invalid_request"},
    method_not_found   {-32601, -32601, 404, S::error,     "method_not_found"},
    invalid_params     {-32602, -32602, 200, S::error,     "invalid_params"},
    header_mismatch    {-32020, -32600, 400, S::rejected,  "header_mismatch"},
    unsupported_version{-32022, -32600, 400, S::rejected,  "unsupported_version"},
    missing_capability {-32021, -32600, 400, S::error,     "missing_capability"},
    not_found          {-32602, -32602, 200, S::error,     "not_found"},
    resource_not_found {-32602, -32002, 200, S::error,     "resource_not_found"},
    session_not_found  {-32600, -32600, 404, S::rejected,  "session_not_found"},
    state_rejected     {-32602, -32602, 200, S::error,     "state_rejected"},
    denied             {-32602, -32602, 200, S::error,     "denied"},
    rate_limited       {429,    429,    429, S::rejected,  "rate_limited"},
    overloaded         {503,    503,    503, S::rejected,  "overloaded"},
    deadline           {504,    504,    200, S::error,     "deadline"},
    cancelled          {499,    499,    200, S::cancelled, "cancelled"},
    declined           {-32603, -32603, 200, S::error,     "declined"},
    needs_input        {-32603, -32603, 200, S::error,     "internal"},
    tool_failed        {-32603, -32603, 200, S::error,     "tool_failed"},
    unavailable        {502,    502,    200, S::error,     "unavailable"},
    circuit_open       {503,    503,    503, S::error,     "circuit_open"},
    delivery_unknown   {424,    424,    200, S::error,     "delivery_unknown"},
    relayed            {-32603, -32603, 200, S::error,     "relayed"},
    internal           {-32603, -32603, 200, S::error,     "internal"};
  // clang-format on
  switch (code) {
    case Errc::parse_error:
      return parse_error;
    case Errc::invalid_request:
      return invalid_request;
    case Errc::method_not_found:
      return method_not_found;
    case Errc::invalid_params:
      return invalid_params;
    case Errc::header_mismatch:
      return header_mismatch;
    case Errc::unsupported_version:
      return unsupported_version;
    case Errc::missing_capability:
      return missing_capability;
    case Errc::not_found:
      return not_found;
    case Errc::resource_not_found:
      return resource_not_found;
    case Errc::session_not_found:
      return session_not_found;
    case Errc::state_rejected:
      return state_rejected;
    case Errc::denied:
      return denied;
    case Errc::rate_limited:
      return rate_limited;
    case Errc::overloaded:
      return overloaded;
    case Errc::deadline:
      return deadline;
    case Errc::cancelled:
      return cancelled;
    case Errc::declined:
      return declined;
    case Errc::needs_input:
      return needs_input;
    case Errc::tool_failed:
      return tool_failed;
    case Errc::unavailable:
      return unavailable;
    case Errc::circuit_open:
      return circuit_open;
    case Errc::delivery_unknown:
      return delivery_unknown;
    case Errc::relayed:
      return relayed;
    case Errc::internal:
      return internal;
  }
  return internal;
}

void append_error(std::string& out, RequestId const& id, Error const& error, Version version) {
  out += R"({"jsonrpc":"2.0",)";
  if (id.present() || !has_optional_error_id(version)) {
    out += R"("id":)";
    id.append(out);
    out += ',';
  }
  out += R"("error":{"code":)";
  json::append_int(out, json_rpc_code(error, version));
  out += R"(,"message":)";
  json::append_string(out, error.message);
  if (!error.data.empty()) {
    out += R"(,"data":)";
    out += error.data;
  }
  out += "}}";
}

Error unsupported_version(std::string_view requested) {
  std::string data = R"({"supported":)";
  data += modern_versions_json;
  data += R"(,"requested":)";
  json::append_string(data, requested);
  data += '}';
  return Error(Errc::unsupported_version,
               "protocol version not supported here; served with _meta: 2026-07-28, by initialize: "
               "2025-11-25, 2025-06-18, 2025-03-26, 2024-11-05",
               {}, std::move(data));
}

Error missing_capability(std::string_view what, std::string capabilities_json) {
  return Error(Errc::missing_capability,
               "the client did not declare a capability this request needs: " + std::string(what),
               {}, R"({"requiredCapabilities":)" + capabilities_json + "}");
}

}  // namespace rampart::protocol
