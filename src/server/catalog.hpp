// What the server offers at one moment: immutable, shared by the requests that started with it.
#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "json/schema/schema.hpp"
#include "protocol/mcp_headers.hpp"
#include "protocol/version.hpp"
#include "rampart/server.hpp"
#include "server/foreign.hpp"

namespace rampart::server {

/// A descriptor's JSON text for each revision; equal texts are shared.
using PerVersion = std::array<std::shared_ptr<std::string const>, protocol::version_count>;

struct Tool {
  ToolSpec spec;
  json::Schema input;
  std::optional<json::Schema> output = {};  ///< of results that could break it
  std::vector<protocol::MirroredParam> mirrored;
  std::size_t number = 0;  ///< in order of registration, never used twice
  PerVersion rendered;
  std::shared_ptr<Foreign> foreign = {};  ///< who runs it, unless it is ours
};
struct Resource {
  ResourceSpec spec;
  PerVersion rendered;
  std::shared_ptr<Foreign> foreign = {};
};
struct Prompt {
  PromptSpec spec;
  PerVersion rendered;
  std::shared_ptr<Foreign> foreign = {};
};

/// Entries in registration order, found by name.
template <class T>
class Entries {
 public:
  std::shared_ptr<T const> find(std::string_view name) const {
    auto const it = index_.find(name);
    return it == index_.end() ? nullptr : list_[it->second];
  }
  std::vector<std::shared_ptr<T const>> const& list() const { return list_; }
  /// `key` lives in `entry`.
  void add(std::string_view key, std::shared_ptr<T const> entry) {
    index_.emplace(key, list_.size());
    list_.push_back(std::move(entry));
  }
  bool remove(std::string_view name) {
    auto const it = index_.find(name);
    if (it == index_.end()) return false;
    auto const at = it->second;
    index_.erase(it);
    list_.erase(list_.begin() + static_cast<std::ptrdiff_t>(at));
    for (auto& [key, position] : index_)
      if (position > at) --position;
    return true;
  }

 private:
  std::vector<std::shared_ptr<T const>> list_;
  std::unordered_map<std::string_view, std::size_t> index_;
};

struct Completion {
  bool of_prompt = true;
  std::string owner;  ///< prompt name or URI template
  std::string argument;
  Server::Complete complete;
};

struct Catalog {
  Entries<Tool> tools;
  Entries<Resource> resources;
  Entries<Resource> templates;
  Entries<Prompt> prompts;
  std::vector<std::shared_ptr<Completion const>> completions;
  /// Reads a resource that nobody lists; null: there is no such resource.
  std::shared_ptr<Foreign> unlisted;
  std::uint64_t generation = 0;  ///< rises with every change
};

/// Checks a description and renders it. Errors: invalid_params with the rule that is broken.
Result<std::shared_ptr<Tool const>> make_tool(ToolSpec spec, json::SchemaDocuments const& documents,
                                              std::size_t number);
Result<std::shared_ptr<Resource const>> make_resource(ResourceSpec spec);
Result<std::shared_ptr<Prompt const>> make_prompt(PromptSpec spec);

/// What is published about an entry of another server, for each revision, its name already ours.
using Described = std::array<std::string, protocol::version_count>;
/// `spec` holds the name, the input schema and the cache's rules. A schema that does not compile is
/// not enforced: the other server has the last word anyway; `unenforced` then says why.
std::shared_ptr<Tool const> make_foreign_tool(ToolSpec spec,
                                              std::vector<protocol::MirroredParam> mirrored,
                                              Described described, std::shared_ptr<Foreign> foreign,
                                              std::size_t number, std::string* unenforced);
std::shared_ptr<Resource const> make_foreign_resource(ResourceSpec spec, Described described,
                                                      std::shared_ptr<Foreign> foreign);
std::shared_ptr<Prompt const> make_foreign_prompt(PromptSpec spec, Described described,
                                                  std::shared_ptr<Foreign> foreign);

}  // namespace rampart::server
