#include "server/uri_template.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace rampart::server {
namespace {

bool variable_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.';
  });
}

/// Simple expansion encodes everything but unreserved characters; reserved expansion keeps those
/// too.
bool may_stand_in(char kind, char c) {
  if (kind != ' ') return true;
  return std::string_view(":/?#[]@!$&'()*+,;=").find(c) == std::string_view::npos;
}

}  // namespace

Result<UriTemplate> UriTemplate::parse(std::string_view text) {
  UriTemplate out;
  Part part;
  while (!text.empty()) {
    auto const open = text.find('{');
    if (text.substr(0, open).find('}') != std::string_view::npos)
      return fail(Errc::invalid_params, "URI template: } without {");
    part.literal = text.substr(0, open);
    if (open == std::string_view::npos) break;
    auto const close = text.find('}', open);
    if (close == std::string_view::npos)
      return fail(Errc::invalid_params, "URI template: { without }");
    auto name = text.substr(open + 1, close - open - 1);
    if (name.starts_with('+') || name.starts_with('#')) {
      part.kind = name.front();
      name.remove_prefix(1);
    }
    if (!variable_name(name))
      return fail(Errc::invalid_params,
                  "URI template: {" + std::string(name) + "} is not {var}, {+var} or {#var}");
    if (std::ranges::any_of(out.parts_, [&](Part const& p) { return p.variable == name; }))
      return fail(Errc::invalid_params,
                  "URI template: the variable " + std::string(name) + " comes twice");
    part.variable = name;
    if (part.kind == '#') part.literal += '#';
    out.parts_.push_back(std::exchange(part, Part{}));
    text.remove_prefix(close + 1);
  }
  out.parts_.push_back(std::move(part));
  return out;
}

/// What is found, and what has been tried in vain: each part at each position once, or a URI of
/// slashes could keep a loop busy for minutes.
struct UriTemplate::Match {
  std::size_t uri_size;
  std::vector<bool> failed;  ///< by part and rest of the URI
  std::map<std::string, std::string> values = {};
};

bool UriTemplate::match_from(std::size_t index, std::string_view uri, Match& match) const {
  auto const tried = index * (match.uri_size + 1) + uri.size();
  if (match.failed[tried]) return false;
  match.failed[tried] = true;  // until it is found to be otherwise, which ends the search
  Part const& part = parts_[index];
  if (!uri.starts_with(part.literal)) return false;
  uri.remove_prefix(part.literal.size());
  if (part.variable.empty()) return uri.empty();
  std::string const& next = parts_[index + 1].literal;
  std::size_t escape_end = 0;  // a value ends in no %xx
  for (std::size_t length = 0;; ++length) {
    bool const fits = next.empty() ? length == uri.size() || !parts_[index + 1].variable.empty()
                                   : uri.substr(std::min(length, uri.size())).starts_with(next);
    if (fits && length > 0 && length >= escape_end &&
        match_from(index + 1, uri.substr(length), match)) {
      match.values.emplace(part.variable, *base::percent_decode(uri.substr(0, length)));
      return true;
    }
    if (length == uri.size() || !may_stand_in(part.kind, uri[length])) return false;
    if (uri[length] == '%') {
      if (!base::percent_decode(uri.substr(length, 3))) return false;
      escape_end = length + 3;
    }
  }
}

std::optional<std::map<std::string, std::string>> UriTemplate::match(std::string_view uri) const {
  constexpr std::size_t max_uri = 8 * 1024;  // the time grows with its square
  if (uri.size() > max_uri) return std::nullopt;
  Match match{uri.size(), std::vector<bool>(parts_.size() * (uri.size() + 1))};
  if (!match_from(0, uri, match)) return std::nullopt;
  return std::move(match.values);
}

}  // namespace rampart::server
