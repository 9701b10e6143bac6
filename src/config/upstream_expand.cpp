#include "config/upstream_expand.hpp"

#include <algorithm>
#include <cctype>

#include "config/file.hpp"
#include "config/printable.hpp"
#include "config/upstream_rules.hpp"
#include "config/value.hpp"

namespace rampart::config {
namespace {

bool is_name(std::string_view text) {
  auto const letter = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  return !text.empty() && !std::isdigit(static_cast<unsigned char>(text.front())) &&
         std::all_of(text.begin(), text.end(), letter);
}

/// What one ${…} stands for.
struct Value {
  std::string text;
  bool secret = false;
};

Result<Value> contents(std::string const& path) {
  auto const refuse = [&](std::string_view why) {
    return fail(Errc::invalid_params, "the file " + printable(path) + std::string(why));
  };
  auto file = read_file(path);
  if (!file) return fail(Errc::invalid_params, file.error().message);
  auto& text = file->text;
  if (text.size() > max_expanded_file)
    return refuse(" is longer than " + std::to_string(max_expanded_file) + " bytes");
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) return refuse(" is empty");
  return Value{std::move(text), true};
}

Result<Value> variable(std::string_view inside,
                       std::map<std::string, std::string> const& environment) {
  auto const dash = inside.find(":-");
  std::string name(inside.substr(0, dash));
  if (!is_name(name) || inside.find("${") != std::string_view::npos)
    return fail(Errc::invalid_params, "${" + printable(inside) + "} is not the name of a variable");
  auto const found = environment.find(name);
  bool const given = found != environment.end();
  if (dash != std::string_view::npos && (!given || found->second.empty()))
    return Value{std::string(inside.substr(dash + 2)), false};
  if (!given) return fail(Errc::invalid_params, "the environment variable " + name + " is not set");
  bool const secret = sounds_secret(name) || mask_url(found->second) != found->second;
  return Value{found->second, secret};
}

Result<Value> value_of(std::string_view inside,
                       std::map<std::string, std::string> const& environment) {
  constexpr std::string_view of_file = "file:";
  bool const has_default = inside.starts_with("file:-");  // of a variable named so
  if (inside.starts_with(of_file) && !has_default)
    return contents(std::string(inside.substr(of_file.size())));
  return variable(inside, environment);
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
    auto value = value_of(text.substr(dollar + 2, end - dollar - 2), environment);
    if (!value) return Failure(value.error());
    out.text += value->text;
    if (value->secret) out.secrets.push_back(std::move(value->text));
    text.remove_prefix(end + 1);
  }
}

}  // namespace rampart::config
