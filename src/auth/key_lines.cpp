#include "auth/key_lines.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/encoding.hpp"
#include "base/random.hpp"

namespace rampart::auth {
namespace {

constexpr std::string_view key_prefix = "rmp_";
constexpr std::size_t key_bytes = 32;

std::string_view trim(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// What is wrong with a line that is neither empty nor a comment, or nothing.
std::string_view read_line(std::string_view line, KeyLine& out) {
  auto const colon = line.find(':');
  if (colon == std::string_view::npos) return "must be name:sha256hex";
  auto const name = trim(line.substr(0, colon));
  if (auto const rule = name_rule(name); !rule.empty()) return rule;
  auto const bytes = base::hex_decode(trim(line.substr(colon + 1)));
  if (!bytes || bytes->size() != out.digest.size())
    return "what follows the colon must be the key's SHA-256, 64 hexadecimal digits (`rampart keys "
           "new NAME` prints such a line)";
  out.name = name;
  std::ranges::copy(*bytes, out.digest.begin());
  return {};
}

}  // namespace

std::string_view name_rule(std::string_view name) {
  bool const legal = !name.empty() && name.size() <= max_name_chars &&
                     std::ranges::all_of(name, [](unsigned char c) {
                       return c < 0x80 && (std::isalnum(c) || c == '.' || c == '_' || c == '-');
                     });
  if (!legal) return "the name must be 1 to 64 of A-Z a-z 0-9 . _ -";
  if (name == "anonymous" || name == "other" || name == "stdio")
    return "the name must not be anonymous, other or stdio, which mean something else";
  return {};
}

Result<std::vector<KeyLine>> parse_key_lines(std::string_view text, std::string_view file) {
  std::vector<KeyLine> out;
  std::set<std::string, std::less<>> names;
  std::set<crypto::Digest> digests;
  std::size_t number = 0;
  auto wrong = [&](std::string_view rule) {
    return fail(Errc::invalid_params,
                std::string(file) + ":" + std::to_string(number) + ": " + std::string(rule));
  };
  while (!text.empty()) {
    ++number;
    auto const end = std::min(text.find('\n'), text.size());
    auto const line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    KeyLine key;
    if (auto const rule = read_line(line, key); !rule.empty()) return wrong(rule);
    if (!names.insert(key.name).second)
      return wrong("the name stands in an earlier line already; each key has its own");
    if (!digests.insert(key.digest).second)
      return wrong("the digest stands in an earlier line already; each name has its own key");
    if (out.size() == max_keys)
      return wrong("more than " + std::to_string(max_keys) + " keys in one file");
    out.push_back(std::move(key));
  }
  return out;
}

std::string new_key() {
  return std::string(key_prefix) + base::base64url_encode(base::random_bytes(key_bytes));
}

std::string key_line(std::string_view name, std::string_view key) {
  return std::string(name) + ":" + crypto::hex(crypto::sha256(key));
}

}  // namespace rampart::auth
