#include "config/upstream_expand.hpp"

#include <algorithm>
#include <cctype>

#include "config/printable.hpp"

namespace rampart::config {
namespace {

bool is_name(std::string_view text) {
  auto const letter = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  return !text.empty() && !std::isdigit(static_cast<unsigned char>(text.front())) &&
         std::all_of(text.begin(), text.end(), letter);
}

Result<std::pair<std::string, std::string>> variable(
    std::string_view inside, std::map<std::string, std::string> const& environment) {
  auto const dash = inside.find(":-");
  std::string name(inside.substr(0, dash));
  if (!is_name(name) || inside.find("${") != std::string_view::npos)
    return fail(Errc::invalid_params, "${" + printable(inside) + "} is not the name of a variable");
  auto const found = environment.find(name);
  bool const given = found != environment.end();
  if (dash != std::string_view::npos && (!given || found->second.empty()))
    return std::pair(std::move(name), std::string(inside.substr(dash + 2)));
  if (!given) return fail(Errc::invalid_params, "the environment variable " + name + " is not set");
  return std::pair(std::move(name), found->second);
}

}  // namespace

Result<Expanded> expand(std::string_view text,
                        std::map<std::string, std::string> const& environment) {
  Expanded out;
  while (true) {
    auto const dollar = text.find("${");
    out.text += text.substr(0, dollar);
    if (dollar == std::string_view::npos) return out;
    if (dollar > 0 && text[dollar - 1] == '$') {  // the first $ has just been copied
      out.text += "{";
      text.remove_prefix(dollar + 2);
      continue;
    }
    auto const end = text.find('}', dollar);
    if (end == std::string_view::npos)
      return fail(Errc::invalid_params, "a ${ has no } after it; write $${ for the text itself");
    auto found = variable(text.substr(dollar + 2, end - dollar - 2), environment);
    if (!found) return Failure(found.error());
    out.text += found->second;
    out.variables.push_back(std::move(*found));
    text.remove_prefix(end + 1);
  }
}

}  // namespace rampart::config
