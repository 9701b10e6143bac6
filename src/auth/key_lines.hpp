// The text of a keys file: lines `name:sha256hex`. A key itself stands nowhere; only its digest
// does.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "crypto/sha256.hpp"
#include "rampart/error.hpp"

namespace rampart::auth {

inline constexpr std::size_t max_keys = 1'000;
inline constexpr std::size_t max_keys_file_bytes = 256 * 1024;
inline constexpr std::size_t max_name_chars = 64;

struct KeyLine {
  std::string name;
  crypto::Digest digest;  ///< SHA-256 of the key's text, its prefix included
};

/// Empty lines and lines that begin with # are skipped. Errors: invalid_params, naming `file`, line
/// and rule, never what the line holds.
Result<std::vector<KeyLine>> parse_key_lines(std::string_view text, std::string_view file);

/// 1 to 64 of A-Z a-z 0-9 . _ -, and no name that means something else in a metric. Says what is
/// wrong, or nothing.
std::string_view name_rule(std::string_view name);

/// A new key, 256 random bits behind a prefix that scanners for leaked secrets can look for.
std::string new_key();
/// `name:sha256hex`, without a line end.
std::string key_line(std::string_view name, std::string_view key);

}  // namespace rampart::auth
