// From the schemas of Resources to a Program. Works from a queue, so that no chain of references,
// however long, costs stack.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/schema/problem.hpp"
#include "json/schema/program.hpp"
#include "json/schema/resources.hpp"
#include "json/schema/schema.hpp"

namespace rampart::json {

/// The rules of a kind are made when the first keyword of the kind is met.
template <class T>
T& made(std::unique_ptr<T>& rules) {
  if (!rules) rules = std::make_unique<T>();
  return *rules;
}

class Compiler {
 public:
  Compiler(Resources& resources, Program& program, Problem& problem, SchemaLimits const& limits,
           PatternPolicy policy);
  void compile(Node root);

 private:
  /// One subschema while its keywords are gathered.
  struct Work {
    Node schema;
    Site const& site;
    Subschema& out;
    std::map<std::string, Property, std::less<>> properties;
    std::vector<std::string_view> known;
  };

  Subschema const* subschema(Node schema);
  std::vector<Subschema const*> list(Node schemas);
  void fill(Node schema, Subschema& out);
  void keyword(Work& work, Keyword const& keyword, Node value);
  // Each takes the keywords of its kind and gives the others back with false.
  bool reference_keyword(Work& work, Key key, Node value);
  bool value_keyword(Work& work, Key key, Node value);
  bool number_keyword(Work& work, Key key, Node value);
  bool string_keyword(Work& work, Key key, Node value);
  bool array_keyword(Work& work, Key key, Node value);
  bool object_keyword(Work& work, Key key, Node value);
  bool combining_keyword(Work& work, Key key, Node value);
  void items(Work& work, Node value);
  void contains(Work& work, Node value);
  void properties(Work& work, Node value);
  void pattern_properties(Work& work, Node value);
  void dependency(Work& work, std::string_view when, Node value);
  void finish_properties(Work& work);
  Pattern const* pattern(std::string_view source, std::string const& place);
  void finish_dynamic_references();
  /// The value of another keyword of the same schema, if the dialect has it.
  std::optional<Node> sibling(Work const& work, std::string_view name) const;

  Resources& resources_;
  Program& program_;
  Problem& problem_;
  SchemaLimits const& limits_;
  PatternPolicy policy_;
  Subschema const* accept_;
  Subschema const* reject_;
  std::map<Node::Raw, Subschema*> compiled_;
  std::deque<std::pair<Node, Subschema*>> queue_;
  std::map<std::string, Pattern const*, std::less<>> patterns_;
  std::vector<Subschema*> dynamic_;
};

}  // namespace rampart::json
