#include "gateway/gateway.hpp"

#include <algorithm>

#include "gateway/foreign_item.hpp"
#include "json/document.hpp"
#include "protocol/translate_descriptor.hpp"

namespace rampart::gateway {

using protocol::DescriptorKind;
using protocol::Method;

Gateway::Gateway(upstream::Services services, server::Registry& registry,
                 std::vector<config::Upstream> upstreams, Options options)
    : services_(std::move(services)),
      registry_(registry),
      options_(std::move(options)),
      log_(services_.log.child("gateway")),
      own_instructions_(registry.instructions()),
      bridge_(services_.loop) {
  for (auto& config : upstreams)
    if (!config.disabled)
      upstreams_.push_back(
          std::make_shared<upstream::Upstream>(services_, std::move(config), hooks()));
}

// The catalogue may live longer than the loop: nothing of ours may be left in it.
Gateway::~Gateway() {
  for (std::size_t order = 0; order < upstreams_.size(); ++order) registry_.set_foreign(order, {});
  registry_.set_unlisted(nullptr);
  for (auto const& upstream : upstreams_) upstream->drop();
}

upstream::Upstream::Hooks Gateway::hooks() {
  upstream::Upstream::Hooks out;
  out.catalogue_changed = [this](upstream::ListKinds said) { publish(said); };
  out.resource_updated = [this](std::string const& uri) {
    registry_.changed(server::Change::resource_updated, uri);
  };
  out.crowded = [this] { bridge_.make_room(); };
  out.availability_changed = [this] { judge(); };
  out.settled = [this] {
    if (--unsettled_ == 0) on_settled_();
  };
  return out;
}

void Gateway::start(std::function<void()> settled) {
  unsettled_ = upstreams_.size();
  on_settled_ = std::move(settled);
  if (unsettled_ == 0) on_settled_();
  for (auto const& upstream : upstreams_) upstream->start();
}

void Gateway::stop(std::function<void()> stopped) {
  running_ = upstreams_.size();
  stopped_ = std::move(stopped);
  if (running_ == 0) return std::exchange(stopped_, nullptr)();
  for (auto const& upstream : upstreams_)
    upstream->stop([this] {
      if (--running_ == 0) std::exchange(stopped_, nullptr)();
    });
}

void Gateway::watch(std::string const& uri, bool on) {
  auto const catalog = registry_.catalog();
  auto const listed = catalog->resources.find(uri);
  for (auto const& upstream : upstreams_) {
    if (!upstream->catalogue().subscribe) continue;
    // What nobody lists, anybody may know.
    bool const owns =
        !listed || std::ranges::any_of(upstream->catalogue().resources, [&](auto const& raw) {
          return raw.find(uri) != std::string::npos;
        });
    if (owns) upstream->watch(uri, on);
  }
}

void Gateway::judge() {
  bool required = true, any = false, all = true;
  for (auto const& upstream : upstreams_) {
    bool const well = upstream->available();
    any |= well;
    all &= well;
    if (upstream->config().required) required &= well;
  }
  ready_ = required && any;
  degraded_ = !all;
}

void Gateway::warn_once(upstream::Upstream const& upstream, std::string const& what,
                        std::string const& why) {
  if (!warned_.insert(upstream.name() + '\n' + what + '\n' + why).second) return;
  log_.warning("upstream_entry", {{"upstream", upstream.name()}, {"entry", what}, {"reason", why}});
}

// --- the catalogue -----------------------------------------------------------------------------

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

std::shared_ptr<server::Foreign> Gateway::item(Target target, bool completes) {
  return std::make_shared<ForeignItem>(bridge_, std::move(target), completes);
}

void Gateway::publish(upstream::ListKinds said) {
  Names tools, prompts;
  auto const own = registry_.catalog();
  for (auto const& tool : own->tools.list())
    if (!tool->foreign) tools.take(tool->spec.name);
  for (auto const& prompt : own->prompts.list())
    if (!prompt->foreign) prompts.take(prompt->spec.name);
  UnlistedReader::Owners readers;
  for (std::size_t order = 0; order < upstreams_.size(); ++order) {
    auto const& upstream = upstreams_[order];
    auto const& offered = upstream->catalogue();
    if (!offered.resources.empty() || !offered.templates.empty()) readers.push_back(upstream);
    for (auto const change : registry_.set_foreign(order, set_of(upstream, tools, prompts))) {
      said.tools &= change != server::Change::tools;
      said.resources &= change != server::Change::resources;
      said.prompts &= change != server::Change::prompts;
    }
  }
  registry_.set_unlisted(
      readers.empty() ? nullptr : std::make_shared<UnlistedReader>(bridge_, std::move(readers)));
  merge_instructions();
  // A list that changed and changed back: clients may have looked in between.
  if (said.tools) registry_.changed(server::Change::tools);
  if (said.resources) registry_.changed(server::Change::resources);
  if (said.prompts) registry_.changed(server::Change::prompts);
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

/// The declarations, or why there are none.
Result<std::vector<protocol::MirroredParam>> mirrored_in(std::string const& schema) {
  auto const document = json::Document::parse_copy(schema);
  if (!document) return Failure(document.error());
  return protocol::mirrored_params(document->root());
}

}  // namespace

void Gateway::add_tools(UpstreamPtr const& upstream, Names& names, server::ForeignSet& set) {
  auto const prefix = prefix_of(*upstream);
  auto const& rules = upstream->config().tools;
  bool const modern = upstream->greeting()->modern();
  bool const http = upstream->config().kind != config::UpstreamKind::stdio;
  for (auto const& raw : upstream->catalogue().tools) {
    protocol::DescriptorTranslation how{DescriptorKind::tool, {}, false};
    auto described = protocol::translate_descriptor(raw, how);
    if (!described) {
      warn_once(*upstream, "tool", described.error().message);
      continue;
    }
    auto const name = described->name;
    if (!allowed(rules, name)) continue;
    auto mirrored = mirrored_in(described->input_schema);
    if (!mirrored) {
      warn_once(*upstream, name, "x-mcp-header: " + mirrored.error().message);
      if (modern && http) continue;  // a client may not call it (SEP-2243)
      how.drop_mirrored = true;
      mirrored = std::vector<protocol::MirroredParam>();
    }
    auto const exposed = names.expose(upstream->name(), prefix, options_.separator, name);
    how.exposed_name = exposed;
    described = protocol::translate_descriptor(raw, how);
    if (!described) continue;
    Target target;
    target.upstream = upstream;
    target.method = Method::tools_call;
    target.name = name;
    bool const repeatable =
        upstream->config().trusted && (described->read_only || described->idempotent);
    target.repeatable = repeatable ? upstream::Repeatable::yes : upstream::Repeatable::no;
    target.mirrored = *mirrored;
    target.wrap_structured = described->output_wrapped;
    ToolSpec spec;
    spec.name = exposed;
    spec.input_schema = described->input_schema;
    spec.cacheable = contains(rules.cacheable, name);
    auto const [number, fresh] = numbers_.try_emplace(upstream->name() + '\n' + name, 0);
    if (fresh) number->second = registry_.next_tool_number();
    std::string unenforced;
    set.tools.push_back(server::make_foreign_tool(
        std::move(spec), std::move(*mirrored), std::move(described->described),
        item(std::move(target), false), number->second, &unenforced));
    if (!unenforced.empty())
      warn_once(*upstream, name, "its input schema is not enforced here: " + unenforced);
  }
}

void Gateway::add_resources(UpstreamPtr const& upstream, server::ForeignSet& set) {
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
  auto const prefix = prefix_of(*upstream);
  for (auto const& raw : upstream->catalogue().prompts) {
    protocol::DescriptorTranslation how{DescriptorKind::prompt, {}, false};
    auto described = protocol::translate_descriptor(raw, how);
    if (!described) {
      warn_once(*upstream, "prompt", described.error().message);
      continue;
    }
    Target target;
    target.upstream = upstream;
    target.method = Method::prompts_get;
    target.name = described->name;
    target.repeatable = upstream::Repeatable::yes;
    auto const exposed =
        names.expose(upstream->name(), prefix, options_.separator, described->name);
    how.exposed_name = exposed;
    described = protocol::translate_descriptor(raw, how);
    if (!described) continue;
    PromptSpec spec;
    spec.name = exposed;
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
