#include "json/document.hpp"

#include "json/numbers.hpp"
#include "json/parsers.hpp"
#include "json/raw.hpp"
#include "json/slice.hpp"

namespace rampart::json {
namespace {
// Runs on bad input only. Which rule was broken, and where, comes from our own walk over the text:
// simdjson gives no place, and its codes differ between versions.
Failure explain(std::string_view text, simdjson::error_code code) {
  if (code == simdjson::CAPACITY || code == simdjson::MEMALLOC) {
    return fail(Errc::overloaded, "out of memory for parsing");
  }
  if (auto defect = find_defect(text)) return fail(to_error(*defect));
  if (auto path = find_path_of_bad_number(text)) {
    return fail(Errc::invalid_params, "number out of range at " + *path);
  }
  return fail(Errc::parse_error, simdjson::error_message(code));
}

// `text` is followed by `padding` readable bytes.
Result<Node> parse_padded(simdjson::dom::parser& parser, std::string_view text) {
  // Newer versions of simdjson skip a byte order mark; RFC 8259 section 8.1 lets us refuse it.
  if (text.starts_with("\xEF\xBB\xBF")) return explain(text, simdjson::UTF8_ERROR);
  simdjson::dom::element root;
  auto code = parser.parse(text.data(), text.size(), false).get(root);
  if (code != simdjson::SUCCESS) return explain(text, code);
  return node_of(root);
}
}  // namespace

Result<Document> Document::parse(std::string& text) {
  if (text.capacity() - text.size() < padding) text.reserve(text.size() + padding);
  Parsers& parsers = Parsers::of_this_thread();
  std::size_t borrowed = parsers.borrow(text.size());
  auto root = parse_padded(parsers.at(borrowed).parser, text);
  if (!root) {
    parsers.give_back(borrowed);
    return fail(std::move(root.error()));
  }
  return Document(*root, borrowed);
}

Result<Document> Document::parse_copy(std::string_view text) {
  Parsers& parsers = Parsers::of_this_thread();
  std::size_t borrowed = parsers.borrow(text.size());
  std::string& copy = parsers.at(borrowed).copy;
  copy.reserve(text.size() + padding);
  copy = text;
  auto root = parse_padded(parsers.at(borrowed).parser, copy);
  if (!root) {
    parsers.give_back(borrowed);
    return fail(std::move(root.error()));
  }
  return Document(*root, borrowed);
}

Document::~Document() {
  if (parser_ != none) Parsers::of_this_thread().give_back(parser_);
}

}  // namespace rampart::json
