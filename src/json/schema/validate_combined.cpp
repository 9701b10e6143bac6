// allOf, anyOf, oneOf, not, if: schemas applied to the same value.
#include <utility>

#include "json/schema/validator.hpp"

namespace rampart::json {
namespace {
// How many branches a message gives reasons for.
constexpr std::size_t explained_branches = 4;
}  // namespace

bool Validator::combined(Combination const& c, Node node, Marks* marks) {
  for (Subschema const* s : c.all_of)
    if (!evaluate(*s, node, marks)) return false;
  if (!c.any_of.empty() && !any_of(c.any_of, node, marks)) return false;
  if (!c.one_of.empty() && !one_of(c.one_of, node, marks)) return false;
  if (c.not_ != nullptr && branch(*c.not_, node, nullptr))
    return violated("not", "has a form that is not allowed");
  return c.if_ == nullptr || conditional(c, node, marks);
}

// Evaluates without a report, and keeps what was marked only on success.
bool Validator::branch(Subschema const& s, Node node, Marks* marks) {
  Quiet quiet(*this);
  if (marks == nullptr) return evaluate(s, node, nullptr);
  Marks own(node.size());
  if (!evaluate(s, node, &own)) return false;
  marks->merge(own);
  return true;
}

bool Validator::any_of(std::vector<Subschema const*> const& branches, Node node, Marks* marks) {
  bool matched = false;
  for (Subschema const* s : branches) {
    if (!branch(*s, node, marks)) continue;
    matched = true;
    if (marks == nullptr) break;  // else every branch that holds has something to mark
  }
  return matched || no_branch("anyOf", branches, node);
}

bool Validator::one_of(std::vector<Subschema const*> const& branches, Node node, Marks* marks) {
  std::size_t matched = 0;
  for (Subschema const* s : branches) {
    if (branch(*s, node, marks)) ++matched;
    if (matched > 1) break;
  }
  if (matched == 1) return true;
  if (matched == 0) return no_branch("oneOf", branches, node);
  return violated("oneOf", "must match exactly one of the allowed forms, but matches several");
}

bool Validator::conditional(Combination const& c, Node node, Marks* marks) {
  Subschema const* next = branch(*c.if_, node, marks) ? c.then : c.else_;
  return next == nullptr || evaluate(*next, node, marks);
}

// A branch that fails for the value's type alone was not meant. If only one other is left, its
// reason is the one to give.
bool Validator::no_branch(std::string_view keyword, std::vector<Subschema const*> const& branches,
                          Node node) {
  if (report_ == nullptr || fatal_) return false;
  if (explaining_) return violated(keyword, "matches none of the allowed forms");
  std::string here = path_text(path_);
  std::string reasons;
  Report meant;
  std::size_t others = 0;
  std::size_t told = 0;
  for (Subschema const* s : branches) {
    if (told == explained_branches) break;
    Report found = why(*s, node);
    if (!found) continue;
    if (told++ > 0) reasons += "; ";
    reasons += found->path == here ? found->rule : found->path + " " + found->rule;
    if (found->keyword == "type" && found->path == here) continue;
    ++others;
    meant = std::move(found);
  }
  if (others == 1 && branches.size() <= explained_branches) {
    if (!*report_) *report_ = std::move(meant);
    return false;
  }
  std::string_view more = branches.size() > explained_branches ? "; ..." : "";
  return violated(keyword, "matches none of the allowed forms (", reasons, more, ")");
}

Validator::Report Validator::why(Subschema const& s, Node node) {
  Report report;
  bool outer = std::exchange(explaining_, true);
  {
    Quiet instead(*this, &report);
    evaluate(s, node, nullptr);
  }
  explaining_ = outer;
  return report;
}

}  // namespace rampart::json
