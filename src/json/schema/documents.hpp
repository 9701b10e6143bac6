// Schemas that others may refer to by URI. Nothing is ever fetched: what is not registered here
// does not exist, save for the meta-schemas of the two dialects, which are always known.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "rampart/error.hpp"

namespace rampart::json {

/// Const use is safe from any thread.
class SchemaDocuments {
 public:
  /// Registers a schema under an absolute URI (a fragment is ignored) and, if it has one, under its
  /// absolute `$id`. Errors: invalid_params for a relative or taken URI, parse_error for bad JSON.
  Result<void> add(std::string_view uri, std::string text);

  /// The text under a URI without fragment.
  std::optional<std::string_view> find(std::string_view uri) const;

 private:
  std::map<std::string, std::string, std::less<>> texts_;
  std::map<std::string, std::string, std::less<>> aliases_;  // absolute $id -> URI
};

}  // namespace rampart::json
