#include "transport/cors.hpp"

namespace rampart::transport {

bool is_preflight(http::Head const& head) {
  return head.method() == "OPTIONS" && head.header("Origin") &&
         head.header("Access-Control-Request-Method");
}

http::Response answer_preflight(http::Head const& head) {
  auto response = http::empty_response(204);
  response.headers = cors_headers(head);
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, DELETE");
  // Mcp-Param-* are any names, so the page gets what it asks for.
  if (auto const wanted = head.header("Access-Control-Request-Headers"))
    response.headers.emplace_back("Access-Control-Allow-Headers", *wanted);
  response.headers.emplace_back("Access-Control-Max-Age", "7200");  // s; browsers allow no more
  return response;
}

http::HeaderLines cors_headers(http::Head const& head) {
  auto const origin = head.header("Origin");
  if (!origin) return {};
  return {{"Access-Control-Allow-Origin", std::string(*origin)},
          {"Access-Control-Expose-Headers",
           "Mcp-Session-Id, X-Request-Id, Retry-After, WWW-Authenticate"},
          {"Vary", "Origin"}};
}

}  // namespace rampart::transport
