// Json::parse: text that an author or a peer hands over becomes text that can be spliced anywhere.
#include <algorithm>

#include "json/document.hpp"
#include "rampart/json.hpp"

namespace rampart {

Result<Json> Json::parse(std::string text) {
  auto document = json::Document::parse(text);
  if (!document) return fail(std::move(document.error()));
  // In valid JSON a raw line break is always white space between tokens. Without it the text can
  // be spliced into transports whose frames end with a line.
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return trusted(std::move(text));
}

void Json::visit(std::function<void(Node)> const& use) const {
  if (auto const document = json::Document::parse_copy(text_)) use(document->root());
}

}  // namespace rampart
