// Rules on objects.
#include "json/schema/validator.hpp"
#include "json/write.hpp"

namespace rampart::json {
namespace {
// A member's name as a value. simdjson's tape holds it directly before the member's value, written
// like any other string.
Node name_node(Node member) {
  Node::Raw raw = member.raw();
  --raw[1];
  return Node(raw);
}
}  // namespace

bool Validator::object(ObjectRules const& rules, Node node, Marks* marks) {
  std::size_t size = node.size();
  if (!spend(size * (1 + rules.patterns.size()))) return false;
  if (size < rules.min_properties)
    return violated("minProperties", "must have at least ", rules.min_properties, " members");
  if (size > rules.max_properties)
    return violated("maxProperties", "must have at most ", rules.max_properties, " members");
  std::uint64_t seen = 0;
  std::size_t index = 0;
  for (auto [key, value] : node.members()) {
    Property const* property = rules.properties.find(key);
    if (property != nullptr) seen |= property->required;
    bool evaluated = false;
    if (!member(rules, property, key, value, evaluated)) return false;
    if (evaluated && marks != nullptr) marks->set(index);
    ++index;
  }
  if (!required(rules, node, seen)) return false;
  for (Dependency const& rule : rules.dependencies)
    if (!dependency(rule, node, marks)) return false;
  return true;
}

bool Validator::member(ObjectRules const& rules, Property const* property, std::string_view key,
                       Node value, bool& evaluated) {
  if (rules.names != nullptr && !member_name(*rules.names, key, value)) return false;
  Inside inside(*this, key);
  if (property != nullptr && property->schema != nullptr) {
    evaluated = true;
    if (!evaluate(*property->schema, value, nullptr)) return false;
  }
  for (PatternProperty const& rule : rules.patterns) {
    if (rule.pattern != nullptr && !pattern(*rule.pattern, key)) continue;
    evaluated = true;
    if (!evaluate(*rule.schema, value, nullptr)) return false;
  }
  if (evaluated || rules.additional == nullptr) return true;
  evaluated = true;
  return unknown_member(rules, key, value);
}

bool Validator::unknown_member(ObjectRules const& rules, std::string_view, Node value) {
  if (rules.additional->verdict != Subschema::Verdict::reject)
    return evaluate(*rules.additional, value, nullptr);
  if (rules.known.empty()) return violated("additionalProperties", "is not allowed here");
  return violated("additionalProperties", "is not a known property; known are ", rules.known);
}

bool Validator::member_name(Subschema const& names, std::string_view key, Node value) {
  {
    Quiet quiet(*this);
    if (evaluate(names, name_node(value), nullptr)) return true;
  }
  if (report_ == nullptr) return false;
  Report found = why(names, name_node(value));
  return violated("propertyNames", "the property name ", quoted(shown(key)), " ",
                  found ? found->rule : std::string("is not allowed"));
}

bool Validator::required(ObjectRules const& rules, Node node, std::uint64_t seen) {
  constexpr std::size_t with_bits = 64;
  if (seen == rules.required_bits && rules.required.size() <= with_bits) return true;
  for (std::string const& name : rules.required) {
    if (!spend(1)) return false;
    if (!node.find(name)) return violated("required", "missing required property ", quoted(name));
  }
  return true;
}

bool Validator::dependency(Dependency const& rule, Node node, Marks* marks) {
  if (!node.find(rule.when)) return true;
  for (std::string const& name : rule.required)
    if (!node.find(name))
      return violated("dependentRequired", "missing property ", quoted(name),
                      ", which is required with ", quoted(rule.when));
  return rule.schema == nullptr || evaluate(*rule.schema, node, marks);
}

bool Validator::unevaluated(Unevaluated const& rules, Node node, Marks& marks) {
  std::size_t index = 0;
  if (rules.items != nullptr) {
    for (Node item : node.items()) {
      if (!marks.has(index)) {
        if (rules.items->verdict == Subschema::Verdict::reject)
          return violated("unevaluatedItems", "item [", index, "] is not allowed");
        Inside inside(*this, index);
        if (!evaluate(*rules.items, item, nullptr)) return false;
        marks.set(index);
      }
      ++index;
    }
  }
  if (rules.properties == nullptr) return true;
  for (auto [key, value] : node.members()) {
    if (!marks.has(index)) {
      Inside inside(*this, key);
      if (rules.properties->verdict == Subschema::Verdict::reject)
        return violated("unevaluatedProperties", "is not a known property");
      if (!evaluate(*rules.properties, value, nullptr)) return false;
      marks.set(index);
    }
    ++index;
  }
  return true;
}

}  // namespace rampart::json
