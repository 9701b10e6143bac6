#include "json/schema/compiler.hpp"

#include <algorithm>

#include "json/write.hpp"

namespace rampart::json {
namespace {
bool has_rules(Subschema const& s) {
  return s.types != all_types || !s.references.empty() || s.dynamic || !s.values.empty() ||
         s.number || s.string || s.array || s.object || s.combined || s.unevaluated;
}
}  // namespace

Compiler::Compiler(Resources& resources, Program& program, Problem& problem,
                   SchemaLimits const& limits, PatternPolicy policy)
    : resources_(resources),
      program_(program),
      problem_(problem),
      limits_(limits),
      policy_(policy) {
  Subschema& accept = program_.subschemas.emplace_back();
  accept.verdict = Subschema::Verdict::accept;
  Subschema& reject = program_.subschemas.emplace_back();
  reject.verdict = Subschema::Verdict::reject;
  accept_ = &accept;
  reject_ = &reject;
}

void Compiler::compile(Node root) {
  program_.root = subschema(root);
  // A dynamic reference brings schemas of its own, which may bring resources with more anchors.
  do {
    while (!queue_.empty() && !problem_.found()) {
      auto [schema, out] = queue_.front();
      queue_.pop_front();
      fill(schema, *out);
    }
    finish_dynamic_references();
  } while (!queue_.empty() && !problem_.found());
  program_.has_dynamic = !dynamic_.empty();
}

Subschema const* Compiler::subschema(Node schema) {
  if (auto boolean = schema.as_bool()) return *boolean ? accept_ : reject_;
  // A scan that failed left no site; the problem is noted and the program will not be used.
  if (problem_.found() || !schema.is_object()) return accept_;
  auto [at, added] = compiled_.try_emplace(schema.raw(), nullptr);
  if (!added) return at->second;
  if (compiled_.size() > limits_.max_subschemas) {
    problem_.add(resources_.site(schema).pointer,
                 "more than " + std::to_string(limits_.max_subschemas) + " subschemas");
    return accept_;
  }
  at->second = &program_.subschemas.emplace_back();
  queue_.emplace_back(schema, at->second);
  return at->second;
}

std::vector<Subschema const*> Compiler::list(Node schemas) {
  std::vector<Subschema const*> out;
  for (Node schema : schemas.items()) out.push_back(subschema(schema));
  return out;
}

void Compiler::fill(Node schema, Subschema& out) {
  Site const& site = resources_.site(schema);
  out.resource = site.resource;
  Dialect dialect = resources_.all()[site.resource].dialect;
  Work work{schema, site, out, {}, {}};
  bool only_reference = dialect.draft == Draft::v07 && schema.find("$ref");
  for (auto [name, value] : schema.members()) {
    Keyword const* known = find_keyword(name, dialect);
    if (known == nullptr || (only_reference && known->key != Key::ref)) continue;
    keyword(work, *known, value);
  }
  finish_properties(work);
  if (!has_rules(out)) out.verdict = Subschema::Verdict::accept;
}

void Compiler::keyword(Work& work, Keyword const& keyword, Node value) {
  Key key = keyword.key;
  // Definitions are compiled even if nothing refers to them: what is wrong in them is wrong.
  if (key == Key::definitions)
    for (auto [name, schema] : value.members()) subschema(schema);
  (void)(reference_keyword(work, key, value) || value_keyword(work, key, value) ||
         number_keyword(work, key, value) || string_keyword(work, key, value) ||
         array_keyword(work, key, value) || object_keyword(work, key, value) ||
         combining_keyword(work, key, value));
}

std::optional<Node> Compiler::sibling(Work const& work, std::string_view name) const {
  bool known = find_keyword(name, resources_.all()[work.site.resource].dialect) != nullptr;
  return known ? work.schema.find(name) : std::nullopt;
}

bool Compiler::reference_keyword(Work& work, Key key, Node value) {
  if (key != Key::ref && key != Key::dynamic_ref) return false;
  auto target = resources_.resolve(work.site, *value.as_string());
  if (!target) return true;
  if (key == Key::dynamic_ref && !target->dynamic_anchor.empty()) {
    made(work.out.dynamic).anchor = target->dynamic_anchor;
    dynamic_.push_back(&work.out);
  } else {
    work.out.references.push_back(subschema(target->schema));
  }
  return true;
}

// Every resource that has the anchor may be the outermost one; the statically resolved one is among
// them, and is always in scope when the reference is followed.
void Compiler::finish_dynamic_references() {
  for (Subschema* reference : dynamic_) {
    auto& [anchor, candidates] = *reference->dynamic;
    candidates.clear();
    for (ResourceId id = 0; id < resources_.all().size(); ++id) {
      auto const& anchors = resources_.all()[id].dynamic_anchors;
      if (auto found = anchors.find(anchor); found != anchors.end())
        candidates.emplace_back(id, subschema(found->second));
    }
  }
}

bool Compiler::combining_keyword(Work& work, Key key, Node value) {
  switch (key) {
    case Key::all_of:
      made(work.out.combined).all_of = list(value);
      return true;
    case Key::any_of:
      made(work.out.combined).any_of = list(value);
      return true;
    case Key::one_of:
      made(work.out.combined).one_of = list(value);
      return true;
    case Key::not_:
      made(work.out.combined).not_ = subschema(value);
      return true;
    case Key::if_:
      made(work.out.combined).if_ = subschema(value);
      return true;
    case Key::then:  // without an if it is only compiled
      made(work.out.combined).then = subschema(value);
      return true;
    case Key::else_:
      made(work.out.combined).else_ = subschema(value);
      return true;
    case Key::unevaluated_items:
      made(work.out.unevaluated).items = subschema(value);
      return true;
    case Key::unevaluated_properties:
      made(work.out.unevaluated).properties = subschema(value);
      return true;
    default:
      return false;
  }
}

}  // namespace rampart::json
