#include "upstream/http_answer.hpp"

#include <algorithm>

#include "upstream/message.hpp"

namespace rampart::upstream {
namespace {
constexpr std::size_t excerpt_bytes = 200;
constexpr int sdks_connection_error = -32000;

bool is_answer(std::string_view json, std::int64_t request) {
  auto const message = read_message(json);
  if (!message || message->kind != Message::Kind::response) return false;
  bool const anonymous = message->id.empty() || message->id == "null";
  return anonymous ? !message->error.empty() : integer_of(message->id) == request;
}

std::string status_text(int status) { return " (HTTP " + std::to_string(status) + ")"; }

std::string reason(int status) {
  if (status >= 200 && status < 300) return "the upstream's answer is no JSON-RPC message";
  if (status >= 300 && status < 400)
    return "the upstream answers with a redirect, which is not followed: configure its final URL";
  if (status == 401 || status == 403)
    return "the upstream does not accept the credentials that this gateway is configured with";
  if (status == 404)
    return "the upstream serves nothing at the configured URL; most serve MCP at the path /mcp";
  if (status == 429) return "the upstream limits the rate of this gateway's requests";
  return "the upstream failed";
}
}  // namespace

bool answers_request(std::string_view json, std::int64_t request) {
  auto const first = json.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || json[first] != '[') return is_answer(json, request);
  auto const items = batch_items(json);
  return items &&
         std::ranges::any_of(*items, [request](auto item) { return is_answer(item, request); });
}

Broken refusal(http_client::ResponseHead const& head, std::string_view body) {
  Broken broken;
  broken.http_status = head.status;
  broken.error = Error(Errc::unavailable, reason(head.status) + status_text(head.status));
  bool const about_credentials = head.status == 401 || head.status == 403;
  if (auto const to = head.find("Location"))
    broken.error.detail = "Location: " + std::string(*to);
  else if (!about_credentials)
    broken.error.detail = body.substr(0, excerpt_bytes);
  return broken;
}

bool says_session_is_lost(int status, std::string_view body) {
  if (status == 404) return true;
  auto const message = status == 400 ? read_message(body) : fail(Errc::invalid_request, "");
  auto const error = message ? read_error(message->error) : std::nullopt;
  if (!error || error->code != sdks_connection_error) return false;
  return error->message.find("session") != std::string::npos ||
         error->message.find("Session") != std::string::npos ||
         error->message.find("not initialized") != std::string::npos;
}

}  // namespace rampart::upstream
