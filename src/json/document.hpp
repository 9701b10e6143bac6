// Parsing with one of the thread's simdjson parsers. The Node a Document gives and everything
// reached from it dies with the Document; nothing of it may be kept, and no Document lives across
// a co_await.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "rampart/json.hpp"

namespace rampart::json {

/// simdjson reads up to this many bytes past the end.
inline constexpr std::size_t padding = 64;
/// Nesting deeper than this is refused while parsing. A level is an array or object that holds
/// something: `[[]]` has one.
inline constexpr std::size_t default_max_depth = 128;

/// One parsed text. A Document made while another is alive on the thread borrows the thread's next
/// parser, so that the first stays valid. It dies on the thread that made it.
/// Errors: parse_error with the reason and the byte; a number beyond 64 bits or double is
/// invalid_params naming its path, for the JSON itself is valid; overloaded when memory is short.
class Document {
 public:
  /// `text` gains `padding` bytes of capacity; its content is not changed, and it may be changed
  /// or destroyed once this returns.
  static Result<Document> parse(std::string& text);
  /// Copies the text into a padded buffer of the thread first.
  static Result<Document> parse_copy(std::string_view text);

  Node root() const { return root_; }

  Document(Document&& other) noexcept : root_(other.root_), parser_(other.parser_) {
    other.parser_ = none;
  }
  Document& operator=(Document&&) = delete;
  ~Document();

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  Document(Node root, std::size_t parser) : root_(root), parser_(parser) {}
  Node root_;
  std::size_t parser_;  // which of the thread's parsers this one borrows
};

}  // namespace rampart::json
