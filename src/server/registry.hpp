// The changing side of the catalogue: registration, removal, and telling those who listen.
#pragma once
#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "server/catalog.hpp"

namespace rampart::server {

/// The four lists, by what a client may keep of them.
enum class ListKind { tools, resources, templates, prompts };
inline constexpr std::size_t list_kinds = 4;

/// For how long and for whom a list with entries of others may be kept.
struct ListLife {
  base::Steady::time_point expires;
  bool is_public = false;
};
using ListLives = std::array<std::optional<ListLife>, list_kinds>;

enum class Change { tools, prompts, resources, resource_updated };

/// Thread-safe.
class Registry {
 public:
  explicit Registry(ServerInfo info);

  ServerInfo const& info() const { return info_; }
  /// Implementation's JSON for a revision.
  std::string const& info_json(protocol::Version version) const;
  std::string instructions() const;
  void set_instructions(std::string text);
  void add_schema_document(std::string uri, std::string const& text);

  /// These throw std::invalid_argument for a description that breaks a rule or repeats a name.
  void check(ToolSpec const& spec) const;
  void check(ResourceSpec const& spec) const;
  void check(PromptSpec const& spec) const;
  void add(ToolSpec spec);
  void add(ResourceSpec spec);
  void add(PromptSpec spec);
  void add(Completion completion);
  bool remove_tool(std::string_view name);
  bool remove_prompt(std::string_view name);
  bool remove_resource(std::string_view uri);

  /// Replaces what upstream number `order` brings. Entries stand behind our own, by that number;
  /// one whose name is taken is left out.
  /// Returns what changed, which listeners have been told.
  std::vector<Change> set_foreign(std::size_t order, ForeignSet set);
  /// The same for several in one step: what only passes from one to another is no change.
  std::vector<Change> set_foreign(std::map<std::size_t, ForeignSet> sets);
  /// What others say of their lists; nothing: nobody else has a part in that one.
  void set_list_lives(ListLives const& lives);
  std::optional<ListLife> list_life(ListKind kind) const;
  /// Told when a client asked for a list whose time has passed. Any thread.
  void on_list_expired(std::function<void()> told);
  void list_expired() const;
  void set_unlisted(std::shared_ptr<Foreign> reader);
  /// At the end: nothing foreign is left, and nobody is told.
  void drop_foreign();
  std::size_t next_tool_number() { return next_tool_++; }

  std::shared_ptr<Catalog const> catalog() const;

  /// `uri` only for resource_updated. Any thread.
  void changed(Change change, std::string_view uri = {});
  /// Set by the dispatcher while the server is being served.
  void on_change(std::function<void(Change, std::string_view uri)> listener);

 private:
  template <class Edit>
  void edit(Change change, Edit&& apply);
  Catalog& own_catalog();
  std::vector<Change> merge();

  ServerInfo const info_;
  std::array<std::string, protocol::version_count> info_json_;
  mutable std::mutex mutex_;
  std::string instructions_;
  json::SchemaDocuments documents_;
  std::atomic<std::size_t> next_tool_ = 0;
  std::map<std::size_t, ForeignSet> foreign_;
  std::shared_ptr<Catalog> catalog_ = std::make_shared<Catalog>();
  mutable bool given_out_ = false;  ///< somebody may hold catalog_
  std::function<void(Change, std::string_view)> listener_;
  ListLives lives_;
  std::function<void()> expired_;
};

}  // namespace rampart::server
