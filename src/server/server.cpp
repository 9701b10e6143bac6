#include "rampart/server.hpp"

#include <exception>
#include <stdexcept>

#include "server/registry.hpp"

namespace rampart {

using server::Registry;

namespace {

/// At the end of the statement that describes it, unless that statement threw.
template <class Spec>
void publish(Registry& registry, std::unique_ptr<Spec> spec) {
  if (spec && std::uncaught_exceptions() == 0) registry.add(std::move(*spec));
}

}  // namespace

ToolBuilder::ToolBuilder(Registry& registry, std::unique_ptr<ToolSpec> spec)
    : registry_(&registry), spec_(std::move(spec)) {
  registry_->check(*spec_);
}
ToolBuilder::ToolBuilder(ToolBuilder&&) noexcept = default;
ToolBuilder::~ToolBuilder() noexcept(false) { publish(*registry_, std::move(spec_)); }
ToolBuilder& ToolBuilder::title(std::string text) { return spec_->title = std::move(text), *this; }
ToolBuilder& ToolBuilder::icon(Icon icon) { return spec_->icons.push_back(std::move(icon)), *this; }
ToolBuilder& ToolBuilder::quick() { return spec_->quick = true, *this; }
ToolBuilder& ToolBuilder::cacheable(std::function<void(ToolResult&)> on_hit) {
  spec_->cacheable = true;
  spec_->on_cache_hit = std::move(on_hit);
  return *this;
}
ToolBuilder& ToolBuilder::cache_public() { return spec_->cache_public = true, *this; }
ToolBuilder& ToolBuilder::revision(std::string text) {
  return spec_->revision = std::move(text), *this;
}
ToolBuilder& ToolBuilder::read_only(bool value) { return spec_->read_only = value, *this; }
ToolBuilder& ToolBuilder::destructive(bool value) { return spec_->destructive = value, *this; }
ToolBuilder& ToolBuilder::idempotent(bool value) { return spec_->idempotent = value, *this; }
ToolBuilder& ToolBuilder::open_world(bool value) { return spec_->open_world = value, *this; }
ToolBuilder& ToolBuilder::output_schema(Json schema) {
  return spec_->output_schema = std::move(schema).text(), *this;
}
ToolBuilder& ToolBuilder::meta(Json object) {
  return spec_->meta = std::move(object).text(), *this;
}

ResourceBuilder::ResourceBuilder(Registry& registry, std::unique_ptr<ResourceSpec> spec)
    : registry_(&registry), spec_(std::move(spec)) {
  registry_->check(*spec_);
}
ResourceBuilder::ResourceBuilder(ResourceBuilder&&) noexcept = default;
ResourceBuilder::~ResourceBuilder() noexcept(false) { publish(*registry_, std::move(spec_)); }
ResourceBuilder& ResourceBuilder::title(std::string text) {
  return spec_->title = std::move(text), *this;
}
ResourceBuilder& ResourceBuilder::description(std::string text) {
  return spec_->description = std::move(text), *this;
}
ResourceBuilder& ResourceBuilder::mime_type(std::string text) {
  return spec_->mime_type = std::move(text), *this;
}
ResourceBuilder& ResourceBuilder::size(std::uint64_t bytes) { return spec_->size = bytes, *this; }
ResourceBuilder& ResourceBuilder::icon(Icon icon) {
  return spec_->icons.push_back(std::move(icon)), *this;
}
ResourceBuilder& ResourceBuilder::annotations(Annotations value) {
  return spec_->annotations = std::move(value), *this;
}
ResourceBuilder& ResourceBuilder::meta(Json object) {
  return spec_->meta = std::move(object).text(), *this;
}

PromptBuilder::PromptBuilder(Registry& registry, std::unique_ptr<PromptSpec> spec)
    : registry_(&registry), spec_(std::move(spec)) {
  registry_->check(*spec_);
}
PromptBuilder::PromptBuilder(PromptBuilder&&) noexcept = default;
PromptBuilder::~PromptBuilder() noexcept(false) { publish(*registry_, std::move(spec_)); }
PromptBuilder& PromptBuilder::title(std::string text) {
  return spec_->title = std::move(text), *this;
}
PromptBuilder& PromptBuilder::icon(Icon icon) {
  return spec_->icons.push_back(std::move(icon)), *this;
}
PromptBuilder& PromptBuilder::meta(Json object) {
  return spec_->meta = std::move(object).text(), *this;
}

Server::Server(std::string name, std::string version)
    : Server([&] {
        ServerInfo info;
        info.name = std::move(name);
        info.version = std::move(version);
        return info;
      }()) {}
Server::Server(ServerInfo info) : registry_(std::make_shared<Registry>(std::move(info))) {}
Server::~Server() = default;
Server::Server(Server&&) noexcept = default;
Registry& Server::registry() { return *registry_; }

Server& Server::instructions(std::string text) {
  registry_->set_instructions(std::move(text));
  return *this;
}

ToolBuilder Server::raw_tool(std::string name, std::string description, Json input_schema,
                             std::function<Result<ToolResult>(Json, Context&)> fn) {
  auto spec = std::make_unique<ToolSpec>();
  spec->name = std::move(name);
  spec->description = std::move(description);
  spec->input_schema = std::move(input_schema).text();
  auto shared = std::make_shared<decltype(fn)>(std::move(fn));
  spec->handler.bind = [shared](Node const& node) -> Result<BoundHandler<ToolResult>> {
    BoundHandler<ToolResult> bound;
    bound.plain = [shared, arguments = Json::trusted(node.text())](Context& context) {
      return (*shared)(arguments, context);
    };
    return bound;
  };
  spec->handler.run = [shared](Node const& node, Context& context) {
    return (*shared)(Json::trusted(node.text()), context);
  };
  return ToolBuilder(*registry_, std::move(spec));
}

Server& Server::complete_prompt(std::string prompt, std::string argument, Complete fn) {
  registry_->add(server::Completion{true, std::move(prompt), std::move(argument), std::move(fn)});
  return *this;
}
Server& Server::complete_resource(std::string uri_template, std::string variable, Complete fn) {
  registry_->add(
      server::Completion{false, std::move(uri_template), std::move(variable), std::move(fn)});
  return *this;
}
Server& Server::schema_document(std::string uri, Json schema) {
  registry_->add_schema_document(std::move(uri), schema.text());
  return *this;
}

bool Server::remove_tool(std::string_view name) { return registry_->remove_tool(name); }
bool Server::remove_prompt(std::string_view name) { return registry_->remove_prompt(name); }
bool Server::remove_resource(std::string_view uri) { return registry_->remove_resource(uri); }
void Server::tools_changed() { registry_->changed(server::Change::tools); }
void Server::prompts_changed() { registry_->changed(server::Change::prompts); }
void Server::resources_changed() { registry_->changed(server::Change::resources); }
void Server::resource_updated(std::string_view uri) {
  registry_->changed(server::Change::resource_updated, uri);
}

}  // namespace rampart
