// From text to a row's value and back.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "config/row.hpp"

namespace rampart::config {

/// Puts a value into its place in `config`. Returns the rule that is broken, or "". Lists are
/// separated by commas. Secrets are never repeated in the rule.
std::string set_value(Row const& row, Config& config, std::string_view text);
/// A list given item by item, for rows of type list or secrets; others take a list of one.
std::string set_items(Row const& row, Config& config, std::vector<std::string> const& items);

/// The value as the operator could have written it; secrets and the password of a URL masked.
std::string show_value(Row const& row, Config const& config);

// The same for a value that stands elsewhere than in Config; the row's own slot is not used.
std::string set_slot(Row const& row, Slot slot, std::string_view text);
std::string set_slot_items(Row const& row, Slot slot, std::vector<std::string> const& items);
std::string show_slot(Row const& row, Slot slot);

/// redis://user:secret@host -> redis://user:***@host
std::string mask_url(std::string_view url);

/// Everything in `config` that must not be logged: to be given to base::Secrets.
std::vector<std::string> secret_values(Config const& config);

}  // namespace rampart::config
