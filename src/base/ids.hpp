// Ids that nobody can guess: 128 random bits (session ids of MCP, request ids in logs, trace ids).
#pragma once
#include <string>

namespace rampart::base {

/// 32 lower-case hexadecimal digits.
std::string mint_hex_id();
/// 22 characters of base64url: letters, digits, '-' and '_'.
std::string mint_id();

}  // namespace rampart::base
