#include "json/schema/metaschemas.hpp"

#include "json/schema/metaschema_texts.hpp"

namespace rampart::json {

std::optional<std::string_view> metaschema(std::string_view uri) {
  struct Row {
    std::string_view uri;
    std::string_view const& text;
  };
  static constexpr Row rows[] = {
      {"https://json-schema.org/draft/2020-12/schema", draft2020_12},
      {"https://json-schema.org/draft/2020-12/meta/core", vocabulary_core},
      {"https://json-schema.org/draft/2020-12/meta/applicator", vocabulary_applicator},
      {"https://json-schema.org/draft/2020-12/meta/unevaluated", vocabulary_unevaluated},
      {"https://json-schema.org/draft/2020-12/meta/validation", vocabulary_validation},
      {"https://json-schema.org/draft/2020-12/meta/meta-data", vocabulary_meta_data},
      {"https://json-schema.org/draft/2020-12/meta/format-annotation",
       vocabulary_format_annotation},
      {"https://json-schema.org/draft/2020-12/meta/content", vocabulary_content},
      {"http://json-schema.org/draft-07/schema", draft_07},
  };
  for (Row const& row : rows)
    if (row.uri == uri) return row.text;
  return std::nullopt;
}

}  // namespace rampart::json
