// What an upstream's description must obey, and which of its values are secrets.
#pragma once
#include <string>
#include <string_view>

#include "config/upstream.hpp"

namespace rampart::config {

// Each says what is wrong, or "".
std::string_view broken_name_rule(std::string_view upstream_name);
std::string_view broken_variable_rule(std::string_view name);
std::string_view broken_header_rule(std::string_view name);
std::string_view broken_header_value_rule(std::string_view value);
/// Of the whole. `type_given`: kind was written, not derived.
std::string broken_rule(Upstream const& upstream, bool type_given);

/// Values shorter than this are not kept out of the log: `true` is no secret (bytes).
inline constexpr std::size_t min_masked_chars = 8;
/// TOKEN, API_KEY, password: as far as a name can tell.
bool sounds_secret(std::string_view name);
/// Remembers what of a value must not be seen: all of it, of a header also what follows the scheme
/// (`Bearer …`).
void add_secret(Upstream& upstream, std::string_view value);
/// The value with every secret of the upstream masked.
std::string masked(Upstream const& upstream, std::string text);
/// A URL without password and without its query's values.
std::string masked_url(std::string_view url);

}  // namespace rampart::config
