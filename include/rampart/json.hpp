// JSON as authors see it: Node reads a parsed document, Json owns validated text.
// Neither simdjson nor Boost.JSON appears here; both would cost every author seconds of compile
// time.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "rampart/error.hpp"

namespace rampart {

/// A view of one value in a parsed document. Cheap to copy. It is valid only inside the synchronous
/// call that received it: never keep one, never let one live across co_await.
class Node {
 public:
  enum class Kind { null, boolean, integer, unsigned_integer, number, string, array, object };
  class Members;
  class Items;

  Kind kind() const;
  bool is_null() const { return kind() == Kind::null; }
  bool is_object() const { return kind() == Kind::object; }
  bool is_array() const { return kind() == Kind::array; }
  bool is_string() const { return kind() == Kind::string; }
  /// Any JSON number.
  bool is_number() const;

  std::optional<bool> as_bool() const;
  /// An integral value that fits: 3, but also 3.0 (JSON Schema calls both integers).
  std::optional<std::int64_t> as_int64() const;
  std::optional<std::uint64_t> as_uint64() const;
  /// Any number, rounded to double.
  std::optional<double> as_double() const;
  std::optional<std::string_view> as_string() const;

  /// The member of an object; nullopt when absent or when this is no object.
  std::optional<Node> find(std::string_view key) const;
  /// Number of members or items; 0 for scalars.
  std::size_t size() const;
  /// Iterates an object's members as pair<string_view, Node>; empty for anything else.
  Members members() const;
  /// Iterates an array's items; empty for anything else.
  Items items() const;
  /// Minified JSON text of this value.
  std::string text() const;

  /// Internal: the bytes of a simdjson::dom::element.
  using Raw = std::array<std::uint64_t, 2>;
  explicit Node(Raw raw) : raw_(raw) {}
  Raw raw() const { return raw_; }

 private:
  Raw raw_;
};

class Node::Members {
 public:
  class iterator {
   public:
    using value_type = std::pair<std::string_view, Node>;
    using difference_type = std::ptrdiff_t;
    iterator(Raw at, Raw end) : at_(at), end_(end) {}
    value_type operator*() const;
    iterator& operator++();
    bool operator==(iterator const& other) const { return at_[1] == other.at_[1]; }

   private:
    Raw at_, end_;
  };
  Members(Raw begin, Raw end) : begin_(begin), end_(end) {}
  iterator begin() const { return iterator(begin_, end_); }
  iterator end() const { return iterator(end_, end_); }

 private:
  Raw begin_, end_;
};

class Node::Items {
 public:
  class iterator {
   public:
    using value_type = Node;
    using difference_type = std::ptrdiff_t;
    iterator(Raw at, Raw end) : at_(at), end_(end) {}
    Node operator*() const;
    iterator& operator++();
    bool operator==(iterator const& other) const { return at_[1] == other.at_[1]; }

   private:
    Raw at_, end_;
  };
  Items(Raw begin, Raw end) : begin_(begin), end_(end) {}
  iterator begin() const { return iterator(begin_, end_); }
  iterator end() const { return iterator(end_, end_); }

 private:
  Raw begin_, end_;
};

/// Owned JSON text that is known to be valid (RFC 8259, UTF-8, no duplicate keys checked).
class Json {
 public:
  Json() : text_("null") {}
  /// Validates `text`; Errc::parse_error names the byte where it stops being JSON.
  static Result<Json> parse(std::string text);
  /// For text that this process rendered itself.
  static Json trusted(std::string text) {
    Json j;
    j.text_ = std::move(text);
    return j;
  }
  std::string const& text() const& { return text_; }
  std::string text() && { return std::move(text_); }
  bool operator==(Json const&) const = default;
  /// Parses and hands over the root, which is valid only inside `use`.
  void visit(std::function<void(Node)> const& use) const;

 private:
  std::string text_;
};

}  // namespace rampart
