// Which rules a schema is read by: the draft, and the vocabularies its meta-schema turns on.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "rampart/error.hpp"
#include "rampart/json.hpp"

namespace rampart::json {

/// Values are bits, so that a keyword can name several.
enum class Draft : std::uint8_t { v07 = 1, v2020_12 = 2 };

enum class Vocabulary : std::uint8_t {
  core = 1,
  applicator = 2,
  unevaluated = 4,
  validation = 8,
  annotation = 16,  // meta-data, format-annotation and content: nothing to check in an instance
};

struct Dialect {
  Draft draft = Draft::v2020_12;
  std::uint8_t vocabularies = 31;

  bool has(Vocabulary v) const { return (vocabularies & static_cast<std::uint8_t>(v)) != 0; }
};

/// The dialect that a `$schema` URI names; nullopt for any but the two official ones.
std::optional<Dialect> official_dialect(std::string_view schema_uri);

/// The dialect that a meta-schema's `$vocabulary` describes on top of 2020-12. Error: it requires a
/// vocabulary that is not known here (format-assertion is one).
Result<Dialect> dialect_of_vocabularies(Node vocabulary);

}  // namespace rampart::json
