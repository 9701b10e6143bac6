// Walks over JSON text without building anything: what is checked, what only passes through and
// where things stand in a message are found with it. Every read is bounds-checked, also over text
// that was called valid and is not.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "json/document.hpp"

namespace rampart::json {

/// Where a text stops being JSON, and which rule it breaks.
struct Defect {
  std::size_t at = 0;  ///< byte offset
  char const* reason = "";
};

/// How a Cursor passes over values.
enum class Trust {
  none,   ///< grammar, UTF-8 and depth are checked (RFC 8259)
  valid,  ///< the text is known to be valid; only strings and brackets are looked at
};

/// After a function returned false, defect() says why, and the cursor is of no further use.
class Cursor {
 public:
  explicit Cursor(std::string_view text, Trust trust = Trust::none,
                  std::size_t max_depth = default_max_depth)
      : text_(text), trust_(trust), max_depth_(max_depth) {}

  /// A string between quotes, still escaped.
  struct Raw {
    std::string_view text;
    bool escaped = false;
  };

  void skip_space();
  /// The next byte, or NUL at the end.
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  std::size_t position() const { return at_; }
  std::string_view since(std::size_t start) const { return text_.substr(start, at_ - start); }

  bool skip_value();
  bool skip_string(Raw& out);
  /// `on_member(Raw key)` stands before the member's value and has to pass over it.
  template <class OnMember>
  bool object(OnMember on_member);
  /// `on_item()` stands before the item and has to pass over it.
  template <class OnItem>
  bool array(OnItem on_item);
  /// Nothing but white space may follow.
  bool end();

  Defect defect() const { return defect_; }

 private:
  bool refuse(char const* reason);
  bool take(char c);
  bool descend();
  bool skip_checked_value();
  bool skip_valid_value();
  bool skip_valid_string();
  bool skip_scalar();
  bool skip_escape();
  bool skip_unicode_escape();
  bool hex4(std::uint32_t& unit);
  bool skip_digits();
  bool skip_number();
  bool skip_word(std::string_view word);

  std::string_view text_;
  std::size_t at_ = 0;
  Trust trust_;
  std::size_t max_depth_;
  std::size_t depth_ = 0;
  Defect defect_;
};

template <class OnMember>
bool Cursor::object(OnMember on_member) {
  if (!take('{')) return refuse("expected an object");
  skip_space();
  if (take('}')) return true;
  if (!descend()) return false;
  do {
    skip_space();
    Raw key;
    if (peek() != '"') return refuse("expected a member name in quotes");
    if (!skip_string(key)) return false;
    skip_space();
    if (!take(':')) return refuse("expected a colon");
    skip_space();
    if (!on_member(key)) return false;
    skip_space();
  } while (take(','));
  --depth_;
  return take('}') || refuse("expected a comma or the end of the object");
}

template <class OnItem>
bool Cursor::array(OnItem on_item) {
  if (!take('[')) return refuse("expected an array");
  skip_space();
  if (take(']')) return true;
  if (!descend()) return false;
  do {
    skip_space();
    if (!on_item()) return false;
    skip_space();
  } while (take(','));
  --depth_;
  return take(']') || refuse("expected a comma or the end of the array");
}

/// The text that the bytes between a string's quotes stand for; they are known to be valid.
std::string unescape(std::string_view raw);

}  // namespace rampart::json
