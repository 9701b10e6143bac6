#include "server/registry.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "json/write.hpp"
#include "server/describe.hpp"

namespace rampart::server {
namespace {
[[noreturn]] void refuse(std::string const& what, std::string const& why) {
  throw std::invalid_argument(what + ": " + why);
}
template <class T>
T accepted(std::string const& what, Result<T> made) {
  if (!made) refuse(what, made.error().message);
  return std::move(*made);
}
}  // namespace

Registry::Registry(ServerInfo info) : info_(std::move(info)) {
  for (protocol::Version version : protocol::all_versions)
    info_json_[static_cast<std::size_t>(version)] = describe(info_, version);
}

std::string const& Registry::info_json(protocol::Version version) const {
  return info_json_[static_cast<std::size_t>(version)];
}

std::string Registry::instructions() const {
  std::lock_guard const lock(mutex_);
  return instructions_;
}
void Registry::set_instructions(std::string text) {
  std::lock_guard const lock(mutex_);
  instructions_ = std::move(text);
}
void Registry::add_schema_document(std::string uri, std::string const& text) {
  std::lock_guard const lock(mutex_);
  if (auto added = documents_.add(uri, text); !added)
    refuse("schema document " + uri, added.error().message);
}

std::shared_ptr<Catalog const> Registry::catalog() const {
  std::lock_guard const lock(mutex_);
  given_out_ = true;
  return catalog_;
}

/// Requests keep the catalogue they started with, so one that was given out is copied. (Whether it
/// is still held cannot be asked: use_count() orders nothing between threads.) With mutex_ held.
Catalog& Registry::own_catalog() {
  if (std::exchange(given_out_, false)) catalog_ = std::make_shared<Catalog>(*catalog_);
  return *catalog_;
}

/// `apply` runs with mutex_ held and says whether it changed anything; listeners are told without.
template <class Edit>
void Registry::edit(Change change, Edit&& apply) {
  std::function<void(Change, std::string_view)> listener;
  {
    std::lock_guard const lock(mutex_);
    if (!apply(own_catalog())) return;
    ++catalog_->generation;
    listener = listener_;
  }
  if (listener) listener(change, {});
}

void Registry::check(ToolSpec const& spec) const {
  std::lock_guard const lock(mutex_);
  if (catalog_->tools.find(spec.name)) refuse("tool " + spec.name, "the name is taken");
  accepted("tool " + spec.name, make_tool(spec, documents_, 0));
}

void Registry::check(ResourceSpec const& spec) const {
  std::lock_guard const lock(mutex_);
  auto const& entries = spec.is_template ? catalog_->templates : catalog_->resources;
  if (entries.find(spec.uri)) refuse("resource " + spec.uri, "the URI is taken");
  accepted("resource " + spec.uri, make_resource(spec));
}

void Registry::check(PromptSpec const& spec) const {
  std::lock_guard const lock(mutex_);
  if (catalog_->prompts.find(spec.name)) refuse("prompt " + spec.name, "the name is taken");
  accepted("prompt " + spec.name, make_prompt(spec));
}

void Registry::add(ToolSpec spec) {
  std::string const name = spec.name;
  std::shared_ptr<Tool const> tool;
  {
    std::lock_guard const lock(mutex_);  // of documents_; edit() takes it again
    tool = accepted("tool " + name, make_tool(std::move(spec), documents_, next_tool_++));
  }
  edit(Change::tools, [&](Catalog& catalog) {
    if (catalog.tools.find(name)) refuse("tool " + name, "the name is taken");
    catalog.tools.add(tool->spec.name, tool);
    return true;
  });
}

void Registry::add(ResourceSpec spec) {
  std::string const uri = spec.uri;
  auto resource = accepted("resource " + uri, make_resource(std::move(spec)));
  edit(Change::resources, [&](Catalog& catalog) {
    auto& entries = resource->spec.is_template ? catalog.templates : catalog.resources;
    if (entries.find(uri)) refuse("resource " + uri, "the URI is taken");
    entries.add(resource->spec.uri, resource);
    return true;
  });
}

void Registry::add(PromptSpec spec) {
  std::string const name = spec.name;
  auto prompt = accepted("prompt " + name, make_prompt(std::move(spec)));
  edit(Change::prompts, [&](Catalog& catalog) {
    if (catalog.prompts.find(name)) refuse("prompt " + name, "the name is taken");
    catalog.prompts.add(prompt->spec.name, prompt);
    return true;
  });
}

void Registry::add(Completion completion) {
  std::lock_guard const lock(mutex_);
  auto& all = own_catalog().completions;
  std::erase_if(all, [&](auto const& old) {
    return old->of_prompt == completion.of_prompt && old->owner == completion.owner &&
           old->argument == completion.argument;
  });
  all.push_back(std::make_shared<Completion const>(std::move(completion)));
}

namespace {

/// Those of what is taken away go with it.
void forget_completions(Catalog& catalog, bool of_prompt, std::string_view owner) {
  std::erase_if(catalog.completions, [&](auto const& completion) {
    return completion->of_prompt == of_prompt && completion->owner == owner;
  });
}

}  // namespace

bool Registry::remove_tool(std::string_view name) {
  bool removed = false;
  edit(Change::tools, [&](Catalog& catalog) { return removed = catalog.tools.remove(name); });
  return removed;
}
bool Registry::remove_prompt(std::string_view name) {
  bool removed = false;
  edit(Change::prompts, [&](Catalog& catalog) {
    forget_completions(catalog, true, name);
    return removed = catalog.prompts.remove(name);
  });
  return removed;
}
bool Registry::remove_resource(std::string_view uri) {
  bool removed = false;
  edit(Change::resources, [&](Catalog& catalog) {
    forget_completions(catalog, false, uri);
    return removed = catalog.resources.remove(uri) || catalog.templates.remove(uri);
  });
  return removed;
}

namespace {

/// Our own entries, then `theirs`; true when what is published differs from before.
template <class T, class Key>
bool rebuild(Entries<T>& entries, std::vector<std::shared_ptr<T const>> const& theirs, Key key) {
  Entries<T> next;
  auto take = [&](std::shared_ptr<T const> const& entry) {
    std::string_view const name = key(*entry);
    if (!next.find(name)) next.add(name, entry);
  };
  for (auto const& entry : entries.list())
    if (!entry->foreign) take(entry);
  for (auto const& entry : theirs) take(entry);
  auto const same = [](auto const& a, auto const& b) {
    return *a->rendered.back() == *b->rendered.back();
  };
  bool const changed = !std::ranges::equal(entries.list(), next.list(), same);
  entries = std::move(next);
  return changed;
}

}  // namespace

/// With mutex_ held.
std::vector<Change> Registry::merge() {
  ForeignSet all;
  auto append = [](auto& to, auto const& from) { to.insert(to.end(), from.begin(), from.end()); };
  for (auto const& [order, set] : foreign_) {
    append(all.tools, set.tools);
    append(all.resources, set.resources);
    append(all.templates, set.templates);
    append(all.prompts, set.prompts);
  }
  auto& catalog = own_catalog();
  auto by_name = [](auto const& entry) -> std::string_view { return entry.spec.name; };
  auto by_uri = [](Resource const& entry) -> std::string_view { return entry.spec.uri; };
  std::vector<Change> changes;
  if (rebuild(catalog.tools, all.tools, by_name)) changes.push_back(Change::tools);
  if (rebuild(catalog.prompts, all.prompts, by_name)) changes.push_back(Change::prompts);
  bool const resources = rebuild(catalog.resources, all.resources, by_uri);
  bool const templates = rebuild(catalog.templates, all.templates, by_uri);
  if (resources || templates) changes.push_back(Change::resources);
  if (!changes.empty()) ++catalog.generation;
  return changes;
}

std::vector<Change> Registry::set_foreign(std::size_t order, ForeignSet set) {
  std::map<std::size_t, ForeignSet> sets;
  sets.emplace(order, std::move(set));
  return set_foreign(std::move(sets));
}

std::vector<Change> Registry::set_foreign(std::map<std::size_t, ForeignSet> sets) {
  std::vector<Change> changes;
  {
    std::lock_guard const lock(mutex_);
    for (auto& [order, set] : sets) foreign_[order] = std::move(set);
    changes = merge();
  }
  for (auto const change : changes) changed(change);
  return changes;
}

void Registry::drop_foreign() {
  std::lock_guard const lock(mutex_);
  foreign_.clear();
  lives_ = {};
  expired_ = nullptr;
  merge();
  own_catalog().unlisted = nullptr;
}

void Registry::set_list_lives(ListLives const& lives) {
  std::lock_guard const lock(mutex_);
  lives_ = lives;
}
std::optional<ListLife> Registry::list_life(ListKind kind) const {
  std::lock_guard const lock(mutex_);
  return lives_[static_cast<std::size_t>(kind)];
}
void Registry::on_list_expired(std::function<void()> told) {
  std::lock_guard const lock(mutex_);
  expired_ = std::move(told);
}
void Registry::list_expired() const {
  std::function<void()> told;
  {
    std::lock_guard const lock(mutex_);
    told = expired_;
  }
  if (told) told();
}

void Registry::set_unlisted(std::shared_ptr<Foreign> reader) {
  std::lock_guard const lock(mutex_);
  own_catalog().unlisted = std::move(reader);
}

void Registry::changed(Change change, std::string_view uri) {
  std::function<void(Change, std::string_view)> listener;
  {
    std::lock_guard const lock(mutex_);
    listener = listener_;
  }
  if (listener) listener(change, uri);
}

void Registry::on_change(std::function<void(Change, std::string_view)> listener) {
  std::lock_guard const lock(mutex_);
  listener_ = std::move(listener);
}

}  // namespace rampart::server
