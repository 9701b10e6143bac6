// Byte ranges of an object's members: what only passes through, or must be kept exactly as it was
// written, is spliced from the message instead of parsed and rendered again. No simdjson here.
#pragma once
#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/cursor.hpp"
#include "rampart/error.hpp"

namespace rampart::json {

/// Where `text` breaks the grammar, UTF-8 or the depth limit; nullopt when it is valid JSON.
/// Numbers of any size are valid JSON.
std::optional<Defect> find_defect(std::string_view text, std::size_t max_depth = default_max_depth);

/// A defect as the peer is told of it: Errc::parse_error naming the byte.
Error to_error(Defect defect);

/// The members of one object, in their order. It refers to the text that was sliced.
class Slices {
 public:
  struct Member {
    std::string_view key;    ///< unescaped
    std::string_view value;  ///< the bytes of the value, without white space around them
  };

  std::vector<Member> const& members() const { return members_; }
  /// The value of `key`, compared unescaped; of two, the first, as Node::find does.
  std::optional<std::string_view> find(std::string_view key) const;
  /// A key that occurs more than once. What one reader takes from such an object another does
  /// not, so callers that check an object before passing it on refuse it.
  std::optional<std::string_view> duplicate() const;
  bool has_duplicate() const { return duplicate().has_value(); }

 private:
  friend Result<Slices> slice(std::string_view text, Trust trust);
  void add(Cursor::Raw key, std::string_view value);
  std::vector<Member> members_;
  std::forward_list<std::string> unescaped_;  // stable addresses for the keys that had escapes
};

/// Validates all of `text` as find_defect does, then slices it. Errors: parse_error when it is not
/// JSON, invalid_request when it is JSON but no object.
Result<Slices> slice_object(std::string_view text);

/// The same for text known to be valid (a Document was made of it, or it is a slice), faster. On
/// other text the result is some slices or an error.
Result<Slices> slice_valid_object(std::string_view text);

/// The text of a slice that is a JSON string; nullopt when it is something else.
std::optional<std::string> string_of(std::string_view slice);

}  // namespace rampart::json
