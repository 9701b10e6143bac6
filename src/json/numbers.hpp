// Numbers that are valid JSON but that this process cannot hold.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace rampart::json {

/// Whether a JSON number is within 64 bits if it is written as an integer (signed or unsigned), and
/// within the range of double otherwise. Too small for double is zero, and fits.
bool number_fits(std::string_view number);

/// Path of the first number in valid JSON that does not fit, as people write it:
/// `params.arguments.items[3].n`, or "the top level". At most about longest_path bytes.
std::optional<std::string> find_path_of_bad_number(std::string_view text);

/// Of a path in an error message; its middle is left out beyond this (bytes).
inline constexpr std::size_t longest_path = 200;

}  // namespace rampart::json
