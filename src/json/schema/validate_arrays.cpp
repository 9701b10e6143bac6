// Rules on arrays.
#include <algorithm>
#include <utility>
#include <vector>

#include "json/schema/validator.hpp"

namespace rampart::json {
namespace {
// Up to this many items are compared pair by pair, which needs no memory.
constexpr std::size_t compared_pairwise = 8;
}  // namespace

bool Validator::array(ArrayRules const& rules, Node node, Marks* marks) {
  std::size_t size = node.size();
  if (size < rules.min_items)
    return violated("minItems", "must have at least ", rules.min_items, " items");
  if (size > rules.max_items)
    return violated("maxItems", "must have at most ", rules.max_items, " items");
  bool walks = rules.rest != nullptr || !rules.prefix.empty();
  if (walks && !items(rules, node, marks)) return false;
  if (rules.contains != nullptr && !contains(rules, node, marks)) return false;
  return !rules.unique || unique(node, size);
}

bool Validator::items(ArrayRules const& rules, Node node, Marks* marks) {
  std::size_t index = 0;
  for (Node item : node.items()) {
    bool in_prefix = index < rules.prefix.size();
    Subschema const* schema = in_prefix ? rules.prefix[index] : rules.rest;
    if (schema == nullptr) return true;
    if (!in_prefix && schema->verdict == Subschema::Verdict::reject)
      return violated("items", "must have at most ", rules.prefix.size(), " items");
    Inside inside(*this, index);
    if (!evaluate(*schema, item, nullptr)) return false;
    if (marks != nullptr) marks->set(index);
    ++index;
  }
  return true;
}

bool Validator::contains(ArrayRules const& rules, Node node, Marks* marks) {
  std::size_t found = 0;
  std::size_t index = 0;
  for (Node item : node.items()) {
    bool decided =
        marks == nullptr && found >= rules.min_contains && rules.max_contains == unbounded;
    if (decided) break;
    Quiet quiet(*this);
    if (evaluate(*rules.contains, item, nullptr)) {
      ++found;
      if (marks != nullptr) marks->set(index);
    }
    ++index;
  }
  if (found < rules.min_contains)
    return violated(rules.min_contains == 1 ? "contains" : "minContains", "must contain at least ",
                    rules.min_contains, " matching items, has ", found);
  if (found > rules.max_contains)
    return violated("maxContains", "must contain at most ", rules.max_contains,
                    " matching items, has ", found);
  return true;
}

bool Validator::unique(Node node, std::size_t size) {
  if (size > compared_pairwise) return unique_hashed(node, size);
  std::size_t index = 0;
  for (auto first = node.items().begin(); index < size; ++first, ++index) {
    std::size_t other = index + 1;
    auto second = first;
    for (++second; other < size; ++second, ++other)
      if (equal(*first, *second, steps_))
        return violated("uniqueItems", "must have different items: [", index, "] and [", other,
                        "] are equal");
  }
  return spend(0);
}

bool Validator::unique_hashed(Node node, std::size_t size) {
  if (!spend(size)) return false;
  struct Hashed {
    std::size_t hash, index;
    Node item;
  };
  std::vector<Hashed> all;
  all.reserve(size);
  for (Node item : node.items()) all.push_back({hash_of(item), all.size(), item});
  std::ranges::sort(all, {}, [](Hashed const& h) { return std::pair(h.hash, h.index); });
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size() && all[j].hash == all[i].hash; ++j)
      if (equal(all[i].item, all[j].item, steps_) || steps_ < 0)
        return spend(0) && violated("uniqueItems", "must have different items: [", all[i].index,
                                    "] and [", all[j].index, "] are equal");
  return true;
}

}  // namespace rampart::json
