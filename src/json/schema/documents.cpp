#include "json/schema/documents.hpp"

#include <utility>

#include "json/document.hpp"
#include "json/schema/metaschemas.hpp"
#include "json/schema/uri.hpp"

namespace rampart::json {

Result<void> SchemaDocuments::add(std::string_view uri, std::string text) {
  std::string_view key = split_fragment(uri).uri;
  if (!is_absolute_uri(key))
    return fail(Errc::invalid_params, "a schema document needs an absolute URI");
  if (find(key))
    return fail(Errc::invalid_params, "there is a schema with the URI " + std::string(key));
  auto document = Document::parse_copy(text);
  if (!document) return fail(std::move(document.error()));
  if (auto id = document->root().find("$id"); id && id->is_string()) {
    std::string_view own = split_fragment(*id->as_string()).uri;
    if (is_absolute_uri(own) && own != key) aliases_.emplace(own, key);
  }
  texts_.emplace(key, std::move(text));
  return {};
}

std::optional<std::string_view> SchemaDocuments::find(std::string_view uri) const {
  if (auto text = texts_.find(uri); text != texts_.end()) return text->second;
  if (auto alias = aliases_.find(uri); alias != aliases_.end())
    return std::string_view(texts_.find(alias->second)->second);
  return metaschema(uri);
}

}  // namespace rampart::json
