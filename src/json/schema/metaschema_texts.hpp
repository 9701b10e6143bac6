// The texts behind metaschema().
#pragma once
#include <string_view>

namespace rampart::json {

extern std::string_view const draft2020_12;
extern std::string_view const vocabulary_core;
extern std::string_view const vocabulary_applicator;
extern std::string_view const vocabulary_unevaluated;
extern std::string_view const vocabulary_validation;
extern std::string_view const vocabulary_meta_data;
extern std::string_view const vocabulary_format_annotation;
extern std::string_view const vocabulary_content;
extern std::string_view const draft_07;

}  // namespace rampart::json
