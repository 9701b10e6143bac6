// The documents of one compilation: which schema has which URI, dialect and anchors, and what a
// reference leads to. Lives only while a schema is compiled; problems go to the shared Problem.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "json/document.hpp"
#include "json/schema/dialect.hpp"
#include "json/schema/documents.hpp"
#include "json/schema/keywords.hpp"
#include "json/schema/problem.hpp"
#include "json/schema/program.hpp"

namespace rampart::json {

/// A schema with a URI of its own.
struct Resource {
  std::string uri;
  Node root;
  Dialect dialect;
  std::map<std::string, Node, std::less<>> anchors;  // dynamic ones too
  std::map<std::string, Node, std::less<>> dynamic_anchors;
};

/// Where a subschema stands.
struct Site {
  ResourceId resource = 0;
  std::string pointer;  // from the root of its document, behind its URI unless it is the main one
};

struct Target {
  Node schema;
  std::string dynamic_anchor;  // not empty if a $dynamicAnchor led here
};

class Resources {
 public:
  Resources(SchemaDocuments const& documents, Problem& problem)
      : documents_(documents), problem_(problem) {}

  /// Reads the schema to compile; nullopt when it is not JSON.
  std::optional<Node> load_root(std::string_view text);
  /// What `reference`, written in the schema at `from`, leads to.
  std::optional<Target> resolve(Site const& from, std::string_view reference);
  /// Only for schemas that are objects and were reached from the root or through resolve().
  Site const& site(Node schema) const { return sites_.at(schema.raw()); }
  std::deque<Resource> const& all() const { return resources_; }

 private:
  std::optional<Node> load(std::string_view text, std::string const& uri, Dialect inherited);
  void scan(Node schema, ResourceId resource, std::string const& pointer);
  void scan_children(Keyword const& keyword, Node value, ResourceId resource,
                     std::string const& pointer);
  ResourceId identify(Node schema, std::string_view id, ResourceId within,
                      std::string const& pointer);
  void anchor(ResourceId resource, std::string_view name, Node schema, std::string const& pointer);
  std::optional<Dialect> dialect_of(Node root, Dialect inherited, std::string const& pointer);
  std::optional<Dialect> custom_dialect(std::string_view uri, std::string const& pointer);
  std::optional<ResourceId> find(std::string_view uri, Dialect inherited);
  std::optional<Node> follow_pointer(ResourceId resource, std::string_view json_pointer);

  SchemaDocuments const& documents_;
  Problem& problem_;
  std::deque<Document> parsed_;
  std::deque<Resource> resources_;
  std::map<std::string, ResourceId, std::less<>> by_uri_;
  std::map<char const*, ResourceId> by_text_;  // a registered text may be known by two URIs
  std::map<Node::Raw, Site> sites_;
  // The same by document and pointer, for objects are searched member by member.
  std::map<std::pair<std::uint64_t, std::string>, Node> by_pointer_;
};

/// `pointer` with one more step, escaped as RFC 6901 has it.
std::string step(std::string_view pointer, std::string_view key);
std::string step(std::string_view pointer, std::size_t index);

}  // namespace rampart::json
