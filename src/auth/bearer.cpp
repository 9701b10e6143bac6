#include "auth/bearer.hpp"

#include <algorithm>

namespace rampart::auth {
namespace {
constexpr std::string_view scheme = "bearer";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
}  // namespace

Credentials read_credentials(std::optional<std::string_view> authorization, std::size_t count) {
  if (count > 1) return {Credentials::Kind::repeated};
  if (!authorization) return {};
  auto const word = authorization->substr(0, authorization->find(' '));
  if (!std::ranges::equal(word, scheme, {}, lower)) return {};
  auto token = authorization->substr(word.size());
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  return {Credentials::Kind::token, token};
}

std::string_view challenge(Credentials::Kind kind) {
  switch (kind) {
    case Credentials::Kind::none:
      return R"(Bearer realm="mcp")";
    case Credentials::Kind::repeated:
      return R"(Bearer realm="mcp", error="invalid_request")";
    case Credentials::Kind::token:
      return R"(Bearer realm="mcp", error="invalid_token")";
  }
  return R"(Bearer realm="mcp")";
}

int status_of(Credentials::Kind kind) { return kind == Credentials::Kind::repeated ? 400 : 401; }

}  // namespace rampart::auth
