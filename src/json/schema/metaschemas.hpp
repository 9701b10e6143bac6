// The official meta-schemas of 2020-12 and draft-07, so that schemas may refer to them.
#pragma once
#include <optional>
#include <string_view>

namespace rampart::json {

/// The text of a meta-schema or of one of its vocabularies, by URI without fragment.
std::optional<std::string_view> metaschema(std::string_view uri);

}  // namespace rampart::json
