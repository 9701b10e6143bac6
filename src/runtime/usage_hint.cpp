#include "runtime/usage_hint.hpp"

#include <algorithm>

#include "config/nearest.hpp"
#include "config/row.hpp"

namespace rampart::runtime {
namespace {

/// The flags of a command that its server would get after `--` are no business of ours.
std::string wrap_hint(std::vector<std::string> const& arguments) {
  if (std::ranges::find(arguments, "--") != arguments.end()) return {};
  std::string command;
  for (std::size_t i = 1; i < arguments.size(); ++i)
    if (!command.empty() || !arguments[i].starts_with('-')) command += " " + arguments[i];
  if (command.empty()) command = " npx -y @modelcontextprotocol/server-everything";
  return "The command goes after --, so that its flags are its own: wrap --" + command;
}

std::string flag_hint(std::vector<std::string> const& arguments) {
  std::vector<std::string> known{"--stdio", "--config", "--help", "--version"};
  for (auto const& row : config::all_rows())
    for (auto const& flag : row.flag_names()) known.push_back("--" + flag);
  for (auto const& argument : arguments) {
    if (argument == "--") break;
    auto const name = argument.substr(0, argument.find('='));
    if (!name.starts_with("--") || std::ranges::find(known, name) != known.end()) continue;
    if (auto const near = config::suggestion(name, known); !near.empty())
      return name + ":" + near.substr(1);
  }
  return {};
}

}  // namespace

std::string usage_hint(std::vector<std::string> const& arguments) {
  if (auto hint = flag_hint(arguments); !hint.empty()) return hint;
  return !arguments.empty() && arguments.front() == "wrap" ? wrap_hint(arguments) : std::string();
}

}  // namespace rampart::runtime
