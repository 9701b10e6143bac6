// How rows are shown in docs/config.md.
#pragma once
#include <string>
#include <string_view>

#include "config/row.hpp"

namespace rampart::config {

/// `text` as code, or a dash for nothing.
std::string code(std::string_view text);
/// The values that a row allows.
std::string bounds_of(Row const& row);

}  // namespace rampart::config
