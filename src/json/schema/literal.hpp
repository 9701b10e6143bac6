// Values written in a schema (`const`, `enum`), kept beyond the document they came from, and the
// equality of JSON values: numbers by value, objects without regard to order.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/schema/number.hpp"
#include "rampart/json.hpp"

namespace rampart::json {

class Literal {
 public:
  explicit Literal(Node node);

  bool equals(Node node) const;
  std::optional<std::string_view> as_string() const;

 private:
  Node::Kind kind_;
  bool boolean_ = false;
  std::optional<Number> number_;
  std::string string_;
  std::vector<Literal> items_;
  std::vector<std::pair<std::string, Literal>> members_;
};

/// `steps` is lowered by what the comparison cost and may become negative.
bool equal(Node a, Node b, std::int64_t& steps);

/// Equal values have equal hashes.
std::size_t hash_of(Node node);

}  // namespace rampart::json
