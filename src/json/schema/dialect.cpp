#include "json/schema/dialect.hpp"

#include <array>
#include <string>
#include <utility>

namespace rampart::json {
namespace {
constexpr std::string_view vocabulary_prefix = "https://json-schema.org/draft/2020-12/vocab/";
constexpr std::array<std::pair<std::string_view, Vocabulary>, 7> known{{
    {"core", Vocabulary::core},
    {"applicator", Vocabulary::applicator},
    {"unevaluated", Vocabulary::unevaluated},
    {"validation", Vocabulary::validation},
    {"meta-data", Vocabulary::annotation},
    {"format-annotation", Vocabulary::annotation},
    {"content", Vocabulary::annotation},
}};

std::optional<Vocabulary> vocabulary_of(std::string_view uri) {
  if (!uri.starts_with(vocabulary_prefix)) return std::nullopt;
  uri.remove_prefix(vocabulary_prefix.size());
  for (auto [name, vocabulary] : known)
    if (name == uri) return vocabulary;
  return std::nullopt;
}
}  // namespace

std::optional<Dialect> official_dialect(std::string_view uri) {
  if (uri.ends_with('#')) uri.remove_suffix(1);
  // Both are met with either scheme in the wild.
  for (std::string_view scheme : {"https://", "http://"})
    if (uri.starts_with(scheme)) uri.remove_prefix(scheme.size());
  if (uri == "json-schema.org/draft/2020-12/schema") return Dialect{};
  if (uri == "json-schema.org/draft-07/schema") return Dialect{.draft = Draft::v07};
  return std::nullopt;
}

Result<Dialect> dialect_of_vocabularies(Node vocabulary) {
  Dialect dialect{.vocabularies = static_cast<std::uint8_t>(Vocabulary::core)};
  for (auto [uri, required] : vocabulary.members()) {
    if (auto one = vocabulary_of(uri)) {
      dialect.vocabularies |= static_cast<std::uint8_t>(*one);
    } else if (required.as_bool().value_or(true)) {
      return fail(Errc::invalid_params,
                  "its meta-schema requires the unknown vocabulary \"" + std::string(uri) + "\"");
    }
  }
  return dialect;
}

}  // namespace rampart::json
