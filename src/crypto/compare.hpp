// Comparing secrets without telling by time how much of a guess was right.
#pragma once
#include <string_view>

namespace rampart::crypto {

/// Takes as long for unequal as for equal texts of one length. Texts of different lengths are told
/// apart at once: where the length is secret too, compare digests.
bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace rampart::crypto
