// Parsing with the thread's simdjson parser. The Node given to `use` and everything reached from it
// dies when `use` returns; nothing of it may be kept.
#pragma once
#include <string>
#include <string_view>

#include "rampart/json.hpp"

namespace rampart::json {

/// simdjson reads up to this many bytes past the end.
inline constexpr std::size_t padding = 64;
/// Nesting deeper than this is refused while parsing (levels).
inline constexpr std::size_t default_max_depth = 128;

/// The document stays parsed until the next Document on this thread is made: at most one is alive.
/// Errors: parse_error with the reason; a number beyond 64 bits or double is invalid_params naming
/// its path, for the JSON itself is valid.
class Document {
 public:
  /// `text` gains `padding` bytes of capacity; its content is not changed.
  static Result<Document> parse(std::string& text);
  /// Copies the text into the thread's own padded buffer first.
  static Result<Document> parse_copy(std::string_view text);

  Node root() const { return root_; }

  Document(Document&& other) noexcept : root_(other.root_), nested_(other.nested_) { other.nested_ = -1; }
  Document& operator=(Document&&) = delete;
  ~Document();

 private:
  Document(Node root, int nested) : root_(root), nested_(nested) {}
  Node root_;
  int nested_;  // which of the thread's parsers this one borrows
};

}  // namespace rampart::json
