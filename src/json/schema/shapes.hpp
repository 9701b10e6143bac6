// What a meta-schema asks of keyword values, checked directly so that the error can name the place.
#pragma once
#include <optional>
#include <string_view>

#include "json/schema/keywords.hpp"
#include "rampart/json.hpp"

namespace rampart::json {

/// The rule that `value` breaks ("must be a number"), or nullopt. Subschemas inside are not looked
/// into, only that their container is of the right kind.
std::optional<std::string_view> broken_shape(Shape shape, Node value);

}  // namespace rampart::json
