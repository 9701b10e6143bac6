// Json to and from Boost.JSON, for code that builds or edits documents. Kept out of json.hpp
// because this header costs a second of compile time.
#pragma once
#include <boost/json/value.hpp>

#include "rampart/error.hpp"
#include "rampart/json.hpp"

namespace rampart {

/// Doubles are read exactly (Boost.JSON's own parser may be off in the last digit). Of members with
/// equal keys the first is kept, as Node::find reads them. Errors: those of Json::parse, which only
/// text that came from Json::trusted can cause.
Result<boost::json::value> to_value(Json const& json);
/// The same for a parsed value; nothing of it refers to the document.
boost::json::value to_value(Node node);

/// Numbers print as people write them: 20.5, never 2.05E1. NaN and infinities become null, bytes
/// that are not UTF-8 become U+FFFD.
Json to_json(boost::json::value const& value);

}  // namespace rampart
