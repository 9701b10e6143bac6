// What upstreams offer, in the catalogue: order, names, what may be seen, what is written anew.
#include <algorithm>
#include <array>

#include "crypto/sha256.hpp"
#include "gateway/circuit_stats.hpp"
#include "gateway/foreign_item.hpp"
#include "gateway/gateway.hpp"
#include "gateway/mirrored.hpp"
#include "protocol/translate_descriptor.hpp"

namespace rampart::gateway {

using protocol::DescriptorKind;
using protocol::Method;

std::string Gateway::prefix_of(upstream::Upstream const& upstream) const {
  bool const own = std::ranges::any_of(registry_.catalog()->tools.list(),
                                       [](auto const& tool) { return !tool->foreign; });
  bool const several = upstreams_.size() > 1 || own;
  auto const& configured = upstream.config().prefix;
  bool const chosen = !configured.empty() && configured != upstream.name();
  if (options_.prefix == config::PrefixRule::never) return {};
  if (options_.prefix == config::PrefixRule::automatic && !several && !chosen) return {};
  return configured.empty() ? upstream.name() : configured;
}

namespace {

/// All lists together are as good as the one that is so for the shortest time, and for everybody
/// only if each is.
server::ListLives list_lives(std::vector<std::shared_ptr<upstream::Upstream>> const& upstreams) {
  using Catalogue = upstream::Catalogue;
  constexpr std::array members{&Catalogue::tools_life, &Catalogue::resources_life,
                               &Catalogue::templates_life, &Catalogue::prompts_life};
  server::ListLives out;
  for (auto const& upstream : upstreams) {
    bool const known = upstream->greeting().has_value();
    for (std::size_t kind = 0; kind < members.size(); ++kind) {
      auto const& life = upstream->catalogue().*members[kind];
      if (known && !life.there) continue;
      // Of what was never there, and of older revisions, nobody knows how long it stays so.
      bool const hinted = known && upstream->greeting()->modern();
      server::ListLife const part{hinted ? life.expires : base::Steady::time_point(),
                                  hinted && life.is_public};
      if (!out[kind]) out[kind] = part;
      out[kind]->expires = std::min(out[kind]->expires, part.expires);
      out[kind]->is_public &= part.is_public;
    }
  }
  return out;
}

}  // namespace

std::shared_ptr<server::Foreign> Gateway::item(Target target, bool completes) {
  return std::make_shared<ForeignItem>(bridge_, std::move(target), completes);
}

void Gateway::publish(upstream::ListKinds said) {
  auto const taken =
      options_.prefix == config::PrefixRule::never ? Names::Taken::hidden : Names::Taken::renamed;
  Names tools(taken), prompts(taken);
  for (auto const& upstream : upstreams_) {
    auto const prefix = prefix_of(*upstream);
    if (prefix.empty()) continue;
    tools.lead(prefix + options_.separator);
    prompts.lead(prefix + options_.separator);
  }
  auto const own = registry_.catalog();
  for (auto const& tool : own->tools.list())
    if (!tool->foreign) tools.take(tool->spec.name);
  for (auto const& prompt : own->prompts.list())
    if (!prompt->foreign) prompts.take(prompt->spec.name);
  UnlistedReader::Owners readers;
  std::map<std::size_t, server::ForeignSet> sets;
  for (std::size_t order = 0; order < upstreams_.size(); ++order) {
    auto const& upstream = upstreams_[order];
    auto const& offered = upstream->catalogue();
    if (!offered.resources.empty() || !offered.templates.empty()) readers.push_back(upstream);
    sets[order + 1] = set_of(upstream, tools, prompts);
  }
  for (auto order = upstreams_.size() + 1; order <= published_; ++order) sets[order] = {};
  published_ = upstreams_.size();
  for (auto const change : registry_.set_foreign(std::move(sets))) {
    said.tools &= change != server::Change::tools;
    said.resources &= change != server::Change::resources;
    said.prompts &= change != server::Change::prompts;
  }
  registry_.set_unlisted(
      readers.empty() ? nullptr : std::make_shared<UnlistedReader>(bridge_, std::move(readers)));
  merge_instructions();
  registry_.set_list_lives(list_lives(upstreams_));
  for (auto const& uri : watched_) follow(uri);
  // A list that changed and changed back: clients may have looked in between.
  if (said.tools) registry_.changed(server::Change::tools);
  if (said.resources) registry_.changed(server::Change::resources);
  if (said.prompts) registry_.changed(server::Change::prompts);
}

/// What the gateway itself offers stands before all upstreams.
void Gateway::publish_own() {
  server::ForeignSet set;
  auto read = [this] {
    std::vector<Circuit> out;
    for (auto const& upstream : upstreams_)
      for (auto const* circuit : upstream->circuits())
        out.push_back({circuit->name(), circuit->stats()});
    return out;
  };
  set.resources.push_back(circuit_stats_resource(std::move(read), services_.loop.clock()));
  registry_.set_foreign(0, std::move(set));
}

server::ForeignSet Gateway::set_of(UpstreamPtr const& upstream, Names& tools, Names& prompts) {
  server::ForeignSet set;
  add_tools(upstream, tools, set);
  add_resources(upstream, set);
  add_prompts(upstream, prompts, set);
  return set;
}

namespace {

bool contains(std::vector<std::string> const& list, std::string const& name) {
  return std::ranges::find(list, name) != list.end();
}

bool allowed(config::Upstream::Tools const& rules, std::string const& name) {
  if (contains(rules.deny, name)) return false;
  return rules.allow.empty() || contains(rules.allow, name);
}

upstream::Repeatable repeatable(upstream::Upstream& upstream, protocol::Descriptor const& tool) {
  auto const rule = upstream.lane(tool.name).retry.repeat;
  bool const hinted = upstream.config().trusted && (tool.read_only || tool.idempotent);
  bool const yes =
      rule == config::RepeatRule::always || (rule == config::RepeatRule::hints && hinted);
  return yes ? upstream::Repeatable::yes : upstream::Repeatable::no;
}

/// A tool that is described in other words, or comes from elsewhere, gives other answers.
std::string revision_of(config::Upstream const& config, protocol::Descriptor const& tool) {
  crypto::Sha256 digest;
  auto add = [&digest](std::string_view part) {
    digest.update(std::to_string(part.size())).update(":").update(part);
  };
  for (auto const& part : {config.command, config.cwd, config.url, tool.described.back()})
    add(part);
  for (auto const& argument : config.args) add(argument);
  for (auto const* const map : {&config.env, &config.headers})  // whose account it is
    for (auto const& [key, value] : *map) {
      add(key);
      add(value);
    }
  return crypto::hex(digest.finish());
}

}  // namespace

std::optional<std::string> Gateway::expose(upstream::Upstream const& upstream, Names& names,
                                           std::string const& name) {
  auto exposed = names.expose(upstream.name(), prefix_of(upstream), options_.separator, name);
  if (!exposed) warn_once(upstream, name, "hidden: the name is taken");
  return exposed;
}

void Gateway::add_tools(UpstreamPtr const& upstream, Names& names, server::ForeignSet& set) {
  if (!upstream->greeting()) return;
  bool const modern = upstream->greeting()->modern();
  bool const http = upstream->config().kind != config::UpstreamKind::stdio;
  std::set<std::string> seen, hidden;
  for (auto const& raw : upstream->catalogue().tools) {
    protocol::DescriptorTranslation how{DescriptorKind::tool, {}, false};
    auto described = protocol::translate_descriptor(raw, how);
    if (!described) {
      warn_once(*upstream, "tool", described.error().message);
      continue;
    }
    auto const name = described->name;
    if (!allowed(upstream->config().tools, name)) {
      hidden.insert(name);
      continue;
    }
    if (!seen.insert(name).second) {
      warn_once(*upstream, name, "the upstream lists it twice");
      continue;
    }
    auto mirrored = mirrored_in(described->input_schema);
    if (!mirrored) {
      warn_once(*upstream, name, "x-mcp-header: " + mirrored.error().message);
      if (modern && http) continue;  // a client may not call it (SEP-2243)
      how.drop_mirrored = true;
      mirrored = std::vector<protocol::MirroredParam>();
    }
    auto const exposed = expose(*upstream, names, name);
    if (!exposed) continue;
    how.exposed_name = *exposed;
    described = protocol::translate_descriptor(raw, how);
    if (!described) continue;
    set.tools.push_back(make_tool(upstream, *exposed, std::move(*described), std::move(*mirrored)));
  }
  seen.merge(hidden);
  if (seen.empty()) return;  // the list was not to be had
  for (auto const& [name, rules] : upstream->config().overrides)
    if (!seen.contains(name))
      warn_once(*upstream, name, "has overrides, but the upstream offers no tool of that name");
}

std::shared_ptr<server::Tool const> Gateway::make_tool(
    UpstreamPtr const& upstream, std::string exposed, protocol::Descriptor described,
    std::vector<protocol::MirroredParam> mirrored) {
  auto const& config = upstream->config();
  auto const& name = described.name;
  Target target;
  target.upstream = upstream;
  target.method = Method::tools_call;
  target.name = name;
  target.repeatable = repeatable(*upstream, described);
  target.mirrored = mirrored;
  if (auto const found = config.fallbacks.find(name); found != config.fallbacks.end())
    target.fallback = found->second;
  target.wrap_structured = described.output_wrapped;
  ToolSpec spec;
  spec.name = std::move(exposed);
  spec.input_schema = described.input_schema;
  bool const apart = config.mode == config::UpstreamMode::per_session;
  spec.cacheable = contains(config.tools.cacheable, name) && !apart;
  if (spec.cacheable) spec.revision = revision_of(config, described);
  auto const [number, fresh] = numbers_.try_emplace(upstream->name() + '\n' + name, 0);
  if (fresh) number->second = registry_.next_tool_number();
  std::string unenforced;
  auto tool = server::make_foreign_tool(
      std::move(spec), std::move(mirrored), std::move(described.described),
      item(std::move(target), false), number->second, &unenforced);
  if (!unenforced.empty())
    warn_once(*upstream, name, "its input schema is not enforced here: " + unenforced);
  return tool;
}

void Gateway::add_resources(UpstreamPtr const& upstream, server::ForeignSet& set) {
  auto& listed = listed_[upstream.get()];
  listed.clear();
  auto add = [&](std::string const& raw, DescriptorKind kind, auto& to) {
    auto described = protocol::translate_descriptor(raw, {kind, {}, false});
    if (!described) return warn_once(*upstream, "resource", described.error().message);
    Target target;
    target.upstream = upstream;
    target.method = Method::resources_read;
    target.name = described->uri;
    target.repeatable = upstream::Repeatable::yes;
    ResourceSpec spec;
    spec.uri = described->uri;
    spec.name = described->name;
    spec.mime_type = described->mime_type;
    spec.is_template = kind == DescriptorKind::resource_template;
    if (!spec.is_template) listed.insert(spec.uri);
    bool const completes = spec.is_template && upstream->catalogue().completions;
    to.push_back(server::make_foreign_resource(std::move(spec), std::move(described->described),
                                               item(std::move(target), completes)));
  };
  for (auto const& raw : upstream->catalogue().resources)
    add(raw, DescriptorKind::resource, set.resources);
  for (auto const& raw : upstream->catalogue().templates)
    add(raw, DescriptorKind::resource_template, set.templates);
}

void Gateway::add_prompts(UpstreamPtr const& upstream, Names& names, server::ForeignSet& set) {
  std::set<std::string> seen;
  for (auto const& raw : upstream->catalogue().prompts) {
    protocol::DescriptorTranslation how{DescriptorKind::prompt, {}, false};
    auto described = protocol::translate_descriptor(raw, how);
    if (!described) {
      warn_once(*upstream, "prompt", described.error().message);
      continue;
    }
    if (!seen.insert(described->name).second) {
      warn_once(*upstream, described->name, "the upstream lists it twice");
      continue;
    }
    Target target;
    target.upstream = upstream;
    target.method = Method::prompts_get;
    target.name = described->name;
    target.repeatable = upstream::Repeatable::yes;
    auto const exposed = expose(*upstream, names, described->name);
    if (!exposed) continue;
    how.exposed_name = *exposed;
    described = protocol::translate_descriptor(raw, how);
    if (!described) continue;
    PromptSpec spec;
    spec.name = *exposed;
    set.prompts.push_back(
        server::make_foreign_prompt(std::move(spec), std::move(described->described),
                                    item(std::move(target), upstream->catalogue().completions)));
  }
}

void Gateway::merge_instructions() {
  std::string all = own_instructions_;
  for (auto const& upstream : upstreams_) {
    auto const& greeting = upstream->greeting();
    if (!greeting || greeting->instructions.empty()) continue;
    if (!all.empty()) all += "\n\n";
    if (upstreams_.size() > 1) all += "[" + upstream->name() + "] ";
    all += greeting->instructions;
  }
  registry_.set_instructions(std::move(all));
}

}  // namespace rampart::gateway
