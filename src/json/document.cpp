#include "json/document.hpp"

#include "json/parsers.hpp"
#include "json/raw.hpp"

namespace rampart::json {
namespace {
// Runs on bad input only.
Failure explain(std::string_view, simdjson::error_code code) {
  switch (code) {
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return fail(Errc::overloaded, "out of memory for parsing");
    case simdjson::NUMBER_ERROR:
      return fail(Errc::invalid_params, "number out of range");
    default:
      return fail(Errc::parse_error, simdjson::error_message(code));
  }
}

// `text` is followed by `padding` readable bytes.
Result<Node> parse_padded(simdjson::dom::parser& parser, std::string_view text) {
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
