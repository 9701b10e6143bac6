// One validation: walks a Program and a value together and stops at the first violation. Messages
// are built only where they will be seen; inside anyOf, not and the like nothing is. One per call.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "json/schema/marks.hpp"
#include "json/schema/program.hpp"
#include "json/schema/report.hpp"
#include "json/schema/schema.hpp"

namespace rampart::json {

class Validator {
 public:
  Validator(Program const& program, SchemaLimits const& limits)
      : program_(program),
        depth_(limits.max_depth),
        steps_(static_cast<std::int64_t>(limits.max_steps)),
        limits_(limits) {}
  std::optional<SchemaViolation> run(Node instance);

 private:
  /// A violation before it becomes a message.
  struct Finding {
    std::string path;
    std::string keyword;
    std::string rule;
  };
  using Report = std::optional<Finding>;
  /// Resources entered on the way to the current subschema, innermost first.
  struct Scope {
    ResourceId resource;
    Scope const* outer;
  };
  class Quiet;    // no report while it lives
  class Inside;   // a step of the path while it lives
  class Entered;  // a level of recursion, and perhaps a scope, while it lives

  // All of these: true = valid. `marks`, if not null, learns what was evaluated; it means nothing
  // after false.
  bool evaluate(Subschema const& s, Node node, Marks* marks);
  bool apply(Subschema const& s, Node node, Marks* marks);
  bool references(Subschema const& s, Node node, Marks* marks);
  bool dynamic_reference(DynamicReference const& reference, Node node, Marks* marks);
  bool values(Subschema const& s, Node node);
  bool by_type(Subschema const& s, Node node, Node::Kind kind, Marks* marks);
  bool number(NumberRules const& rules, Node node);
  bool string(StringRules const& rules, std::string_view text);
  bool pattern(Pattern const& pattern, std::string_view text);
  bool array(ArrayRules const& rules, Node node, Marks* marks);
  bool items(ArrayRules const& rules, Node node, Marks* marks);
  bool contains(ArrayRules const& rules, Node node, Marks* marks);
  bool unique(Node node, std::size_t size);
  bool unique_hashed(Node node, std::size_t size);
  bool object(ObjectRules const& rules, Node node, Marks* marks);
  bool member(ObjectRules const& rules, Property const* property, std::string_view key, Node value,
              bool& evaluated);
  bool unknown_member(ObjectRules const& rules, std::string_view key, Node value);
  bool member_name(Subschema const& names, std::string_view key, Node value);
  bool required(ObjectRules const& rules, Node node, std::uint64_t seen);
  bool dependency(Dependency const& rule, Node node, Marks* marks);
  bool combined(Combination const& c, Node node, Marks* marks);
  bool any_of(std::vector<Subschema const*> const& branches, Node node, Marks* marks);
  bool one_of(std::vector<Subschema const*> const& branches, Node node, Marks* marks);
  bool conditional(Combination const& c, Node node, Marks* marks);
  bool unevaluated(Unevaluated const& rules, Node node, Marks& marks);
  bool branch(Subschema const& s, Node node, Marks* marks);

  /// Why no branch of anyOf or oneOf holds.
  bool no_branch(std::string_view keyword, std::vector<Subschema const*> const& branches,
                 Node node);
  Report why(Subschema const& s, Node node);

  /// Takes the cost of some work; false when the budget is used up.
  bool spend(std::size_t steps);
  /// Ends the whole validation: nothing around it may turn this into success.
  bool abandon(std::string_view keyword, std::string rule);
  /// Notes a violation if somebody wants to know; always false.
  template <class... Part>
  bool violated(std::string_view keyword, Part const&... parts) {
    if (report_ == nullptr) return false;
    std::string rule;
    (append(rule, parts), ...);
    record(keyword, std::move(rule));
    return false;
  }
  static void append(std::string& out, std::string_view part) { out += part; }
  static void append(std::string& out, std::size_t part) { out += std::to_string(part); }
  static void append(std::string& out, Number const& part) { out += part.text(); }
  static void append(std::string& out, Divisor const& part) { out += part.text(); }
  void record(std::string_view keyword, std::string rule);

  Program const& program_;
  std::size_t depth_;   // levels left
  std::int64_t steps_;  // left
  SchemaLimits const& limits_;
  PathFrame const* path_ = nullptr;
  Scope const* scope_ = nullptr;
  Report* report_ = nullptr;  // null: nobody wants to know
  Report fatal_;
  bool explaining_ = false;
};

class Validator::Quiet {
 public:
  explicit Quiet(Validator& v, Report* instead = nullptr) : validator_(v), report_(v.report_) {
    v.report_ = instead;
  }
  ~Quiet() { validator_.report_ = report_; }
  Quiet(Quiet const&) = delete;
  Quiet& operator=(Quiet const&) = delete;

 private:
  Validator& validator_;
  Report* report_;
};

class Validator::Inside {
 public:
  Inside(Validator& v, std::string_view key) : validator_(v), frame_{v.path_, key, 0, false} {
    v.path_ = &frame_;
  }
  Inside(Validator& v, std::size_t index) : validator_(v), frame_{v.path_, {}, index, true} {
    v.path_ = &frame_;
  }
  ~Inside() { validator_.path_ = frame_.parent; }
  Inside(Inside const&) = delete;
  Inside& operator=(Inside const&) = delete;

 private:
  Validator& validator_;
  PathFrame frame_;
};

}  // namespace rampart::json
