// The server an author describes: its tools, resources and prompts. rampart/run.hpp serves it.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rampart/bind.hpp"
#include "rampart/content.hpp"
#include "rampart/context.hpp"
#include "rampart/json.hpp"

namespace rampart {

namespace server {
class Registry;
}

/// Who this server says it is (Implementation).
struct ServerInfo {
  std::string name;
  std::string version;
  std::string title;  ///< optional from here on
  std::string description;
  std::string website_url;
  std::vector<Icon> icons;
};

/// Chained after Server::tool; the tool is published at the end of the statement.
class ToolBuilder {
 public:
  ToolBuilder(server::Registry& registry, std::unique_ptr<ToolSpec> spec);
  ToolBuilder(ToolBuilder&&) noexcept;
  /// Publishes; throws std::invalid_argument for a wrong description.
  ~ToolBuilder() noexcept(false);

  ToolBuilder& title(std::string text);
  ToolBuilder& icon(Icon icon);
  /// Runs on the event loop instead of a worker: for handlers that never block and take
  /// microseconds.
  ToolBuilder& quick();
  /// Results may be answered from the cache for CACHE_TTL: same arguments, same caller.
  /// `on_hit` may change a cached result before it is sent.
  ToolBuilder& cacheable(std::function<void(ToolResult&)> on_hit = {});
  /// Cached results may be shared between callers.
  ToolBuilder& cache_public();
  /// Part of the cache key: change it when the tool's results change.
  ToolBuilder& revision(std::string text);
  // Hints (ToolAnnotations); clients treat them as claims.
  ToolBuilder& read_only(bool value = true);
  ToolBuilder& destructive(bool value = true);
  ToolBuilder& idempotent(bool value = true);
  ToolBuilder& open_world(bool value = true);
  /// Of a raw tool. Enforced: a result without structured content that matches is an error.
  ToolBuilder& output_schema(Json schema);
  ToolBuilder& meta(Json object);

 private:
  server::Registry* registry_;
  std::unique_ptr<ToolSpec> spec_;
};

class ResourceBuilder {
 public:
  ResourceBuilder(server::Registry& registry, std::unique_ptr<ResourceSpec> spec);
  ResourceBuilder(ResourceBuilder&&) noexcept;
  /// Publishes; throws std::invalid_argument for a wrong description.
  ~ResourceBuilder() noexcept(false);

  ResourceBuilder& title(std::string text);
  ResourceBuilder& description(std::string text);
  ResourceBuilder& mime_type(std::string text);
  ResourceBuilder& size(std::uint64_t bytes);
  ResourceBuilder& icon(Icon icon);
  ResourceBuilder& annotations(Annotations value);
  ResourceBuilder& meta(Json object);

 private:
  server::Registry* registry_;
  std::unique_ptr<ResourceSpec> spec_;
};

class PromptBuilder {
 public:
  PromptBuilder(server::Registry& registry, std::unique_ptr<PromptSpec> spec);
  PromptBuilder(PromptBuilder&&) noexcept;
  /// Publishes; throws std::invalid_argument for a wrong description.
  ~PromptBuilder() noexcept(false);

  PromptBuilder& title(std::string text);
  PromptBuilder& icon(Icon icon);
  PromptBuilder& meta(Json object);

 private:
  server::Registry* registry_;
  std::unique_ptr<PromptSpec> spec_;
};

/// Thread-safe: tools, resources and prompts may be added and removed while it is being served;
/// clients that listen are told. Wrong descriptions (a bad or repeated name, a schema that does not
/// compile) throw std::invalid_argument.
class Server {
 public:
  Server(std::string name, std::string version);
  explicit Server(ServerInfo info);
  ~Server();
  Server(Server&&) noexcept;

  /// Advice to the model on how to use this server.
  Server& instructions(std::string text);

  /// `fn` takes nothing, (Args), (Context&) or (Args, Context&), where Args is a struct with
  /// `fields`, and returns T, Result<T>, Task<T> or Task<Result<T>>. T: std::string or Content (a
  /// block), ToolResult, or a described struct (structured content with an output schema). Names: 1
  /// to 128 of A-Z a-z 0-9 _ - .
  template <class F>
  ToolBuilder tool(std::string name, std::string description, F fn) {
    return ToolBuilder(registry(),
                       bind_tool(std::move(name), std::move(description), std::move(fn)));
  }
  /// Arguments and schema as JSON; the schema is published verbatim and enforced.
  ToolBuilder raw_tool(std::string name, std::string description, Json input_schema,
                       std::function<Result<ToolResult>(Json arguments, Context&)> fn);

  /// `fn` takes nothing or (Context&); returns std::string (text), ResourceContents or a vector of
  /// them, or Result or Task of these.
  template <class F>
  ResourceBuilder resource(std::string uri, std::string name, F fn) {
    return ResourceBuilder(registry(),
                           bind_resource(std::move(uri), std::move(name), std::move(fn)));
  }
  /// `fn` takes (std::map<std::string, std::string> variables) or (variables, Context&).
  /// `uri_template` is RFC 6570 level 1 or 2: {var}, {+var}, {#var}.
  template <class F>
  ResourceBuilder resource_template(std::string uri_template, std::string name, F fn) {
    return ResourceBuilder(registry(),
                           bind_template(std::move(uri_template), std::move(name), std::move(fn)));
  }

  /// `fn` takes like a tool; Args has string members. Returns std::string (one user message),
  /// vector<PromptMessage>, or Result or Task of these.
  template <class F>
  PromptBuilder prompt(std::string name, std::string description, F fn) {
    return PromptBuilder(registry(),
                         bind_prompt(std::move(name), std::move(description), std::move(fn)));
  }

  /// Suggests values for an argument of a prompt, given what was typed and the other arguments.
  using Complete = std::function<std::vector<std::string>(
      std::string_view typed, std::map<std::string, std::string> const& others)>;
  Server& complete_prompt(std::string prompt, std::string argument, Complete fn);
  /// The same for a variable of a resource template.
  Server& complete_resource(std::string uri_template, std::string variable, Complete fn);

  /// Makes a schema document known by its URI, so that tools' schemas may refer to it. Before the
  /// tools.
  Server& schema_document(std::string uri, Json schema);

  bool remove_tool(std::string_view name);
  bool remove_prompt(std::string_view name);
  bool remove_resource(std::string_view uri_or_template);

  // Tells listening clients; adding and removing does so by itself.
  void tools_changed();
  void prompts_changed();
  void resources_changed();
  void resource_updated(std::string_view uri);

  /// Internal.
  server::Registry& registry();

 private:
  std::shared_ptr<server::Registry> registry_;
};

}  // namespace rampart
