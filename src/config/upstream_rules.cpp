#include "config/upstream_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "config/value.hpp"

namespace rampart::config {
namespace {

bool is_word(std::string_view text, std::string_view besides) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return std::isalnum(c) || besides.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_http_url(std::string_view url) {
  auto const scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  auto const name = lower(url.substr(0, scheme));
  auto const rest = url.substr(scheme + 3);
  auto const authority = rest.substr(0, rest.find_first_of("/?#"));
  return (name == "http" || name == "https") && !authority.empty() &&
         authority.find('@') == std::string_view::npos &&
         url.find_first_of("# \t\r\n") == std::string_view::npos;
}

std::string broken_kind_rule(Upstream const& upstream, bool type_given) {
  bool const child = !upstream.command.empty(), http = !upstream.url.empty();
  if (child && http) return "has a command and a url: it needs one of them";
  if (!child && !http) return "needs a command or a url";
  bool const stdio = upstream.kind == UpstreamKind::stdio;
  if (type_given && stdio && !child) return "is of type stdio, which needs a command";
  if (type_given && !stdio && !http) return "has a type that needs a url";
  if (http && !is_http_url(upstream.url))
    return "its url must begin with http:// or https:// and name a host, without user and fragment";
  bool const child_keys = !upstream.args.empty() || !upstream.env.empty() || !upstream.cwd.empty();
  if (http && child_keys) return "has a url: args, env and cwd belong to a command";
  if (child && !upstream.headers.empty()) return "has a command: headers belong to a url";
  return {};
}

}  // namespace

std::string_view broken_name_rule(std::string_view name) {
  return name.size() <= 64 && is_word(name, "_-")
             ? ""
             : "a server's name must be 1 to 64 letters, digits, _ or -";
}

std::string_view broken_variable_rule(std::string_view name) {
  constexpr std::string_view not_in_names("=\0", 2);
  return !name.empty() && name.find_first_of(not_in_names) == std::string_view::npos
             ? ""
             : "is not the name of an environment variable";
}

std::string_view broken_header_rule(std::string_view name) {
  if (!is_word(name, "!#$%&'*+-.^_`|~")) return "is not the name of a header";
  constexpr std::array<std::string_view, 11> ours{
      "accept",     "connection", "content-length", "content-type",      "expect", "host",
      "keep-alive", "te",         "trailer",        "transfer-encoding", "upgrade"};
  auto const low = lower(name);
  bool const protocol = low.starts_with("mcp-") || low == "last-event-id";
  return protocol || std::find(ours.begin(), ours.end(), low) != ours.end()
             ? "is a header that Rampart writes itself"
             : "";
}

std::string_view broken_header_value_rule(std::string_view value) {
  return std::all_of(value.begin(), value.end(),
                     [](unsigned char c) { return c >= 0x20 && c != 0x7f; })
             ? ""
             : "must be text without line ends and control characters";
}

std::string broken_rule(Upstream const& upstream, bool type_given) {
  if (auto rule = broken_kind_rule(upstream, type_given); !rule.empty()) return rule;
  auto const& times = upstream.timeouts;
  if (std::min({times.handshake, times.call, times.ask, times.probe}).count() == 0)
    return "no time of timeouts may be 0";
  if (times.call_max < times.call) return "timeouts.call_max must not be less than timeouts.call";
  if (upstream.limits.max_in_flight < upstream.limits.min_in_flight)
    return "limits.max_in_flight must not be less than limits.min_in_flight";
  if (upstream.retry.max < upstream.retry.min) return "retry.max must not be less than retry.min";
  if (upstream.breaker.recovery_max < upstream.breaker.recovery)
    return "breaker.recovery_max must not be less than breaker.recovery";
  return {};
}

bool sounds_secret(std::string_view name) {
  auto const low = lower(name);
  constexpr std::array<std::string_view, 9> parts{"key",  "token",      "secret", "pass",   "auth",
                                                  "cred", "connection", "cookie", "private"};
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return low.find(part) != std::string::npos; });
}

void add_secret(Upstream& upstream, std::string_view value) {
  auto const keep = [&](std::string_view text) {
    auto const known =
        std::find(upstream.secrets.begin(), upstream.secrets.end(), text) != upstream.secrets.end();
    if (text.size() >= min_masked_chars && !known) upstream.secrets.emplace_back(text);
  };
  keep(value);
  auto const space = value.find(' ');
  if (space != std::string_view::npos) keep(value.substr(space + 1));
}

std::string masked(Upstream const& upstream, std::string text) {
  constexpr std::string_view mask = "***";
  auto secrets = upstream.secrets;
  std::sort(secrets.begin(), secrets.end(),
            [](auto const& a, auto const& b) { return a.size() > b.size(); });
  for (auto const& secret : secrets) {
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), mask);
      at += mask.size();
    }
  }
  return text;
}

std::string masked_url(std::string_view url) {
  auto const query = url.find('?');
  auto out = mask_url(url.substr(0, query));
  return query == std::string_view::npos ? out : out + "?***";
}

}  // namespace rampart::config
