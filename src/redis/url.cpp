#include "redis/url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "net/authority.hpp"

namespace rampart::redis {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

Result<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    auto const high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    auto const low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    if (!high || !low)
      return fail(Errc::invalid_params,
                  "a % in user or password must be followed by two hex digits");
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

Result<void> read_user(Url& url, std::string_view text) {
  auto const colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size())
    return fail(
        Errc::invalid_params,
        "what stands before the @ must be user:password, or :password for the default user");
  auto user = percent_decoded(text.substr(0, colon));
  if (!user) return fail(user.error());
  auto password = percent_decoded(text.substr(colon + 1));
  if (!password) return fail(password.error());
  url.user = std::move(*user);
  url.password = std::move(*password);
  return {};
}

Result<void> read_database(Url& url, std::string_view text) {
  if (text.empty()) return {};
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), url.database);
  if (ec != std::errc() || end != text.data() + text.size() || url.database > 1'000'000)
    return fail(Errc::invalid_params, "the database must be a number, such as /0");
  return {};
}

// The part up to the last @ before `end` is user and password; the rest is returned.
Result<std::string_view> take_user(Url& url, std::string_view text, std::size_t end) {
  auto const at = text.substr(0, end).rfind('@');
  if (at == std::string_view::npos) return text;
  if (auto const read = read_user(url, text.substr(0, at)); !read) return fail(read.error());
  return text.substr(at + 1);
}

Result<Url> parse_unix(std::string_view text) {
  Url url;
  auto const rest = take_user(url, text, std::min(text.find('/'), text.size()));
  if (!rest) return fail(rest.error());
  auto const question = std::min(rest->find('?'), rest->size());
  url.socket_path = rest->substr(0, question);
  if (url.socket_path.size() < 2 || url.socket_path.front() != '/')
    return fail(Errc::invalid_params, "a Unix socket is named by its absolute path: unix:///path");
  auto query = rest->substr(question);
  if (query.empty()) return url;
  constexpr std::string_view name = "?db=";
  if (!query.starts_with(name))
    return fail(Errc::invalid_params, "the only parameter of a Unix socket's URL is ?db=number");
  auto const read = read_database(url, query.substr(name.size()));
  if (!read) return fail(read.error());
  return url;
}

Result<Url> parse_tcp(std::string_view text, bool tls) {
  Url url;
  url.tls = tls;
  if (text.find_first_of("?#") != std::string_view::npos)
    return fail(Errc::invalid_params, "the URL has parameters, and none is known");
  auto const rest = take_user(url, text, std::min(text.find('/'), text.size()));
  if (!rest) return fail(rest.error());
  auto const slash = std::min(rest->find('/'), rest->size());
  auto const authority = net::parse_authority(rest->substr(0, slash), url.port);
  if (!authority) return fail(authority.error());
  url.host = authority->host;
  url.port = authority->port;
  auto const database = slash < rest->size() ? rest->substr(slash + 1) : std::string_view();
  if (auto const read = read_database(url, database); !read) return fail(read.error());
  return url;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  auto const visible = [](char c) { return c > 0x20 && c < 0x7f; };
  if (!std::ranges::all_of(text, visible))
    return fail(Errc::invalid_params, "the URL has white space or characters outside ASCII");
  auto const after = [text](std::string_view scheme) -> std::optional<std::string_view> {
    if (!text.starts_with(scheme)) return std::nullopt;
    return text.substr(scheme.size());
  };
  if (auto const rest = after("redis://")) return parse_tcp(*rest, false);
  if (auto const rest = after("rediss://")) return parse_tcp(*rest, true);
  if (auto const rest = after("unix://")) return parse_unix(*rest);
  if (auto const rest = after("redis+unix://")) return parse_unix(*rest);
  return fail(Errc::invalid_params, "the URL must begin with redis://, rediss:// or unix://");
}

std::string Url::text() const {
  std::string out = !socket_path.empty() ? "unix://" : tls ? "rediss://" : "redis://";
  if (!user.empty()) out += user + "@";
  if (!socket_path.empty()) {
    out += socket_path;
    return database == 0 ? out : out + "?db=" + std::to_string(database);
  }
  out += host.find(':') == std::string::npos ? host : "[" + host + "]";
  return out + ":" + std::to_string(port) + "/" + std::to_string(database);
}

}  // namespace rampart::redis
