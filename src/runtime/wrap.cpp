#include "runtime/wrap.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "config/upstream_rules.hpp"
#include "process/command_path.hpp"
#include "runtime/upstream_links.hpp"

namespace rampart::runtime {
namespace {

/// Programs that run what their first argument names.
constexpr std::array<std::string_view, 12> runners{
    "npx", "node", "uvx", "uv", "python", "python3", "bunx", "bun", "deno", "docker", "sh", "bash"};
constexpr std::size_t max_name = 64;

std::string_view base_name(std::string_view path) {
  auto const slash = path.find_last_of('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// Without scope, version and file ending.
std::string plain(std::string_view word) {
  word = base_name(word);
  if (auto const at = word.find('@', 1); at != std::string_view::npos) word = word.substr(0, at);
  for (std::string_view ending : {".js", ".mjs", ".cjs", ".ts", ".py", ".sh"})
    if (word.ends_with(ending)) word.remove_suffix(ending.size());
  std::string out(word.substr(0, max_name));
  std::ranges::replace_if(
      out, [](unsigned char c) { return !std::isalnum(c) && c != '-' && c != '_'; }, '-');
  return out;
}

bool is_url(std::string_view word) {
  return word.starts_with("http://") || word.starts_with("https://");
}

/// "mcp-example-com" of https://mcp.example.com:8443/mcp.
std::string name_of_url(std::string_view url) {
  auto const host = url.substr(url.find("//") + 2);
  return plain(host.substr(0, host.find_first_of(":/?")));
}

}  // namespace

std::string name_of_command(std::vector<std::string> const& command) {
  if (command.empty()) return "upstream";
  auto name = plain(command.front());
  if (std::ranges::find(runners, base_name(command.front())) != runners.end())
    for (std::size_t i = 1; i < command.size(); ++i) {
      auto const& word = command[i];
      if (word.starts_with('-') || word == "run" || word == "exec") continue;
      name = plain(word);
      break;
    }
  return name.empty() ? "upstream" : name;
}

config::Upstream wrapped_upstream(std::vector<std::string> const& command, std::string name,
                                  std::vector<std::string> const& environment) {
  config::Upstream out;
  out.name = std::move(name);
  if (out.name.empty())
    out.name = is_url(command.front()) ? name_of_url(command.front()) : name_of_command(command);
  if (is_url(command.front())) {
    out.kind = config::UpstreamKind::streamable_http;
    out.url = command.front();
  } else {
    out.command = command.front();
  }
  out.args.assign(command.begin() + 1, command.end());
  for (auto const& entry : environment) {
    auto const equals = entry.find('=');
    auto const key = entry.substr(0, equals);
    if (equals != std::string::npos)
      out.env[key] = entry.substr(equals + 1);
    else if (char const* const value = std::getenv(key.c_str()))
      out.env[key] = value;
  }
  for (auto const& [key, value] : out.env)
    if (config::sounds_secret(key)) config::add_secret(out, value);
  return out;
}

Result<void> check_wrapped(config::Upstream const& upstream) {
  if (auto const rule = config::broken_name_rule(upstream.name); !rule.empty())
    return fail(Errc::invalid_params, std::string(rule) + "; --name chooses one");
  if (auto const rule = config::broken_rule(upstream, true); !rule.empty())
    return fail(Errc::invalid_params, "the server to wrap: " + rule);
  if (!upstream.url.empty()) return {};
  auto const found = process::find_program(command_of(upstream, inherited_environment(environ)));
  if (found) return {};
  return fail(Errc::unavailable, found.error().message + "\n" + found.error().detail);
}

}  // namespace rampart::runtime
