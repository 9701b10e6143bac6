// What is rendered from a parsed document parses again to the same text, and canonical text is
// its own canonical form.
#include <cstdlib>

#include "json/canonical.hpp"
#include "json/document.hpp"

namespace {
namespace json = rampart::json;

void require(bool holds) {
  if (!holds) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  std::string text(reinterpret_cast<char const*>(data), size);
  auto document = json::Document::parse(text);
  if (!document) return 0;
  std::string rendered = document->root().text();
  std::string canonical = json::canonical(document->root());
  auto again = json::Document::parse_copy(rendered);
  require(again && again->root().text() == rendered);
  require(json::canonical(again->root()) == canonical);
  auto canonical_again = json::Document::parse_copy(canonical);
  require(canonical_again && json::canonical(canonical_again->root()) == canonical);
  return 0;
}
