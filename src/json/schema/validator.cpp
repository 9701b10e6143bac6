#include "json/schema/validator.hpp"

#include <utility>

namespace rampart::json {

class Validator::Entered {
 public:
  Entered(Validator& v, ResourceId resource) : validator_(v), scope_{resource, v.scope_} {
    --v.depth_;
    if (v.program_.has_dynamic) v.scope_ = &scope_;
  }
  ~Entered() {
    ++validator_.depth_;
    validator_.scope_ = scope_.outer;
  }
  Entered(Entered const&) = delete;
  Entered& operator=(Entered const&) = delete;

 private:
  Validator& validator_;
  Scope scope_;
};

std::optional<SchemaViolation> Validator::run(Node instance) {
  Report report;
  report_ = &report;
  bool valid = evaluate(*program_.root, instance, nullptr);
  if (valid && !fatal_) return std::nullopt;
  if (fatal_) report = std::move(fatal_);
  SchemaViolation violation;
  violation.message = report->path.empty() ? report->rule : report->path + ": " + report->rule;
  violation.path = std::move(report->path);
  violation.keyword = std::move(report->keyword);
  return violation;
}

bool Validator::evaluate(Subschema const& s, Node node, Marks* marks) {
  if (!spend(1)) return false;
  if (s.verdict == Subschema::Verdict::accept) return true;
  if (s.verdict == Subschema::Verdict::reject) return violated("false", "is not allowed");
  if (depth_ == 0)
    return abandon("depth", "needs more than " + std::to_string(limits_.max_depth) +
                                " levels of validation (does a $ref lead back to itself?)");
  Entered entered(*this, s.resource);
  if (!s.unevaluated) return apply(s, node, marks);
  Marks own(node.size());
  if (!apply(s, node, &own) || !unevaluated(*s.unevaluated, node, own)) return false;
  if (marks != nullptr) marks->merge(own);
  return true;
}

bool Validator::apply(Subschema const& s, Node node, Marks* marks) {
  Node::Kind kind = node.kind();
  if (s.types != all_types && (types_of(node, kind) & s.types) == 0)
    return violated("type", "must be ", report_ ? describe(s.types) : std::string(), ", not ",
                    describe(node));
  return references(s, node, marks) && values(s, node) && by_type(s, node, kind, marks) &&
         (!s.combined || combined(*s.combined, node, marks));
}

bool Validator::by_type(Subschema const& s, Node node, Node::Kind kind, Marks* marks) {
  switch (kind) {
    case Node::Kind::integer:
    case Node::Kind::unsigned_integer:
    case Node::Kind::number:
      return !s.number || number(*s.number, node);
    case Node::Kind::string:
      return !s.string || string(*s.string, *node.as_string());
    case Node::Kind::array:
      return !s.array || array(*s.array, node, marks);
    case Node::Kind::object:
      return !s.object || object(*s.object, node, marks);
    default:
      return true;
  }
}

bool Validator::references(Subschema const& s, Node node, Marks* marks) {
  for (Subschema const* target : s.references)
    if (!evaluate(*target, node, marks)) return false;
  return !s.dynamic || dynamic_reference(*s.dynamic, node, marks);
}

bool Validator::dynamic_reference(DynamicReference const& reference, Node node, Marks* marks) {
  Subschema const* target = nullptr;
  for (Scope const* scope = scope_; scope != nullptr; scope = scope->outer)
    for (auto [resource, schema] : reference.candidates)
      if (resource == scope->resource) target = schema;
  if (target == nullptr)
    return abandon("$dynamicRef", "cannot be checked: the reference has no target");
  return evaluate(*target, node, marks);
}

bool Validator::spend(std::size_t steps) {
  steps_ -= static_cast<std::int64_t>(steps);
  if (steps_ >= 0) return true;
  return abandon("steps",
                 "needs more than " + std::to_string(limits_.max_steps) + " steps of validation");
}

bool Validator::abandon(std::string_view keyword, std::string rule) {
  if (!fatal_) fatal_ = Finding{path_text(path_), std::string(keyword), std::move(rule)};
  steps_ = 0;
  return false;
}

void Validator::record(std::string_view keyword, std::string rule) {
  if (!*report_) *report_ = Finding{path_text(path_), std::string(keyword), std::move(rule)};
}

}  // namespace rampart::json
