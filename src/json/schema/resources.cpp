#include "json/schema/resources.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "json/schema/shapes.hpp"
#include "json/schema/uri.hpp"
#include "json/write.hpp"

namespace rampart::json {
namespace {
// The base of a schema without a URI; any absolute one does.
constexpr std::string_view nameless = "schema:///";

std::string unescape(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    bool escaped = token[i] == '~' && i + 1 < token.size();
    if (escaped && token[i + 1] == '1') out += '/';
    if (escaped && token[i + 1] == '0') out += '~';
    bool known = escaped && (token[i + 1] == '0' || token[i + 1] == '1');
    if (known) {
      ++i;
    } else {
      out += token[i];
    }
  }
  return out;
}

std::optional<Node> child(Node parent, std::string const& token) {
  if (parent.is_object()) return parent.find(token);
  std::size_t index = 0;
  char const* end = token.data() + token.size();
  auto read = std::from_chars(token.data(), end, index);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  for (Node item : parent.items())
    if (index-- == 0) return item;
  return std::nullopt;
}
}  // namespace

std::string step(std::string_view pointer, std::string_view key) {
  std::string out(pointer);
  out += '/';
  for (char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}
std::string step(std::string_view pointer, std::size_t index) {
  return std::string(pointer) + "/" + std::to_string(index);
}

std::optional<Node> Resources::load_root(std::string_view text) {
  return load(text, std::string(nameless), Dialect{});
}

std::optional<Node> Resources::load(std::string_view text, std::string const& uri,
                                    Dialect inherited) {
  auto document = Document::parse_copy(text);
  if (!document) {
    problem_.add(std::move(document.error()));
    return std::nullopt;
  }
  Node root = parsed_.emplace_back(std::move(*document)).root();
  std::string place = uri == nameless ? "" : uri + "#";
  auto dialect = dialect_of(root, inherited, place);
  if (!dialect) return std::nullopt;
  auto id = static_cast<ResourceId>(resources_.size());
  resources_.push_back(Resource{uri, root, *dialect, {}, {}});
  by_uri_.emplace(uri, id);
  scan(root, id, place);
  return root;
}

std::optional<ResourceId> Resources::find(std::string_view uri, Dialect inherited) {
  if (auto known = by_uri_.find(uri); known != by_uri_.end()) return known->second;
  auto text = documents_.find(uri);
  if (!text) return std::nullopt;
  if (auto loaded = by_text_.find(text->data()); loaded != by_text_.end()) return loaded->second;
  if (!load(*text, std::string(uri), inherited)) return std::nullopt;
  ResourceId id = by_uri_.find(uri)->second;
  by_text_.emplace(text->data(), id);
  return id;
}

std::optional<Target> Resources::resolve(Site const& from, std::string_view reference) {
  Resource const& base = resources_[from.resource];
  std::string absolute = resolve_uri(base.uri, reference);
  auto [uri, encoded] = split_fragment(absolute);
  auto unresolved = [&](std::string const& why) {
    problem_.add(from.pointer, "the reference " + quoted(reference) + " leads nowhere: " + why);
    return std::nullopt;
  };
  auto resource = find(uri, base.dialect);
  if (!resource) return unresolved("no schema with this URI is registered, and none is fetched");
  std::string fragment = percent_decode(encoded);
  if (fragment.empty()) return Target{resources_[*resource].root, {}};
  if (fragment.front() != '/') {
    Resource const& holder = resources_[*resource];
    auto anchor = holder.anchors.find(fragment);
    if (anchor == holder.anchors.end()) return unresolved("there is no such anchor");
    bool dynamic = holder.dynamic_anchors.contains(fragment);
    return Target{anchor->second, dynamic ? fragment : std::string()};
  }
  auto schema = follow_pointer(*resource, fragment);
  if (!schema) return unresolved("there is nothing at this place");
  return Target{*schema, {}};
}

// The place may lie where no schema is looked for, such as under an unknown keyword; it is read as
// a schema then, of the resource that it stands in.
std::optional<Node> Resources::follow_pointer(ResourceId resource, std::string_view json_pointer) {
  Node node = resources_[resource].root;
  std::string place = node.is_object() ? site(node).pointer : std::string();
  auto read = by_pointer_.find(std::pair(node.raw()[0], place + std::string(json_pointer)));
  if (read != by_pointer_.end()) return read->second;
  while (!json_pointer.empty()) {
    json_pointer.remove_prefix(1);
    std::size_t end = std::min(json_pointer.find('/'), json_pointer.size());
    std::string token = unescape(json_pointer.substr(0, end));
    json_pointer.remove_prefix(end);
    auto next = child(node, token);
    if (!next) return std::nullopt;
    node = *next;
    place = step(place, token);
    if (auto known = sites_.find(node.raw()); known != sites_.end())
      resource = known->second.resource;
  }
  scan(node, resource, place);
  return node;
}

}  // namespace rampart::json
