#include "gateway/names.hpp"

#include <algorithm>

#include "crypto/sha256.hpp"

namespace rampart::gateway {
namespace {

constexpr std::size_t digest_length = 8;

bool legal(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
}

std::string with_digest(std::string plain, std::string_view owner, std::string_view name) {
  std::string both(owner);
  both += '\n';
  both += name;
  plain.resize(std::min(plain.size(), max_exposed_name - digest_length - 1));
  return plain + "_" + crypto::hex(crypto::sha256(both)).substr(0, digest_length);
}

}  // namespace

bool Names::take(std::string_view name) { return taken_.emplace(name).second; }

std::optional<std::string> Names::expose(std::string_view owner, std::string_view prefix,
                                         std::string_view separator, std::string_view name) {
  std::string plain;
  if (!prefix.empty()) (plain += prefix) += separator;
  plain += name;
  bool const is_legal = !name.empty() && std::ranges::all_of(plain, legal);
  std::ranges::replace_if(plain, [](char c) { return !legal(c); }, '_');
  auto const own = prefix.size() + separator.size();
  bool const reads_as_anothers = std::ranges::any_of(leads_, [&](std::string const& lead) {
    return !prefix.empty() && lead.size() > own && plain.starts_with(lead);
  });
  if (is_legal && !reads_as_anothers && plain.size() <= max_exposed_name) {
    if (take(plain)) return plain;
    if (when_taken_ == Taken::hidden) return std::nullopt;
  }
  plain = with_digest(std::move(plain), owner, name);
  if (!take(plain)) return std::nullopt;
  return plain;
}

}  // namespace rampart::gateway
