#include "http_client/request_text.hpp"

#include <algorithm>

#include "http_client/ascii.hpp"

namespace rampart::http_client {
namespace {
// RFC 9110 section 5.5: visible characters, inner white space and, from old, bytes above ASCII.
bool is_value(std::string_view text) {
  return std::ranges::all_of(text,
                             [](unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7f); });
}

bool is_target(std::string_view text) {
  return text.starts_with('/') &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_ours(std::string_view name) {
  for (std::string_view const ours : {"Host", "Content-Length", "Connection", "Transfer-Encoding"})
    if (same_ignoring_case(name, ours)) return true;
  return false;
}
}  // namespace

Result<std::string> request_text(Request const& request, Url const& url) {
  if (!is_token(request.method)) return fail(Errc::invalid_params, "the HTTP method is no token");
  if (!is_target(request.target)) return fail(Errc::invalid_params, "the HTTP target is no path");
  std::string text =
      request.method + " " + request.target + " HTTP/1.1\r\nHost: " + url.authority() + "\r\n";
  for (auto const& [name, value] : request.headers) {
    if (!is_token(name) || is_ours(name) || !is_value(value))
      return fail(Errc::invalid_params,
                  "the header " + (is_token(name) ? name : "") + " cannot be sent");
    text.append(name).append(": ").append(value).append("\r\n");
  }
  if (!request.body.empty() || request.method == "POST")
    text.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  text.append("\r\n").append(request.body);
  return text;
}

}  // namespace rampart::http_client
