// The handlers of the method table, one function a method. Each gets a call that passed the stages,
// and finishes it now or lets it run.
#pragma once
#include "server/dispatcher.hpp"

namespace rampart::server::methods {

/// `params` is an empty object when the request had none. Headers as in Incoming.
struct Params {
  std::optional<Node> node;
  protocol::HeaderSource const* headers = nullptr;
  std::string_view message = {};  ///< the whole message's text, where it is known

  std::optional<Node> find(std::string_view key) const {
    return node ? node->find(key) : std::nullopt;
  }
  /// Errors: invalid_params when the member is missing or no string.
  Result<std::string_view> text(std::string_view key) const;
  /// A member as it was written, for what is passed on; as a reader understood it in a batch.
  /// Errors: invalid_params for an object with a repeated member, which two readers would take
  /// differently.
  Result<std::string> spliced(std::string_view key) const;
};

/// Of a tool or prompt that is unknown, for logs.
inline constexpr std::size_t max_shown_name = 256;

using Handle = void (*)(Call& call, Params const& params);

void discover(Call& call, Params const& params);
void initialize(Call& call, Params const& params);
void ping(Call& call, Params const& params);
void list_tools(Call& call, Params const& params);
void list_resources(Call& call, Params const& params);
void list_templates(Call& call, Params const& params);
void list_prompts(Call& call, Params const& params);
void call_tool(Call& call, Params const& params);
void read_resource(Call& call, Params const& params);
void get_prompt(Call& call, Params const& params);
void complete(Call& call, Params const& params);
void set_log_level(Call& call, Params const& params);
void subscribe(Call& call, Params const& params);
void unsubscribe(Call& call, Params const& params);
void listen(Call& call, Params const& params);

/// Members of the capabilities object for a revision.
std::string capabilities_json(Registry const& registry, protocol::Version version);
/// Of what this server itself answers.
protocol::CacheHints own_cache_hints(Call const& call);
/// Of a tool's or prompt's arguments, in their canonical form; none are an empty object.
std::string const& digest_arguments(Call& call, std::optional<Node> arguments);
/// The same, if the audit wants it.
void audit_arguments(Call& call, std::optional<Node> arguments);
/// Reads inputResponses and requestState of a call that may ask, and binds its state. `arguments`
/// are part of the binding. Errors: invalid_params, state_rejected.
Result<void> prepare_asking(Call& call, Params const& params, std::optional<Node> arguments);

}  // namespace rampart::server::methods
