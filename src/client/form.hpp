// The form of an elicitation as questions to a person, and what was typed as JSON. 2025-11-25 and
// 2026-07-28, client/elicitation: flat objects of texts, numbers, booleans and choices.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rampart/error.hpp"

namespace rampart::client {

struct Field {
  enum class Kind { text, number, integer, boolean, choice, choices };
  struct Option {
    std::string value;
    std::string title;  ///< empty when it is the value
  };
  std::string name;
  Kind kind = Kind::text;
  std::string title;
  std::string description;
  bool required = false;
  std::vector<Option> options;
  std::optional<std::string> preset;  ///< `default`, JSON text
  std::string schema;                 ///< JSON text, which typed values are held to
};

/// In the schema's order. Errors: unavailable for a schema that is no flat form.
Result<std::vector<Field>> read_form(std::string_view requested_schema);

/// What stands before the cursor, with its options above; ends without a line end.
std::string question(Field const& field);

/// JSON text. An option may be typed by its number, its value or its title; several are separated
/// by commas. Errors: invalid_params saying what is wanted.
Result<std::string> read_typed(Field const& field, std::string_view typed);

}  // namespace rampart::client
