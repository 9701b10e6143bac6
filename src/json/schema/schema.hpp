// JSON Schema: 2020-12 in full and draft-07, chosen by `$schema`, 2020-12 when it is absent.
// `format` and the content keywords are annotations. A schema is compiled once into an immutable
// form; any number of threads may validate with it at once.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/schema/documents.hpp"
#include "rampart/error.hpp"
#include "rampart/json.hpp"

namespace rampart::json {

struct SchemaLimits {
  /// Length of the schema's text (bytes).
  std::size_t max_bytes = 1 << 20;
  /// How deep one validation may recurse (levels). A value costs one, and so does every `$ref`,
  /// `allOf` and the like on the way to it: the parser's 128 levels with three of them each pass.
  std::size_t max_depth = 512;
  /// Subschemas compiled, those of referenced documents included.
  std::size_t max_subschemas = 10'000;
  /// What one validation may cost: subschemas applied, members visited, values compared. Measured
  /// at 20 ns a step at most, a few expensive patterns aside.
  std::size_t max_steps = 5'000'000;
};

/// What to do with a `pattern` that no engine here can run.
enum class PatternPolicy {
  refuse,  ///< the schema does not compile: for one's own tools
  skip,    ///< the keyword is left out and reported by skipped(): for foreign schemas
};

/// The first rule that a value breaks. Never quotes the value itself, which may be a secret.
struct SchemaViolation {
  std::string path;     ///< where in the value: `days`, `items[2].name`; empty for the whole value
  std::string keyword;  ///< the keyword that failed
  std::string message;  ///< path and rule: `days: must be at most 7`
};

class Schema {
 public:
  /// Errors, each naming the place inside the schema: parse_error when the text is not JSON;
  /// invalid_params when it breaks its meta-schema, a reference cannot be resolved (nothing is ever
  /// fetched: only `documents` and the meta-schemas are known), the dialect is another one, a
  /// pattern cannot be used, or a limit is passed. `documents` is not needed afterwards.
  static Result<Schema> compile(std::string_view text, SchemaDocuments const& documents = {},
                                SchemaLimits limits = {},
                                PatternPolicy patterns = PatternPolicy::refuse);

  /// The first violation, or nullopt when `instance` is valid. Allocates nothing for a valid
  /// instance, save for `uniqueItems`, `unevaluated*` with many members, and patterns that need
  /// PCRE2.
  std::optional<SchemaViolation> validate(Node instance) const;

  /// The patterns left out, each with the place of its keyword: `/properties/a/pattern: ...`.
  std::vector<std::string> const& skipped() const;

  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;
  ~Schema();

 private:
  struct Compiled;
  explicit Schema(std::unique_ptr<Compiled const> compiled);
  std::unique_ptr<Compiled const> compiled_;
};

}  // namespace rampart::json
